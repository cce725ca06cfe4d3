"""Making, changing and closing venues."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from kalends.core.paging import Slice
from kalends.core.principal import ActorKind
from kalends.core.states import begin
from kalends.core.unit import Unit

from ..access import access_venue, see_venue
from ..events import VenueChanged
from ..processes import PROVIDERS
from ..repository import venues as stored
from ..types import NewVenue, PlaceStatus, VenueFacts
from .audit import difference, note
from .taxes import check_state


async def create_venue(unit: Unit, new: NewVenue) -> VenueFacts:
    """Open a venue, with a provider of its own unless it names one. Raises Invalid for an unknown one,
    TaxDetailsWrong.
    """
    check_state(unit.profile.documents.tax_id_name, new.state_code)
    provider_id = new.provider_id or await _add_provider(unit, new.name)
    placed = replace(new, provider_id=provider_id, zone=new.zone or unit.profile.time_zone)
    venue = await stored.add_venue(unit, placed)
    unit.emit(VenueChanged(venue_id=venue.id))
    await note(unit, "venue.created", venue.id, {"name": new.name, "provider_id": provider_id})
    return venue


async def _add_provider(unit: Unit, name: str) -> UUID:
    row = await stored.add_provider(unit, name)
    await begin(unit, PROVIDERS, row, ActorKind.operator)
    provider_id: UUID = row.id
    return provider_id


async def get_venue(unit: Unit, venue_id: UUID) -> VenueFacts:
    """The venue as the principal may see it; the system sees inactive ones too. Raises NotFound."""
    return await see_venue(unit, venue_id)


async def list_venues(
    unit: Unit, city: str | None, page: tuple[int, UUID | None]
) -> Slice[VenueFacts]:
    """Venues, oldest first, in a city if one is named (in any case); operators see inactive ones too."""
    statuses = [PlaceStatus.active.value]
    if unit.principal.is_operator:
        statuses.append(PlaceStatus.inactive.value)
    return await stored.venues(unit, city, statuses, page)


async def change_venue(unit: Unit, venue_id: UUID, changes: Mapping[str, Any]) -> VenueFacts:
    """Set the named fields of a venue; none changes nothing. Raises NotFound, TaxDetailsWrong."""
    before = await access_venue(unit, venue_id)
    if not changes:
        return before
    check_state(unit.profile.documents.tax_id_name, changes.get("state_code"))
    after = await stored.change_venue(unit, venue_id, dict(changes))
    unit.emit(VenueChanged(venue_id=venue_id))
    await note(unit, "venue.changed", venue_id, difference(asdict(before), changes))
    return after


async def delete_venue(unit: Unit, venue_id: UUID) -> None:
    """Take a venue and its rooms out of the catalogue for good. Raises NotFound.

    The catalogue does not know bookings: those that exist go on as agreed, new ones are refused.
    """
    before = await access_venue(unit, venue_id)
    await stored.change_venue(unit, venue_id, {"status": PlaceStatus.deleted.value})
    unit.emit(VenueChanged(venue_id=venue_id))
    await note(unit, "venue.deleted", venue_id, {"name": before.name})
