"""People as rows: made, found, changed. Phone numbers are sealed on the way in and opened on the way out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from kalends.core.ids import new_id
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..models import MembershipGrant, RoleGrant, User
from ..types import (
    Account,
    ManagingRole,
    MembershipFacts,
    NewPerson,
    Person,
    PlatformRole,
    ProviderRole,
    UserStatus,
)

_Rows = Select[*tuple[Any, ...]]
_PERSON: _Rows = select(User.id, User.email, User.name, User.phone, User.status)
_ROLES = func.array(
    select(RoleGrant.role).where(RoleGrant.user_id == User.id).scalar_subquery(),
    type_=ARRAY(String),
)
_MEMBERSHIPS = (
    select(
        func.jsonb_agg(
            func.jsonb_build_object(
                "id", MembershipGrant.id,
                "role", MembershipGrant.role,
                "provider_id", MembershipGrant.provider_id,
                "place_id", MembershipGrant.place_id,
            ),
            type_=JSONB,
        )
    )
    .where(MembershipGrant.user_id == User.id)
    .scalar_subquery()
)  # fmt: skip
_ACCOUNT: _Rows = _PERSON.add_columns(
    User.password_hash,
    User.token_version,
    User.created_at,
    _ROLES.label("roles"),
    _MEMBERSHIPS.label("memberships"),
)


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Each narrows the list; `email` is how the address begins, `role` any role or `customer`."""

    email: str | None = None
    role: str | None = None
    status: UserStatus | None = None


async def insert_user(unit: Unit, person: NewPerson) -> Person | None:
    """Store a new user; None when the e-mail belongs to somebody already."""
    user_id = new_id()
    row = insert(User).values(
        id=user_id,
        email=person.email,
        password_hash=person.password_hash,
        name=person.name,
        phone=_sealed(unit, user_id, person.phone),
        created_at=unit.now,
        updated_at=unit.now,
    )
    stored = row.on_conflict_do_nothing(index_elements=["email"]).returning(User.id)
    if (await unit.session.execute(stored)).first() is None:
        return None
    return Person(user_id, person.email, person.name, person.phone, UserStatus.active)


async def find_people(unit: Unit, ids: Collection[UUID]) -> dict[UUID, Person]:
    rows = await unit.session.execute(_PERSON.where(User.id.in_(ids)))
    return {row.id: _person(unit, row) for row in rows}


async def find_person_by_email(unit: Unit, email: str) -> Person | None:
    row = (await unit.session.execute(_PERSON.where(User.email == email))).first()
    return _person(unit, row) if row else None


async def find_managers(unit: Unit, provider_id: UUID, place_id: UUID | None) -> list[Person]:
    """The active people whose membership covers this provider (and this place of it), oldest first."""
    covers: ColumnElement[bool] = MembershipGrant.place_id.is_(None)
    if place_id is not None:
        covers |= MembershipGrant.place_id == place_id
    members = select(MembershipGrant.user_id).where(
        MembershipGrant.provider_id == provider_id,
        MembershipGrant.role.in_(list(ManagingRole)),
        covers,
    )
    query = _PERSON.where(User.id.in_(members), User.status == UserStatus.active)
    rows = await unit.session.execute(query.order_by(User.id))
    return [_person(unit, row) for row in rows]


async def find_account(unit: Unit, user_id: UUID) -> Account | None:
    row = (await unit.session.execute(_ACCOUNT.where(User.id == user_id))).first()
    return _account(unit, row) if row else None


async def find_account_by_email(unit: Unit, email: str) -> Account | None:
    row = (await unit.session.execute(_ACCOUNT.where(User.email == email))).first()
    return _account(unit, row) if row else None


async def list_accounts(unit: Unit, wanted: UserFilter, page: PageQuery) -> Slice[Account]:
    """Newest first."""
    query = _ACCOUNT.where(*_conditions(wanted))
    if page.cursor:
        query = query.where(User.id < id_after(page.cursor))
    rows = await unit.session.execute(query.order_by(User.id.desc()).limit(page.limit + 1))
    accounts = [_account(unit, row) for row in rows]
    return slice_of(accounts, page.limit, lambda account: (account.person.id,))


async def update_user(unit: Unit, user_id: UUID, changes: dict[str, Any]) -> None:
    """Change columns of one user; `phone` is given plain."""
    values = dict(changes)
    if "phone" in values:
        values["phone"] = _sealed(unit, user_id, values["phone"])
    statement = update(User).where(User.id == user_id).values(**values, updated_at=unit.now)
    await unit.session.execute(statement)


async def replace_hash(unit: Unit, user_id: UUID, old: str, new: str) -> None:
    """Upgrade a stored hash, unless the password was changed meanwhile."""
    same = (User.id == user_id, User.password_hash == old)
    await unit.session.execute(update(User).where(*same).values(password_hash=new))


async def change_hash(unit: Unit, user_id: UUID, version: int, new: str) -> bool:
    """Store a new password's hash; False when the tokens were ended since `version` was read."""
    same = (User.id == user_id, User.token_version == version)
    changes = {"password_hash": new, "updated_at": unit.now}
    changed = update(User).where(*same).values(changes).returning(User.id)
    return (await unit.session.execute(changed)).first() is not None


def _conditions(wanted: UserFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.email:
        conditions.append(User.email.startswith(wanted.email.lower(), autoescape=True))
    if wanted.status:
        conditions.append(User.status == wanted.status)
    if wanted.role:
        conditions.append(_has_role(wanted.role))
    return conditions


def _has_role(role: str) -> ColumnElement[bool]:
    operators = select(RoleGrant.user_id)
    members = select(MembershipGrant.user_id)
    if role in set(PlatformRole):
        return User.id.in_(operators.where(RoleGrant.role == role))
    if role in set(ProviderRole):
        return User.id.in_(members.where(MembershipGrant.role == role))
    return User.id.not_in(operators) & User.id.not_in(members)


def _person(unit: Unit, row: Row[Any]) -> Person:
    phone = None
    if row.phone is not None:
        phone = unit.house.keyring.open(row.phone, _phone_context(row.id))
    return Person(row.id, row.email, row.name, phone, UserStatus(row.status))


def _account(unit: Unit, row: Row[Any]) -> Account:
    return Account(
        person=_person(unit, row),
        platform_roles=frozenset(PlatformRole(role) for role in row.roles),
        memberships=tuple(_membership(facts) for facts in row.memberships or ()),
        token_version=row.token_version,
        created_at=row.created_at,
        password_hash=row.password_hash,
    )


def _membership(facts: dict[str, Any]) -> MembershipFacts:
    place = facts["place_id"]
    return MembershipFacts(
        id=UUID(facts["id"]),
        role=ProviderRole(facts["role"]),
        provider_id=UUID(facts["provider_id"]),
        place_id=UUID(place) if place else None,
    )


def _sealed(unit: Unit, user_id: UUID, phone: str | None) -> bytes | None:
    return unit.house.keyring.seal(phone, _phone_context(user_id)) if phone else None


def _phone_context(user_id: UUID) -> str:
    return f"users:phone:{user_id}"
