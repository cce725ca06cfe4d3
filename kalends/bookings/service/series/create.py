"""Book a series: every turn that was decided on, or none."""

from typing import Any
from uuid import UUID

from kalends.core.unit import Unit

from ...errors import SeriesClash, SlotTaken, SlotUnavailable, TooManyHolds
from ...events import SeriesBooked
from ...repository import allocations
from ...repository import series as repository
from ...schemas.series import SeriesRequest
from ...types import BookingFacts
from ...types.series import SeriesFacts
from ..create import check_holds
from .preview import Outlook, Turn, outlook, plan_of

_SENTENCE = "decide about each of these turns: skip it, or move it to a time that is free"


async def book_series(unit: Unit, request: SeriesRequest) -> tuple[SeriesFacts, list[BookingFacts]]:
    """Book for the signed-in user. All calendars are locked first, in one order, so that what is looked at
    is what is booked.

    Raises SeriesClash with the turns that were not decided about, and what one booking of the kind raises.
    """
    plan = await plan_of(unit, request)
    await _check_holds(unit)
    await allocations.lock_resources(unit, plan.resource_ids)
    seen = await outlook(unit, request, plan)
    if seen.clashes:
        raise SeriesClash(_SENTENCE, turns=[turn.told() for turn in seen.clashes])
    series = await repository.add(
        unit,
        kind=request.booking.kind,
        provider_id=plan.provider_id,
        venue_id=plan.venue_id,
        every_weeks=request.every_weeks,
        zone=plan.zone,
    )
    booked = [await _book(unit, seen, turn, series) for turn in _by_start(seen)]
    unit.emit(SeriesBooked(series_id=series.id))
    return series, booked


async def bookings_of_series(unit: Unit, series_id: UUID) -> list[BookingFacts]:
    """Its bookings by start, for code that is entitled to them anyway (letters)."""
    return await repository.bookings_of(unit, series_id)


async def _check_holds(unit: Unit) -> None:
    await check_holds(unit)
    limit = unit.profile.booking.series.max_unpaid
    if await allocations.live_series(unit, unit.user_id) >= limit:
        raise TooManyHolds("pay for your last series, or cancel it, first", limit=limit)


async def _book(unit: Unit, seen: Outlook, turn: Turn, series: SeriesFacts) -> BookingFacts:
    """What one turn takes may be in the way of the next: somebody needs a pause after a job."""
    try:
        return await seen.plan.book(unit, turn.occurrence.span, series.id)
    except (SlotTaken, SlotUnavailable) as refused:
        why: dict[str, Any] = {name: refused.fields[name] for name in ("reason", "nearest")}
        told = turn.told() | {"state": "clash", **why}
        raise SeriesClash(_SENTENCE, turns=[told]) from refused


def _by_start(seen: Outlook) -> list[Turn]:
    return sorted(seen.wanted, key=lambda turn: turn.occurrence.span.start)
