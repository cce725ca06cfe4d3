"""Staff as rows: who they are, what they can do, when they work and when they are away."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

from kalends.core.database import constraint_of
from kalends.core.ids import new_id
from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..errors import AlreadyStaff
from ..models import Provider, ServiceStaff, StaffMember, TimeOff
from ..rules import (
    days_without,
    read_hours,
    read_opening,
    read_stored_hours,
    week_without,
    write_hours,
)
from ..types import Breaks, Hours, NewStaff, PlaceStatus, StaffFacts, StaffHours, TimeOffFacts

M = StaffMember.metadata.tables["staff_members"].c
P = Provider.metadata.tables["providers"].c
_JOINED = StaffMember.metadata.tables["staff_members"].join(
    Provider.metadata.tables["providers"], P.id == M.provider_id
)
_SKILLS = func.array(
    select(ServiceStaff.service_id).where(ServiceStaff.staff_id == M.id).scalar_subquery(),
    type_=ARRAY(Uuid),
)
_AWAY = (
    select(
        func.jsonb_agg(
            func.jsonb_build_array(TimeOff.starts_at, TimeOff.ends_at),
            type_=JSONB,
        )
    )
    .where(TimeOff.staff_id == M.id, TimeOff.ends_at > func.kalends_now())
    .scalar_subquery()
)
_FACTS = (
    M.id,
    M.provider_id,
    M.user_id,
    M.name,
    M.title,
    M.bio,
    M.user_id.is_not(None) & (M.user_id == P.owner_user_id),
    M.status,
    P.zone,
    cast(func.coalesce(M.hours, P.hours), Text),
    M.breaks,
    func.coalesce(M.buffer_minutes, P.buffer_minutes),
    _SKILLS,
    M.rating_hundredths,
    M.rating_count,
    _AWAY,
    M.invited_email,
)
_OFF = (TimeOff.id, TimeOff.staff_id, TimeOff.starts_at, TimeOff.ends_at, TimeOff.reason)


def _query() -> Select[*tuple[Any, ...]]:
    return select(*_FACTS).select_from(_JOINED)


def _facts(unit: Unit, row: Sequence[Any]) -> StaffFacts:
    staff_id, provider_id, user_id, name, title, bio, is_owner, status, zone, hours = row[:10]
    breaks, buffer, skills, hundredths, count, away, invited = row[10:17]
    weekly, exceptions = read_opening(read_stored_hours(hours))
    pauses = _breaks(breaks)
    return StaffFacts(
        id=staff_id,
        provider_id=provider_id,
        user_id=user_id,
        name=name,
        title=title,
        bio=bio,
        is_owner=bool(is_owner),
        status=PlaceStatus(status),
        zone=zone or unit.profile.time_zone,
        weekly=week_without(weekly, pauses),
        exceptions=days_without(exceptions, pauses),
        buffer_minutes=unit.profile.availability.buffer_minutes if buffer is None else buffer,
        skills=frozenset(skills),
        rating_hundredths=hundredths,
        rating_count=count,
        time_off=tuple(sorted((_moment(start), _moment(end)) for start, end in away or ())),
        invited_email=invited,
    )


async def staff_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, StaffFacts]:
    """Everybody of these who ever was on a staff, those who left too."""
    if not ids:
        return {}
    query = _query().where(M.id == any_(literal(list(ids), ARRAY(Uuid))))
    return {row[0]: _facts(unit, row) for row in await unit.session.execute(query)}


async def owners_on_staff(unit: Unit, provider_ids: Collection[UUID]) -> list[StaffFacts]:
    """The owners of these providers who are on their own active staff."""
    query = _query().where(
        M.provider_id == any_(literal(list(provider_ids), ARRAY(Uuid))),
        M.status == PlaceStatus.active.value,
        M.user_id == P.owner_user_id,
    )
    return [_facts(unit, row) for row in await unit.session.execute(query)]


async def on_duty(unit: Unit, provider_ids: Collection[UUID]) -> list[StaffFacts]:
    """The active staff of these providers."""
    query = _query().where(
        M.provider_id == any_(literal(list(provider_ids), ARRAY(Uuid))),
        M.status == PlaceStatus.active.value,
    )
    return [_facts(unit, row) for row in await unit.session.execute(query)]


async def staff_for(unit: Unit, service_id: UUID) -> list[StaffFacts]:
    """The active members who can do the service, by id."""
    able = select(ServiceStaff.staff_id).where(ServiceStaff.service_id == service_id)
    query = _query().where(M.id.in_(able), M.status == PlaceStatus.active.value)
    return [_facts(unit, row) for row in await unit.session.execute(query.order_by(M.id))]


async def staff_of(
    unit: Unit, provider_id: UUID, statuses: Collection[str], page: tuple[int, UUID | None]
) -> Slice[StaffFacts]:
    """A page of a provider's staff, by id; `page` is the limit and the last id seen."""
    limit, after = page
    query = _query().where(M.provider_id == provider_id, M.status.in_(statuses))
    if after is not None:
        query = query.where(M.id > after)
    rows = await unit.session.execute(query.order_by(M.id).limit(limit + 1))
    return slice_of([_facts(unit, row) for row in rows], limit, lambda found: (found.id,))


async def add_staff(unit: Unit, provider_id: UUID, new: NewStaff, account: dict[str, Any]) -> UUID:
    """`account` are `user_id` and `invited_email`. Raises AlreadyStaff when it is on this staff already."""
    staff_id = new_id()
    values = {
        "id": staff_id,
        "provider_id": provider_id,
        **account,
        "name": new.name,
        "title": new.title,
        "bio": new.bio,
        "hours": write_hours(new.hours) if new.hours else None,
        "breaks": new.breaks,
        "buffer_minutes": new.buffer_minutes,
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    await _written(unit, insert(StaffMember).values(_nulls(values)))
    return staff_id


async def change_staff(unit: Unit, staff_id: UUID, values: dict[str, Any]) -> None:
    """Raises AlreadyStaff when another member of this staff has the account."""
    change = update(StaffMember).where(StaffMember.id == staff_id)
    await _written(unit, change.values(**values, updated_at=unit.now))


async def staff_of_user(unit: Unit, user_id: UUID) -> list[StaffFacts]:
    """The staffs that an account is on now, by id."""
    query = select(M.id).where(M.user_id == user_id, M.status != PlaceStatus.deleted.value)
    ids = list((await unit.session.execute(query.order_by(M.id))).scalars())
    found = await staff_by_id(unit, ids)
    return [found[staff_id] for staff_id in ids]


async def set_rating(unit: Unit, staff_id: UUID, hundredths: int | None, count: int) -> None:
    change = update(StaffMember).where(StaffMember.id == staff_id)
    await unit.session.execute(change.values(rating_hundredths=hundredths, rating_count=count))


async def hours_of(unit: Unit, staff_id: UUID) -> StaffHours:
    query = select(cast(M.hours, Text), M.breaks, P.zone).select_from(_JOINED)
    hours, breaks, zone = (await unit.session.execute(query.where(M.id == staff_id))).one()
    own = None if hours is None else read_hours(hours)
    return StaffHours(own, _breaks(breaks), zone or unit.profile.time_zone)


async def set_hours(unit: Unit, staff_id: UUID, hours: Hours | None, breaks: Breaks) -> None:
    values = {"hours": write_hours(hours) if hours else None, "breaks": breaks}
    await change_staff(unit, staff_id, _nulls(values))


async def time_off_of(
    unit: Unit, staff_id: UUID, page: tuple[int, UUID | None]
) -> Slice[TimeOffFacts]:
    """A page of when somebody is away from now on, in the order in which it was asked for."""
    limit, after = page
    query = select(*_OFF).where(TimeOff.staff_id == staff_id, TimeOff.ends_at > unit.now)
    if after is not None:
        query = query.where(TimeOff.id > after)
    rows = await unit.session.execute(query.order_by(TimeOff.id).limit(limit + 1))
    return slice_of([TimeOffFacts(*row) for row in rows], limit, lambda found: (found.id,))


async def count_time_off(unit: Unit, staff_id: UUID) -> int:
    """How often somebody is away from now on."""
    coming: ColumnElement[bool] = TimeOff.ends_at > unit.now
    query = select(func.count()).where(TimeOff.staff_id == staff_id, coming)
    return (await unit.session.execute(query)).scalar_one()


async def add_time_off(unit: Unit, off: TimeOffFacts) -> None:
    values = {name: getattr(off, name) for name in ("staff_id", "starts_at", "ends_at", "reason")}
    row = insert(TimeOff).values(id=off.id, created_at=unit.now, **values)
    await unit.session.execute(row)


async def remove_time_off(unit: Unit, staff_id: UUID, time_off_id: UUID) -> bool:
    """Whether there was this absence."""
    gone = delete(TimeOff).where(TimeOff.id == time_off_id, TimeOff.staff_id == staff_id)
    return (await unit.session.execute(gone.returning(TimeOff.id))).first() is not None


def _nulls(values: dict[str, Any]) -> dict[str, Any]:
    """In a JSON column None would be written as the JSON value null."""
    return {name: null() if value is None else value for name, value in values.items()}


def _breaks(stored: list[Any]) -> Breaks:
    return tuple((weekday, start, end) for weekday, start, end in stored)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


async def _written(unit: Unit, statement: Any) -> None:
    try:
        await unit.session.execute(statement)
    except IntegrityError as error:
        if constraint_of(error) != "uq_staff_members_account":
            raise
        raise AlreadyStaff from error
