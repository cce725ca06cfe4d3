"""Rooms: one loader for all who ask, always one statement."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..models import Room, Venue
from ..rules import read_hours, read_opening, write_hours
from ..types import Hours, NewRoom, PlaceStatus, RoomFacts, RoomFilter, RoomPage

# Tables and not mapped classes: a search loads hundreds of rows and no objects of the mapper.
_ROOMS, _VENUES = Room.metadata.tables["rooms"], Venue.metadata.tables["venues"]
_R, _V = _ROOMS.c, _VENUES.c
_STATUSES = {status.value: status for status in PlaceStatus}
_WORSE = tuple(_STATUSES).index
# In the order in which `_facts` takes them apart.
_FACTS = (
    _R.id,
    _R.venue_id,
    _V.provider_id,
    _R.name,
    _V.name,
    _V.address,
    _V.city,
    _V.zone,
    _V.lat,
    _V.lng,
    _R.capacity,
    _R.rate_per_hour,
    _R.currency,
    _R.amenities,
    _R.photos,
    _R.status,
    _V.status,
    _R.rating_hundredths,
    _R.rating_count,
    cast(_R.hours, Text),
)
_WIDTH = len(_FACTS)
_PAGE = (
    _R.status.label("own_status"),
    _R.description,
    _V.contact_email,
    _V.contact_phone,
    _R.created_at,
    _R.updated_at,
)


def _query(*more: Any) -> Select[*tuple[Any, ...]]:
    return select(*_FACTS, *more).select_from(_ROOMS.join(_VENUES, _V.id == _R.venue_id))


def _facts(row: Sequence[Any]) -> RoomFacts:
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


def _among(ids: Collection[UUID]) -> ColumnElement[bool]:
    # one array and not one parameter per id, so that the statement is prepared once
    return _R.id == any_(literal(list(ids), ARRAY(Uuid)))


async def rooms_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, RoomFacts]:
    """Every room of these that ever was, deleted ones too."""
    if not ids:
        return {}
    rows = await unit.session.execute(_query().where(_among(ids)))
    return {row[0]: _facts(row) for row in rows}


async def find_rooms(unit: Unit, wanted: RoomFilter) -> list[RoomFacts]:
    """The active rooms of active venues that fit, by id, at most `wanted.limit`."""
    if wanted.ids is not None and not wanted.ids:
        return []
    query = _query().where(*_conditions(wanted)).order_by(_R.id).limit(wanted.limit)
    return [_facts(row) for row in await unit.session.execute(query)]


def _conditions(wanted: RoomFilter) -> Iterator[ColumnElement[bool]]:
    yield _R.status == PlaceStatus.active.value
    yield _V.status == PlaceStatus.active.value
    if wanted.city is not None:
        yield func.lower(_V.city) == func.lower(wanted.city)
    if wanted.min_capacity is not None:
        yield _R.capacity >= wanted.min_capacity
    if wanted.amenities:
        yield _amenities(wanted)
    if wanted.min_price is not None:
        yield _R.rate_per_hour >= wanted.min_price
    if wanted.max_price is not None:
        yield _R.rate_per_hour <= wanted.max_price
    if wanted.box is not None:
        yield _inside(wanted.box)
    if wanted.ids is not None:
        yield _among(wanted.ids)


def _amenities(wanted: RoomFilter) -> ColumnElement[bool]:
    names = literal(list(wanted.amenities), _R.amenities.type)
    return _R.amenities.op("&&" if wanted.any_amenity else "@>", is_comparison=True)(names)


def _inside(box: tuple[float, float, float, float]) -> ColumnElement[bool]:
    south, north, west, east = box
    join = and_ if west <= east else or_
    return and_(_V.lat.between(south, north), join(_V.lng >= west, _V.lng <= east))


async def room_page(unit: Unit, room_id: UUID) -> RoomPage | None:
    """Everything about one room, whatever its status."""
    row = (await unit.session.execute(_query(*_PAGE).where(_R.id == room_id))).first()
    if row is None:
        return None
    own_status, description, email, phone, created_at, updated_at = row[_WIDTH:]
    return RoomPage(
        facts=_facts(row),
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
    query = _query().where(_R.venue_id == venue_id, _R.status.in_(statuses))
    if after is not None:
        query = query.where(_R.id > after)
    rows = await unit.session.execute(query.order_by(_R.id).limit(limit + 1))
    return slice_of([_facts(row) for row in rows], limit, lambda room: (room.id,))


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
    change = update(_ROOMS).where(_R.id == room_id).values(**values, updated_at=unit.now)
    await unit.session.execute(change)


async def set_hours(unit: Unit, room_id: UUID, hours: Hours) -> None:
    await change_room(unit, room_id, {"hours": write_hours(hours)})
