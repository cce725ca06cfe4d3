"""Making, changing and withdrawing add-ons."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from kalends.core.paging import Slice
from kalends.core.unit import Unit

from ..access import access_addon, access_venue
from ..repository import addons as stored
from ..types import AddonFacts, NewAddon
from .audit import difference, note
from .prices import accept_price


async def addons_by_id(unit: Unit, venue_id: UUID, ids: Collection[UUID]) -> dict[UUID, AddonFacts]:
    """Those of the add-ons that this venue has, withdrawn ones too (`active` says so)."""
    return await stored.addons_by_id(unit, venue_id, ids)


async def list_addons(
    unit: Unit, place: tuple[UUID, UUID | None], page: tuple[int, UUID | None]
) -> Slice[AddonFacts]:
    """What a venue, or one room of it, can be booked with; operators see withdrawn ones too."""
    active_only = not unit.principal.is_operator
    return await stored.addons_of(unit, place, page, active_only=active_only)


async def create_addon(unit: Unit, new: NewAddon) -> AddonFacts:
    """Offer an extra. Raises NotFound for the venue, Invalid for its room or price."""
    await access_venue(unit, new.venue_id)
    accept_price(unit, new.price)
    addon = await stored.add_addon(unit, new)
    await note(unit, "addon.created", addon.id, {"name": new.name, "price": str(new.price)})
    return addon


async def change_addon(unit: Unit, addon_id: UUID, changes: Mapping[str, Any]) -> AddonFacts:
    """Set the named fields, `price` as Money; bookings keep the price that they were made at.

    Raises NotFound, Invalid for a room of another venue or a price.
    """
    before = await access_addon(unit, addon_id)
    if not changes:
        return before
    columns = dict(changes)
    if "price" in columns:
        price = accept_price(unit, columns["price"])
        columns |= {"price": price.amount, "currency": price.currency}
    after = await stored.change_addon(unit, addon_id, columns)
    await note(unit, "addon.changed", addon_id, difference(asdict(before), changes))
    return after


async def delete_addon(unit: Unit, addon_id: UUID) -> None:
    """Withdraw an add-on: bookings that have it keep it, new ones cannot. Raises NotFound."""
    before = await access_addon(unit, addon_id)
    await stored.change_addon(unit, addon_id, {"active": False})
    await note(unit, "addon.deleted", addon_id, {"name": before.name})
