"""Who reaches which series."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

from ..repository import series as repository
from ..types.series import SeriesFacts

_FEATURE = "series"
_SEEN = "own bookings; those at a managed venue; all for operators"

SERIES = {
    "POST /booking-series/preview": Rule(
        Who.signed_in, "for oneself", UnitKind.read, limit="search", feature=_FEATURE
    ),
    "POST /booking-series": Rule(
        Who.signed_in, "for oneself", limit="bookings", keyed=True, feature=_FEATURE
    ),
    "GET /booking-series": Rule(Who.signed_in, "own bookings", UnitKind.read, feature=_FEATURE),
    "GET /booking-series/{series_id}": Rule(Who.signed_in, _SEEN, UnitKind.read, feature=_FEATURE),
    "POST /booking-series/{series_id}/pay": Rule(
        Who.signed_in, "own bookings", UnitKind.none, limit="bookings", keyed=True, feature=_FEATURE
    ),
    "POST /booking-series/{series_id}/cancel": Rule(
        Who.signed_in, _SEEN, UnitKind.none, limit="bookings", keyed=True, feature=_FEATURE
    ),
}


async def access_series(unit: Unit, series_id: UUID) -> SeriesFacts:
    """The series, for its customer, who manages where it takes place, and operators. Raises NotFound."""
    found = await repository.find(unit, series_id)
    who = unit.principal
    if found is None or not (
        found.customer_id == who.user_id
        or who.is_operator
        or who.manages(found.provider_id, found.venue_id)
    ):
        raise NotFound
    return found


async def access_own_series(unit: Unit, series_id: UUID) -> SeriesFacts:
    """The series, for its customer alone. Raises NotFound."""
    found = await access_series(unit, series_id)
    if found.customer_id != unit.principal.user_id:
        raise NotFound
    return found
