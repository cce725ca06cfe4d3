"""Roles and memberships: given to people, taken from them. Whoever loses one that runs something is signed out."""

from uuid import UUID

from kalends.core.clock import real_now
from kalends.core.errors import NotFound
from kalends.core.unit import Unit

from ..errors import LastSuperAdmin
from ..repository import roles, sessions
from ..types import MembershipFacts, PlatformRole, ProviderRole


async def grant_role(unit: Unit, user_id: UUID, role: PlatformRole | str) -> bool:
    """Make the user an operator; whether that is news. Raises ValueError for an unknown role."""
    return await roles.insert_role(unit, user_id, PlatformRole(role))


async def revoke_role(unit: Unit, user_id: UUID, role: PlatformRole | str) -> None:
    """Take the role away and end the user's sessions. Raises NotFound, LastSuperAdmin."""
    if PlatformRole(role) is PlatformRole.super_admin:
        await keep_a_super_admin(unit, besides=user_id)
    if not await roles.delete_role(unit, user_id, PlatformRole(role)):
        raise NotFound
    await sessions.end_sessions(unit, user_id, real_now())


async def add_membership(
    unit: Unit,
    user_id: UUID,
    role: ProviderRole | str,
    provider_id: UUID,
    place_id: UUID | None = None,
) -> MembershipFacts:
    """Let the user work for a provider; the same membership again is the same one.

    Raises UnknownPlace.
    """
    return await roles.insert_membership(unit, user_id, ProviderRole(role), provider_id, place_id)


async def remove_membership(unit: Unit, user_id: UUID, membership_id: UUID) -> None:
    """Take the membership away and end the user's sessions. Raises NotFound."""
    if not await roles.delete_membership(unit, user_id, membership_id):
        raise NotFound
    await sessions.end_sessions(unit, user_id, real_now())


async def leave_staff(unit: Unit, user_id: UUID, provider_id: UUID) -> None:
    """The user no longer works for the provider.

    Roles are read anew with every request, so their sessions stay: nobody signs others out by taking them on.
    """
    await roles.delete_staff_membership(unit, user_id, provider_id)


async def keep_a_super_admin(unit: Unit, besides: UUID) -> None:
    """Raises LastSuperAdmin when nobody active but this user is one; the answer holds to the commit."""
    await roles.lock_super_admins(unit)
    if not await roles.count_super_admins(unit, besides):
        raise LastSuperAdmin
