"""Statements on favourites."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from kalends.core.paging import PageQuery, Slice, moment_after, slice_of
from kalends.core.reading import Read, Reading
from kalends.core.unit import Unit

from .models import Favourite

_MINE = Read("SELECT f.room_id FROM favourites f WHERE f.user_id = caller.user_id")


async def remove_favourite(unit: Unit, room_id: UUID) -> bool:
    """Whether the room was a favourite of the signed-in user until now."""
    removal = delete(Favourite).where(
        Favourite.user_id == unit.user_id, Favourite.room_id == room_id
    )
    row = await unit.session.execute(removal.returning(Favourite.room_id))
    return row.first() is not None


async def add_favourite(unit: Unit, room_id: UUID) -> None:
    values = {"user_id": unit.user_id, "room_id": room_id, "created_at": unit.now}
    await unit.session.execute(insert(Favourite).values(values).on_conflict_do_nothing())


async def favourite_ids(reading: Reading) -> frozenset[UUID]:
    """All favourites of the signed-in user."""
    return frozenset(row[0] for row in await reading.rows(_MINE))


async def favourites_page(unit: Unit, page: PageQuery) -> Slice[tuple[UUID, datetime]]:
    """The signed-in user's favourites with the moment they became one, newest first."""
    query = select(Favourite.room_id, Favourite.created_at).where(Favourite.user_id == unit.user_id)
    if page.cursor is not None:
        before = tuple_(Favourite.created_at, Favourite.room_id) < moment_after(page.cursor)
        query = query.where(before)
    newest = query.order_by(Favourite.created_at.desc(), Favourite.room_id.desc())
    rows = await unit.session.execute(newest.limit(page.limit + 1))
    pairs = [(room_id, at) for room_id, at in rows]
    return slice_of(pairs, page.limit, lambda pair: (pair[1].isoformat(), pair[0]))


async def favourite_counts(unit: Unit, room_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many people each room is a favourite of; 0 for nobody."""
    query = (
        select(Favourite.room_id, func.count())
        .where(Favourite.room_id == any_(literal(list(room_ids), ARRAY(Uuid))))
        .group_by(Favourite.room_id)
    )
    counted = {row[0]: row[1] for row in await unit.session.execute(query)}
    return {room_id: counted.get(room_id, 0) for room_id in room_ids}
