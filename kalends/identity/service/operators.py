"""What operators do with accounts. Every deed leaves a row in the audit log."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kalends.core.audit import Deed, record
from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.paging import Page
from kalends.core.principal import Principal
from kalends.core.unit import Unit, open_unit

from ..access import access_user, access_user_to_change
from ..errors import NotYourself
from ..events import UserSuspended
from ..repository import sessions, users
from ..repository.users import UserFilter
from ..schemas import AccountCreate, MembershipCreate, MembershipRead, UserQuery, UserRead
from ..types import PlatformRole, UserStatus
from .roles import add_membership, grant_role, keep_a_super_admin, remove_membership, revoke_role
from .sign_up import new_person, register_account


async def list_users(unit: Unit, query: UserQuery) -> Page[UserRead]:
    """Newest first."""
    wanted = UserFilter(query.email, query.role, query.status)
    found = await users.list_accounts(unit, wanted, query)
    return Page(items=[UserRead.of(a) for a in found.rows], next_cursor=found.next_cursor)


async def read_user(unit: Unit, user_id: UUID) -> UserRead:
    return UserRead.of(await access_user(unit, user_id))


async def create_account(house: House, principal: Principal, request: AccountCreate) -> UserRead:
    """Make an account for somebody, with a role or a membership from the start.

    Raises WeakPassword, EmailTaken.
    """
    person = await new_person(house, request)
    async with open_unit(house, principal) as unit:
        user_id = (await register_account(unit, person)).person.id
        if request.role:
            await grant_role(unit, user_id, request.role)
        if request.membership:
            await _add(unit, user_id, request.membership)
        answer = await read_user(unit, user_id)
        await _note(unit, "user.created", user_id, {"roles": answer.roles})
    return answer


async def suspend(unit: Unit, user_id: UUID, reason: str) -> UserRead:
    """Close the account and every session of it. Raises NotFound, Forbidden, NotYourself, LastSuperAdmin."""
    account = await access_user_to_change(unit, user_id)
    if user_id == unit.user_id:
        raise NotYourself
    if PlatformRole.super_admin in account.platform_roles:
        await keep_a_super_admin(unit, besides=user_id)
    if account.person.status is UserStatus.active:
        await users.update_user(unit, user_id, {"status": UserStatus.suspended})
        await sessions.end_sessions(unit, user_id, real_now())
        unit.emit(UserSuspended(user_id=user_id))
        await _note(unit, "user.suspended", user_id, {"reason": reason})
    return await read_user(unit, user_id)


async def activate(unit: Unit, user_id: UUID) -> UserRead:
    """Let a suspended user sign in again. Raises NotFound, Forbidden."""
    account = await access_user_to_change(unit, user_id)
    if account.person.status is not UserStatus.active:
        await users.update_user(unit, user_id, {"status": UserStatus.active})
        await _note(unit, "user.activated", user_id, {})
    return await read_user(unit, user_id)


async def give_role(unit: Unit, user_id: UUID, role: PlatformRole) -> UserRead:
    await access_user(unit, user_id)
    if await grant_role(unit, user_id, role):
        await _note(unit, "role.granted", user_id, {"role": role})
    return await read_user(unit, user_id)


async def take_role(unit: Unit, user_id: UUID, role: PlatformRole) -> None:
    """Raises NotFound, LastSuperAdmin."""
    await revoke_role(unit, user_id, role)
    await _note(unit, "role.revoked", user_id, {"role": role})


async def give_membership(unit: Unit, user_id: UUID, request: MembershipCreate) -> MembershipRead:
    await access_user(unit, user_id)
    answer = await _add(unit, user_id, request)
    await _note(unit, "membership.added", user_id, answer.model_dump(mode="json"))
    return answer


async def take_membership(unit: Unit, user_id: UUID, membership_id: UUID) -> None:
    """Raises NotFound."""
    await remove_membership(unit, user_id, membership_id)
    await _note(unit, "membership.removed", user_id, {"membership_id": str(membership_id)})


async def _add(unit: Unit, user_id: UUID, request: MembershipCreate) -> MembershipRead:
    facts = await add_membership(unit, user_id, request.role, request.provider_id, request.place_id)
    return MembershipRead.of(facts)


async def _note(unit: Unit, action: str, user_id: UUID, detail: Mapping[str, Any]) -> None:
    await record(unit, Deed(action, "user", str(user_id), dict(detail)))
