"""The vendors' answers, and the organiser's: each changes a line, and the event follows."""

from typing import Any
from uuid import UUID

from kalends import catalog
from kalends.billing import require_subscription
from kalends.core.errors import Invalid, TransitionNotAllowed
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ...access import access_event, access_vendor_line
from ...errors import OfferChanged, TakesNoBookings, VenueRequired
from ...repository import bookings, event_lines
from ...rules.event_lines import all_agreed, has_venue
from ...rules.policy import held_until
from ...types import BookingFacts
from ...types.events import EventLine, LineWish
from ..create import check_holds
from ..events.asking import ask
from ..events.machine import EVENT_LINES
from ..events.tally import UNPAID, hold, tally
from ..machine import MACHINE
from .create import add_lines, wanted_line

_ASKED = frozenset({"awaiting_provider", "awaiting_payment"})
_BY_VENDOR, _BY_ORGANISER = Order(ActorKind.provider), Order(ActorKind.customer)


async def submit_event(unit: Unit, booking_id: UUID) -> BookingFacts:
    """Ask every vendor, and hold everybody's time until they have answered, all or nothing.

    Raises NotFound, SubscriptionRequired, TransitionNotAllowed, SlotTaken, TooManyHolds.
    """
    await access_event(unit, booking_id)
    await require_subscription(unit)
    await bookings.lock(unit, booking_id)
    await check_holds(unit)
    await fire(unit, MACHINE, booking_id, "submit", _BY_ORGANISER)
    return await tally(unit, booking_id)


async def approve_line(unit: Unit, booking_id: UUID, line_id: UUID) -> None:
    """The vendor agrees to what was asked. Raises NotFound, TransitionNotAllowed, TakesNoBookings."""
    line = await _vendors(unit, booking_id, line_id)
    await _check_bookable(unit, line)
    await fire(unit, EVENT_LINES, line.id, "approve", _BY_VENDOR)
    await event_lines.change(unit, line.id, agreed=line.asked.amount)
    await _follow(unit, booking_id)


async def decline_line(unit: Unit, booking_id: UUID, line_id: UUID, note: str) -> None:
    """The vendor does not take part; an approval may be taken back until the event is paid.

    Raises NotFound, TransitionNotAllowed.
    """
    line = await _vendors(unit, booking_id, line_id)
    await fire(unit, EVENT_LINES, line.id, "decline", Order(ActorKind.provider, note))
    await event_lines.change(unit, line.id, note=note, agreed=None)
    await _follow(unit, booking_id, hold_anew=True)


async def counter_line(
    unit: Unit, booking_id: UUID, line_id: UUID, offer: tuple[Money, str]
) -> None:
    """The vendor names another price, with a note. Raises NotFound, TransitionNotAllowed, Invalid."""
    line, (price, note) = await _vendors(unit, booking_id, line_id), offer
    if price.currency != line.asked.currency:
        raise Invalid(f"price: prices here are in {line.asked.currency}")
    await fire(unit, EVENT_LINES, line.id, "counter", Order(ActorKind.provider, note))
    await event_lines.change(unit, line.id, countered=price.amount, note=note)
    await _follow(unit, booking_id)


async def accept_counter(unit: Unit, booking_id: UUID, line_id: UUID, price: Money) -> BookingFacts:
    """The organiser agrees to the vendor's price, which is said again: the vendor may have named another one.

    Raises NotFound, TransitionNotAllowed, OfferChanged, TakesNoBookings.
    """
    line = await _organisers(unit, booking_id, line_id, _ASKED)
    await fire(unit, EVENT_LINES, line.id, "accept_counter", _BY_ORGANISER)
    assert line.countered is not None
    if line.countered != price:
        asks = {"amount": line.countered.amount, "currency": line.countered.currency}
        raise OfferChanged(f"the vendor asks for {line.countered} now", price=asks)
    await _check_bookable(unit, line)
    await event_lines.change(unit, line.id, agreed=line.countered.amount)
    return await _follow(unit, booking_id)


async def replace_line(unit: Unit, booking_id: UUID, line_id: UUID, wish: LineWish) -> BookingFacts:
    """The organiser asks another vendor instead, until the event is paid.

    Raises NotFound, TransitionNotAllowed, SlotTaken, OwnVenue, VenueRequired, TooManyChanges, Invalid.
    """
    line = await _organisers(unit, booking_id, line_id, UNPAID)
    new = await wanted_line(unit, await _event(unit, booking_id), wish)
    await fire(unit, EVENT_LINES, line.id, "replace", _BY_ORGANISER)
    await add_lines(unit, await _event(unit, booking_id), [new])
    await _check_venue(unit, booking_id)
    done = await _follow(unit, booking_id, hold_anew=True)
    if done.state != "draft":
        await ask(unit, booking_id, only_new=True)
    return done


async def remove_line(unit: Unit, booking_id: UUID, line_id: UUID) -> BookingFacts:
    """The organiser does without it; a venue stays. Raises NotFound, TransitionNotAllowed, VenueRequired."""
    line = await _organisers(unit, booking_id, line_id, UNPAID)
    await fire(unit, EVENT_LINES, line.id, "remove", _BY_ORGANISER)
    await _check_venue(unit, booking_id)
    return await _follow(unit, booking_id, hold_anew=True)


async def _vendors(unit: Unit, booking_id: UUID, line_id: UUID) -> EventLine:
    await access_vendor_line(unit, booking_id, line_id)
    return await _locked(unit, booking_id, line_id, _ASKED)


async def _organisers(
    unit: Unit, booking_id: UUID, line_id: UUID, states: frozenset[str]
) -> EventLine:
    await access_event(unit, booking_id, line_id)
    return await _locked(unit, booking_id, line_id, states)


async def _locked(unit: Unit, booking_id: UUID, line_id: UUID, states: frozenset[str]) -> EventLine:
    """The line, under the lock of its event, which has to be in one of these states."""
    row = await bookings.lock(unit, booking_id)
    assert row is not None
    if row.state not in states:
        raise TransitionNotAllowed(
            f"the lines of an event that is {row.state} stay as they are",
            state=row.state,
            actions=[],
        )
    line = await event_lines.find(unit, booking_id, line_id)
    assert line is not None
    return line


async def _follow(unit: Unit, booking_id: UUID, *, hold_anew: bool = False) -> BookingFacts:
    """Everybody agreed: it may be paid. Not any more: it waits for vendors again."""
    booking = await tally(unit, booking_id)
    row = await bookings.look(unit, booking_id)
    agreed = all_agreed(await event_lines.of_booking(unit, booking_id))
    step = _step(row, agreed=agreed)
    if step is not None:
        await fire(unit, MACHINE, booking_id, step, Order(ActorKind.system))
    elif hold_anew and row.state in _ASKED:
        until = held_until(row.policy, "answer", unit.now, row.start_at)
        await hold(unit, row, row.hold_expires_at or until)
    return booking if step is None and not hold_anew else await tally(unit, booking_id)


def _step(row: Any, *, agreed: bool) -> str | None:
    if row.state == "awaiting_provider" and agreed:
        return "ready"
    return "reopen" if row.state == "awaiting_payment" and not agreed else None


async def _check_bookable(unit: Unit, line: EventLine) -> None:
    found = await catalog.providers_by_id(unit, [line.provider_id])
    if not all(provider.bookable for provider in found.values()):
        raise TakesNoBookings(f"{line.provider_name} takes no bookings at the moment")


async def _check_venue(unit: Unit, booking_id: UUID) -> None:
    if not has_venue(await event_lines.of_booking(unit, booking_id)):
        raise VenueRequired("an event needs a venue; replace it by another one")


async def _event(unit: Unit, booking_id: UUID) -> BookingFacts:
    return await access_event(unit, booking_id)
