"""Rooms: one loader for all who ask, always one statement."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    insert,
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

_ACTIVE = PlaceStatus.active.value
_BOX = ("south", "north", "west", "east")
_NAMES = bindparam("amenities", type_=_R.amenities.type)
_HEIGHT = _V.lat.between(bindparam("south"), bindparam("north"))
_EAST_OF, _WEST_OF = _V.lng >= bindparam("west"), _V.lng <= bindparam("east")
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "city": func.lower(_V.city) == func.lower(bindparam("city", type_=Text)),
    "min_capacity": _R.capacity >= bindparam("min_capacity"),
    "min_price": _R.rate_per_hour >= bindparam("min_price"),
    "max_price": _R.rate_per_hour <= bindparam("max_price"),
    # one array and not one parameter per id, so that the statement is prepared once
    "ids": _R.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    "any_amenity": _R.amenities.op("&&", is_comparison=True)(_NAMES),
    "all_amenities": _R.amenities.op("@>", is_comparison=True)(_NAMES),
    "box": and_(_HEIGHT, _EAST_OF, _WEST_OF),
    "box_over_the_date_line": and_(_HEIGHT, or_(_EAST_OF, _WEST_OF)),
}


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


_BY_ID = _query().where(_CONDITIONS["ids"])


async def rooms_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, RoomFacts]:
    """Every room of these that ever was, deleted ones too."""
    if not ids:
        return {}
    rows = await unit.session.execute(_BY_ID, {"ids": list(ids)})
    return {row[0]: _facts(row) for row in rows}


async def find_rooms(unit: Unit, wanted: RoomFilter) -> list[RoomFacts]:
    """The active rooms of active venues that fit, by id, at most `wanted.limit`."""
    if wanted.ids is not None and not wanted.ids:
        return []
    values = {f.name: getattr(wanted, f.name) for f in fields(wanted)}
    values |= {"ids": list(wanted.ids or ()), "amenities": list(wanted.amenities)}
    values |= dict(zip(_BOX, wanted.box or (None,) * len(_BOX), strict=True))
    query = _search(_asked(wanted))
    return [_facts(row) for row in await unit.session.execute(query, values)]


@cache
def _search(asked: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """The statement that asks for these: built once, for building it costs more than its run."""
    query = _query().where(_R.status == _ACTIVE, _V.status == _ACTIVE)
    query = query.where(*(_CONDITIONS[name] for name in sorted(asked)))
    return query.order_by(_R.id).limit(bindparam("limit", type_=Integer))


def _asked(wanted: RoomFilter) -> frozenset[str]:
    simple = ("city", "min_capacity", "min_price", "max_price", "ids")
    asked = {name for name in simple if getattr(wanted, name) is not None}
    if wanted.amenities:
        asked.add("any_amenity" if wanted.any_amenity else "all_amenities")
    if wanted.box is not None:
        _, _, west, east = wanted.box
        asked.add("box" if west <= east else "box_over_the_date_line")
    return frozenset(asked)


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
