"""Roles and memberships as rows."""

from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from kalends.core.database import constraint_of
from kalends.core.ids import new_id
from kalends.core.unit import Unit

from ..errors import UnknownPlace
from ..models import MembershipGrant, RoleGrant, User
from ..types import MembershipFacts, PlatformRole, ProviderRole, UserStatus

_PLACES = {"fk_memberships_provider_id", "fk_memberships_place_id"}
# Everything that could leave the marketplace without a super admin, or make the first, queues here.
_SUPER_ADMIN_LOCK = text("SELECT pg_advisory_xact_lock(7306)")


async def lock_super_admins(unit: Unit) -> None:
    await unit.session.execute(_SUPER_ADMIN_LOCK)


async def count_super_admins(unit: Unit, besides: UUID | None = None) -> int:
    """How many active users are super admins, not counting `besides`. Lock them first."""
    query = (
        select(func.count())
        .select_from(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == PlatformRole.super_admin, User.status == UserStatus.active)
    )
    if besides is not None:
        query = query.where(User.id != besides)
    return (await unit.session.execute(query)).scalar_one()


async def any_super_admin(unit: Unit) -> bool:
    query = select(RoleGrant.user_id).where(RoleGrant.role == PlatformRole.super_admin).limit(1)
    return (await unit.session.execute(query)).first() is not None


async def insert_role(unit: Unit, user_id: UUID, role: PlatformRole) -> bool:
    """Whether the user did not have the role yet."""
    row = insert(RoleGrant).values(user_id=user_id, role=role, granted_at=unit.now)
    stored = row.on_conflict_do_nothing().returning(RoleGrant.role)
    return (await unit.session.execute(stored)).first() is not None


async def delete_role(unit: Unit, user_id: UUID, role: PlatformRole) -> bool:
    """Whether the user had the role."""
    gone = delete(RoleGrant).where(RoleGrant.user_id == user_id, RoleGrant.role == role)
    return (await unit.session.execute(gone.returning(RoleGrant.role))).first() is not None


async def insert_membership(
    unit: Unit, user_id: UUID, role: ProviderRole, provider_id: UUID, place_id: UUID | None
) -> MembershipFacts:
    """Store the membership, or find the same one. Raises UnknownPlace."""
    facts = {"role": role, "provider_id": provider_id, "place_id": place_id}
    row = insert(MembershipGrant).values(id=new_id(), user_id=user_id, created_at=unit.now, **facts)
    stored = row.on_conflict_do_nothing().returning(MembershipGrant.id)
    try:
        made: UUID | None = (await unit.session.execute(stored)).scalar_one_or_none()
    except IntegrityError as error:
        if constraint_of(error) in _PLACES:
            raise UnknownPlace from error
        raise
    if made is None:
        made = await _same_membership(unit, user_id, facts)
    return MembershipFacts(made, role, provider_id, place_id)


async def _same_membership(unit: Unit, user_id: UUID, facts: dict[str, object]) -> UUID:
    same = [getattr(MembershipGrant, name).is_not_distinct_from(v) for name, v in facts.items()]
    query = select(MembershipGrant.id).where(MembershipGrant.user_id == user_id, *same)
    return (await unit.session.execute(query)).scalar_one()


async def memberships_of(unit: Unit, user_id: UUID) -> list[MembershipFacts]:
    query = select(
        MembershipGrant.id,
        MembershipGrant.role,
        MembershipGrant.provider_id,
        MembershipGrant.place_id,
    ).where(MembershipGrant.user_id == user_id)
    rows = await unit.session.execute(query.order_by(MembershipGrant.id))
    return [MembershipFacts(i, ProviderRole(role), at, place) for i, role, at, place in rows]


async def delete_staff_membership(unit: Unit, user_id: UUID, provider_id: UUID) -> bool:
    """Whether this user was staff of this provider."""
    gone = delete(MembershipGrant).where(
        MembershipGrant.user_id == user_id,
        MembershipGrant.provider_id == provider_id,
        MembershipGrant.role == ProviderRole.staff,
    )
    return (await unit.session.execute(gone.returning(MembershipGrant.id))).first() is not None


async def delete_membership(unit: Unit, user_id: UUID, membership_id: UUID) -> bool:
    """Whether this user had this membership."""
    gone = delete(MembershipGrant).where(
        MembershipGrant.id == membership_id, MembershipGrant.user_id == user_id
    )
    return (await unit.session.execute(gone.returning(MembershipGrant.id))).first() is not None
