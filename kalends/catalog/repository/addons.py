"""Add-ons: extras of a venue, or of one of its rooms."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from kalends.core.database import constraint_of
from kalends.core.errors import Invalid
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..models import Addon, Venue
from ..types import AddonFacts, NewAddon, PlaceStatus

_COLUMNS = (
    Addon.id,
    Addon.venue_id,
    Addon.room_id,
    Addon.name,
    Addon.price,
    Addon.currency,
    Addon.active,
)


def _facts(row: Sequence[Any]) -> AddonFacts:
    addon_id, venue_id, room_id, name, price, currency, active = row
    return AddonFacts(addon_id, venue_id, room_id, name, Money(price, currency), active)


async def addon(unit: Unit, addon_id: UUID) -> AddonFacts | None:
    query = select(*_COLUMNS).where(Addon.id == addon_id)
    row = (await unit.session.execute(query)).first()
    return _facts(row) if row else None


async def addons_by_id(unit: Unit, venue_id: UUID, ids: Collection[UUID]) -> dict[UUID, AddonFacts]:
    if not ids:
        return {}
    query = select(*_COLUMNS).where(Addon.venue_id == venue_id, Addon.id.in_(ids))
    return {row[0]: _facts(row) for row in await unit.session.execute(query)}


async def addons_of(
    unit: Unit, place: tuple[UUID, UUID | None], page: tuple[int, UUID | None], *, active_only: bool
) -> Slice[AddonFacts]:
    """A page of what a venue sells beside its rooms; `place` is the venue and perhaps one room of it.

    `page` is the limit and the last id seen.
    """
    (venue_id, room_id), (limit, after) = place, page
    query = select(*_COLUMNS).join(Venue, Venue.id == Addon.venue_id)
    query = query.where(Addon.venue_id == venue_id, Venue.status != PlaceStatus.deleted.value)
    if active_only:
        query = query.where(Addon.active, Venue.status == PlaceStatus.active.value)
    if room_id is not None:
        query = query.where(or_(Addon.room_id.is_(None), Addon.room_id == room_id))
    if after is not None:
        query = query.where(Addon.id > after)
    rows = await unit.session.execute(query.order_by(Addon.id).limit(limit + 1))
    return slice_of([_facts(row) for row in rows], limit, lambda found: (found.id,))


async def add_addon(unit: Unit, new: NewAddon) -> AddonFacts:
    """Raises Invalid when the room is not one of the venue's."""
    values = {
        "id": new_id(),
        "venue_id": new.venue_id,
        "room_id": new.room_id,
        "name": new.name,
        "price": new.price.amount,
        "currency": new.price.currency,
    }
    return await _written(unit, insert(Addon).values(values).returning(*_COLUMNS))


async def change_addon(unit: Unit, addon_id: UUID, values: dict[str, Any]) -> AddonFacts:
    """Raises Invalid when the room is not one of the venue's."""
    change = update(Addon).where(Addon.id == addon_id).values(**values)
    return await _written(unit, change.returning(*_COLUMNS))


async def _written(unit: Unit, statement: Any) -> AddonFacts:
    try:
        result = await unit.session.execute(statement)
    except IntegrityError as error:
        if constraint_of(error) != "fk_addons_room_of_venue":
            raise
        raise Invalid("room_id: this room does not belong to the add-on's venue") from error
    return _facts(result.one())
