"""Draft an event: its lines with their prices, nothing held yet."""

from collections.abc import Sequence
from datetime import timedelta

from kalends.billing import require_subscription
from kalends.core.errors import Invalid
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import begin
from kalends.core.unit import Unit

from ...access import see_template
from ...errors import TooManyChanges, VenueRequired
from ...repository import event_lines
from ...rules.processes import EVENT
from ...rules.ranges import Span
from ...schemas.events import EventRequest
from ...types import BookingFacts
from ...types.events import LineWish, NewEventLine
from ..create import Draft, place_booking
from ..events.machine import EVENT_LINES
from ..events.tally import tally
from ..events.terms import new_line
from ..events.venue import place_of
from ..quotes import at_quoted_prices

MOST_EVER = 50  # lines of one event, with those that were replaced or removed
_MINUTES_PER_DAY, _MINUTES_PER_HOUR = 24 * 60, 60


async def draft_event(unit: Unit, request: EventRequest) -> BookingFacts:
    """An event as a draft, for subscribers.

    Raises SubscriptionRequired, VenueRequired, NotFound for what is not on offer, OwnVenue, Invalid,
    QuoteMismatch, QuoteExpired.
    """
    await require_subscription(unit)
    span = Span(request.start_time, request.end_time)
    _check_times(unit, span)
    if request.template_id is not None:
        await see_template(unit, request.template_id)
    listed = [await new_line(unit, one.wish(), span) for one in request.lines]
    lines = at_quoted_prices(unit, request, listed)
    lead = next((line for line in lines if line.role == "venue"), None)
    if lead is None:
        raise VenueRequired("name a line with role: venue")
    draft = await _draft(unit, request, lead, lines)
    booking = await place_booking(unit, draft, ActorKind.customer)
    await add_lines(unit, booking, lines)
    return await tally(unit, booking.id)


async def add_lines(unit: Unit, booking: BookingFacts, lines: Sequence[NewEventLine]) -> None:
    """Raises TooManyChanges: lines that were replaced count too."""
    if len(await event_lines.of_booking(unit, booking.id)) + len(lines) > MOST_EVER:
        raise TooManyChanges(f"an event has {MOST_EVER} lines at most", limit=MOST_EVER)
    for row in await event_lines.add(unit, booking.id, lines):
        await begin(unit, EVENT_LINES, row, ActorKind.customer)


async def wanted_line(unit: Unit, booking: BookingFacts, wish: LineWish) -> NewEventLine:
    """Another line for the same event."""
    return await new_line(unit, wish, Span(booking.start, booking.end))


async def _draft(
    unit: Unit, request: EventRequest, lead: NewEventLine, lines: Sequence[NewEventLine]
) -> Draft:
    span = Span(request.start_time, request.end_time)
    at = await place_of(unit, lead.provider_id, lead.service_name)
    until_start = max(int((span.start - unit.now) / timedelta(minutes=1)), 1)
    rules = unit.profile.events
    template = str(request.template_id) if request.template_id else None
    return Draft(
        process=EVENT,
        customer_id=unit.user_id,
        provider_id=at["provider_id"],
        span=span,
        zone=at["zone"],
        lines=(),
        slots=(),
        total=Money(sum(line.asked.amount for line in lines), unit.profile.currency),
        place=at["place"],
        details={"title": request.title, "template_id": template, "lines": []},
        minutes={
            "answer": min(rules.answer_days * _MINUTES_PER_DAY, until_start),
            "payment": min(rules.payment_hours * _MINUTES_PER_HOUR, until_start),
        },
    )


def _check_times(unit: Unit, span: Span) -> None:
    rules = unit.profile.booking
    if span.start <= unit.now:
        raise Invalid("start_time: this time has passed")
    if span.start > unit.now + timedelta(days=rules.window_days):
        raise Invalid(f"start_time: at most {rules.window_days} days ahead")
    if span.minutes > rules.max_minutes:
        raise Invalid(f"end_time: an event lasts at most {rules.max_minutes} minutes")
