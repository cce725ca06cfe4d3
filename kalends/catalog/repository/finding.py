"""Finding rooms: the database says which rooms fit, and which version of each; their facts are remembered.

A room's facts are twenty columns and rarely change, so they are read once for every version of the room's
row and its venue's row: `xmin` names the transaction that wrote a row last. What is remembered can thus
never be stale.
"""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from kalends.core.reading import Read, Reading

from ..types import PlaceStatus, RoomFacts, RoomFilter
from .rooms import FACTS, JOINED, R, V, facts_of

_ROOMS_REMEMBERED = 4096
_ACTIVE = PlaceStatus.active.value
_BOX = ("south", "north", "west", "east")
_NAMES = bindparam("amenities", type_=R.amenities.type)
_HEIGHT = V.lat.between(bindparam("south"), bindparam("north"))
_EAST_OF, _WEST_OF = V.lng >= bindparam("west"), V.lng <= bindparam("east")
_VERSIONS: Any = (literal_column("rooms.xmin"), literal_column("venues.xmin").label("venue_xmin"))
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "city": func.lower(V.city) == func.lower(bindparam("city", type_=Text)),
    "min_capacity": R.capacity >= bindparam("min_capacity"),
    "min_price": R.rate_per_hour >= bindparam("min_price"),
    "max_price": R.rate_per_hour <= bindparam("max_price"),
    # one array and not one parameter per id, so that the statement is prepared once
    "ids": R.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    "any_amenity": R.amenities.op("&&", is_comparison=True)(_NAMES),
    "all_amenities": R.amenities.op("@>", is_comparison=True)(_NAMES),
    "box": and_(_HEIGHT, _EAST_OF, _WEST_OF),
    "box_over_the_date_line": and_(_HEIGHT, or_(_EAST_OF, _WEST_OF)),
}
_FACTS_OF = Read(
    select(*FACTS, *_VERSIONS)
    .select_from(JOINED)
    .where(R.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)
_remembered: dict[UUID, tuple[int, int, RoomFacts]] = {}


async def find_rooms(reading: Reading, wanted: RoomFilter) -> list[RoomFacts]:
    """The active rooms of active venues that fit, by id, at most `wanted.limit`."""
    if wanted.ids is not None and not wanted.ids:
        return []
    values = {f.name: getattr(wanted, f.name) for f in fields(wanted)}
    values |= {"ids": list(wanted.ids or ()), "amenities": list(wanted.amenities)}
    values |= dict(zip(_BOX, wanted.box or (None,) * len(_BOX), strict=True))
    rows = await reading.rows(_search(_asked(wanted)), **values)
    found = [_recalled(*row[:3]) for row in rows]
    if None in found:
        await _learn(reading, [row[0] for row, facts in zip(rows, found, strict=True) if not facts])
        found = [facts or _recalled(*row[:3]) for row, facts in zip(rows, found, strict=True)]
    return [facts for facts in found if facts]  # one that changed meanwhile is not found this time


def _recalled(room_id: UUID, version: int, venue_version: int) -> RoomFacts | None:
    known = _remembered.get(room_id)
    if known is not None and known[0] == version and known[1] == venue_version:
        return known[2]
    return None


async def _learn(reading: Reading, ids: Sequence[UUID]) -> None:
    if len(_remembered) + len(ids) > _ROOMS_REMEMBERED:
        _remembered.clear()
    for row in await reading.rows(_FACTS_OF, ids=ids):
        facts = facts_of(row)
        _remembered[facts.id] = (row["xmin"], row["venue_xmin"], facts)


@cache
def _search(asked: frozenset[str]) -> Read:
    """The statement that asks for these: built once, for building it costs more than its run."""
    query = select(R.id, *_VERSIONS).select_from(JOINED)
    query = query.where(R.status == _ACTIVE, V.status == _ACTIVE)
    query = query.where(*(_CONDITIONS[name] for name in sorted(asked)))
    return Read(query.order_by(R.id).limit(bindparam("limit", type_=Integer)))


def _asked(wanted: RoomFilter) -> frozenset[str]:
    simple = ("city", "min_capacity", "min_price", "max_price", "ids")
    asked = {name for name in simple if getattr(wanted, name) is not None}
    if wanted.amenities:
        asked.add("any_amenity" if wanted.any_amenity else "all_amenities")
    if wanted.box is not None:
        _, _, west, east = wanted.box
        asked.add("box" if west <= east else "box_over_the_date_line")
    return frozenset(asked)
