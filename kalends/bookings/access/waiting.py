"""Who reaches which waitlist."""

from uuid import UUID

from kalends import catalog
from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

from ..repository import waiting as repository
from ..types.waiting import WaitFacts

_FEATURE, _READ = "waitlist", UnitKind.read
_OWN = "own bookings"
_SEEN = "own bookings; those at a managed venue; all for operators"

WAITING = {
    "POST /waitlist": Rule(
        Who.signed_in, "for oneself", limit="bookings", keyed=True, feature=_FEATURE
    ),
    "GET /waitlist": Rule(Who.signed_in, _OWN, _READ, feature=_FEATURE),
    "GET /waitlist/{entry_id}": Rule(
        Who.signed_in,
        _SEEN,
        _READ,
        feature=_FEATURE,
    ),
    "POST /waitlist/{entry_id}/accept": Rule(
        Who.signed_in, _OWN, limit="bookings", keyed=True, feature=_FEATURE
    ),
    "POST /waitlist/{entry_id}/decline": Rule(Who.signed_in, _OWN, keyed=True, feature=_FEATURE),
    "POST /waitlist/{entry_id}/leave": Rule(Who.signed_in, _OWN, keyed=True, feature=_FEATURE),
    "GET /providers/{provider_id}/waitlist": Rule(
        Who.manager, "lines at what one manages; moderators any", _READ, feature=_FEATURE
    ),
}


async def access_entry(unit: Unit, entry_id: UUID) -> WaitFacts:
    """The entry, for who waits, for who manages the place, and for operators. Raises NotFound."""
    found = await repository.find(unit, entry_id)
    who = unit.principal
    if found is None or not (
        found.customer_id == who.user_id
        or who.is_operator
        or who.manages(found.provider_id, found.venue_id)
    ):
        raise NotFound
    return found


async def access_own_entry(unit: Unit, entry_id: UUID) -> WaitFacts:
    """The entry, for who waits alone. Raises NotFound."""
    found = await access_entry(unit, entry_id)
    if found.customer_id != unit.principal.user_id:
        raise NotFound
    return found


async def check_line(unit: Unit, provider_id: UUID, venue_id: UUID | None) -> None:
    """Raises NotFound unless the caller manages the provider, or the venue that is named."""
    who, known = unit.principal, await catalog.providers_by_id(unit, [provider_id])
    if not known or not (who.runs_marketplace or who.manages(provider_id, venue_id)):
        raise NotFound
