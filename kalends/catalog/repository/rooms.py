"""Rooms: one loader for all who ask, always one statement."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    insert,
    select,
    update,
)

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..models import Room, Venue
from ..rules import read_hours, read_opening, write_hours
from ..types import Hours, NewRoom, PlaceStatus, RoomFacts, RoomPage

# Tables and not mapped classes: a search loads hundreds of rows and no objects of the mapper.
_ROOMS, _VENUES = Room.metadata.tables["rooms"], Venue.metadata.tables["venues"]
R, V = _ROOMS.c, _VENUES.c
_STATUSES = {status.value: status for status in PlaceStatus}
_WORSE = tuple(_STATUSES).index
# In the order in which `facts_of` takes them apart.
FACTS = (
    R.id,
    R.venue_id,
    V.provider_id,
    R.name,
    V.name,
    V.address,
    V.city,
    V.zone,
    V.lat,
    V.lng,
    R.capacity,
    R.rate_per_hour,
    R.currency,
    R.amenities,
    R.photos,
    R.status,
    V.status,
    R.rating_hundredths,
    R.rating_count,
    cast(R.hours, Text),
)
_WIDTH = len(FACTS)
_PAGE = (
    R.status.label("own_status"),
    R.description,
    V.contact_email,
    V.contact_phone,
    R.created_at,
    R.updated_at,
)


JOINED = _ROOMS.join(_VENUES, V.id == R.venue_id)


def _query(*more: Any) -> Select[*tuple[Any, ...]]:
    return select(*FACTS, *more).select_from(JOINED)


def facts_of(row: Sequence[Any]) -> RoomFacts:
    room_id, venue_id, provider_id, name, venue_name, address, city, zone, lat, lng = row[:10]
    capacity, rate, currency, amenities, photos = row[10:15]
    own, venue, hundredths, count, hours = row[15:_WIDTH]
    weekly, exceptions = read_opening(hours)
    return RoomFacts(
        id=room_id,
        venue_id=venue_id,
        provider_id=provider_id,
        name=name,
        venue_name=venue_name,
        address=address,
        city=city,
        zone=zone,
        lat=lat,
        lng=lng,
        capacity=capacity,
        rate=Money(rate, currency),
        amenities=tuple(amenities),
        photos=tuple(photos),
        status=_STATUSES[own if own == venue else max(own, venue, key=_WORSE)],
        rating_hundredths=hundredths,
        rating_count=count,
        weekly=weekly,
        exceptions=exceptions,
    )


# one array and not one parameter per id, so that the statement is prepared once
_BY_ID = _query().where(R.id == any_(bindparam("ids", type_=ARRAY(Uuid))))


async def rooms_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, RoomFacts]:
    """Every room of these that ever was, deleted ones too."""
    if not ids:
        return {}
    rows = await unit.session.execute(_BY_ID, {"ids": list(ids)})
    return {row[0]: facts_of(row) for row in rows}


async def room_page(unit: Unit, room_id: UUID) -> RoomPage | None:
    """Everything about one room, whatever its status."""
    row = (await unit.session.execute(_query(*_PAGE).where(R.id == room_id))).first()
    if row is None:
        return None
    own_status, description, email, phone, created_at, updated_at = row[_WIDTH:]
    return RoomPage(
        facts=facts_of(row),
        hours=read_hours(row[_WIDTH - 1]),
        description=description,
        contact_email=email,
        contact_phone=phone,
        own_status=_STATUSES[own_status],
        created_at=created_at,
        updated_at=updated_at,
    )


async def rooms_of(
    unit: Unit, venue_id: UUID, statuses: Collection[str], page: tuple[int, UUID | None]
) -> Slice[RoomFacts]:
    """A page of a venue's rooms, oldest first; `page` is the limit and the last id seen."""
    limit, after = page
    query = _query().where(R.venue_id == venue_id, R.status.in_(statuses))
    if after is not None:
        query = query.where(R.id > after)
    rows = await unit.session.execute(query.order_by(R.id).limit(limit + 1))
    return slice_of([facts_of(row) for row in rows], limit, lambda room: (room.id,))


async def add_room(unit: Unit, venue_id: UUID, new: NewRoom) -> UUID:
    room_id = new_id()
    values = {
        "id": room_id,
        "venue_id": venue_id,
        "name": new.name,
        "description": new.description,
        "capacity": new.capacity,
        "rate_per_hour": new.rate.amount,
        "currency": new.rate.currency,
        "amenities": list(new.amenities),
        "photos": list(new.photos),
        "hours": write_hours(new.hours),
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    await unit.session.execute(insert(_ROOMS).values(values))
    return room_id


async def change_room(unit: Unit, room_id: UUID, values: dict[str, Any]) -> None:
    change = update(_ROOMS).where(R.id == room_id).values(**values, updated_at=unit.now)
    await unit.session.execute(change)


async def set_hours(unit: Unit, room_id: UUID, hours: Hours) -> None:
    await change_room(unit, room_id, {"hours": write_hours(hours)})
