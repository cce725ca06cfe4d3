"""What the PDF documents say; `pdf` lays it out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kalends.bookings import BookingFacts, LineFacts
from kalends.core.money import Money
from kalends.core.profile import Branding
from kalends.core.wording import coded_money, duration, moment, span
from kalends.payments import Destination, RefundFacts, RefundState

from ..types import Paper

_TITLES = {
    Paper.request: "Booking request",
    Paper.confirmation: "Booking confirmation",
    Paper.invoice: "Invoice",
    Paper.cancellation: "Cancellation",
}
_OPENINGS = {
    Paper.request: "This is a record of your request, not yet a confirmation: the booking becomes firm when it is paid.",
    Paper.confirmation: "Your booking is confirmed. Please bring this document, on paper or on your phone.",
    Paper.invoice: "Invoice for the booking below.",
    Paper.cancellation: "This booking no longer stands; its time is free for others.",
}
_WHERE = {
    Destination.wallet: "to the wallet",
    Destination.original_method: "the way it was paid",
}


@dataclass(frozen=True, slots=True)
class Printout:
    """What a document is made of. `now` is its date of issue; `refunds` are all of the booking."""

    paper: Paper
    booking: BookingFacts
    customer: str
    brand: Branding
    now: datetime
    refunds: tuple[RefundFacts, ...] = ()


def title_of(paper: Paper) -> str:
    return _TITLES[paper]


def opening(paper: Paper, booking: BookingFacts) -> str:
    """The first sentence under the header."""
    if booking.state == "expired":
        return "This request was not paid in time and has lapsed; its time is free for others."
    return _OPENINGS[paper]


def details(printout: Printout) -> Iterator[tuple[str, str]]:
    booking = printout.booking
    yield "Number", booking.number
    yield "Status", booking.label
    yield "Issued", moment(printout.now, booking.zone)
    yield "Booked by", printout.customer
    yield "Room", booking.resource_name
    yield "Venue", booking.place_name
    yield "Address", booking.address
    yield "Time", span(booking.start, booking.end, booking.zone)
    yield "Duration", duration((booking.end - booking.start) // timedelta(minutes=1))


def timeline(booking: BookingFacts) -> Iterator[tuple[str, str]]:
    """What happened to the booking and what comes, in the order of time."""
    zone = booking.zone
    yield "Requested", moment(booking.created_at, zone)
    for move in booking.reschedules:
        before = span(move.original_start, move.original_end, zone)
        after = span(move.new_start, move.new_end, zone)
        yield "Rescheduled", f"{moment(move.at, zone)}: from {before} to {after}"
    if booking.state == "awaiting_payment" and booking.hold_expires_at:
        yield "Pay before", moment(booking.hold_expires_at, zone)
    if booking.cancelled_at:
        yield "Cancelled", moment(booking.cancelled_at, zone)
    elif booking.state != "expired":
        yield "Starts", moment(booking.start, zone)
        yield "Ends", moment(booking.end, zone)


def cost_lines(booking: BookingFacts) -> Iterator[tuple[str, str, str, str]]:
    """Item, quantity, unit price, subtotal; prices as they were when the booking was made."""
    for line in booking.lines:
        quantity, price = _quantity(line)
        yield line.name, quantity, price, coded_money(line.subtotal)


def total(booking: BookingFacts) -> str:
    return coded_money(booking.total)


def payment(printout: Printout) -> Iterator[tuple[str, str]]:
    """What was paid, and what of it went or goes back, each where it really goes."""
    booking = printout.booking
    yield "Paid", coded_money(booking.paid)
    yield from _refunds(printout)
    if booking.state in {"cancelled", "expired"}:
        kept = booking.paid - max(booking.refunded, _given(printout.refunds, booking.paid.currency))
        yield "Kept as cancellation fee", coded_money(kept)
        return
    due = still_due(booking)
    yield "Still to pay", coded_money(due)
    if booking.paid and not due:
        yield "Confirmation", "We received your payment in full. Thank you."


def is_under_way(refund: RefundFacts) -> bool:
    """Whether the customer still waits for it: for a decision, or for the gateway."""
    return refund.state not in {RefundState.completed, RefundState.rejected}


def still_due(booking: BookingFacts) -> Money:
    """What is missing of the price; zero when it is covered."""
    due = booking.total - (booking.paid - booking.refunded)
    return due if due.amount > 0 else Money.zero(due.currency)


def _refunds(printout: Printout) -> Iterator[tuple[str, str]]:
    sums: dict[tuple[str, str], Money] = {}
    for refund in printout.refunds:
        if refund.state is not RefundState.rejected:
            said = "Being refunded" if is_under_way(refund) else "Refunded"
            line = (said, _WHERE[refund.destination])
            sums[line] = sums.get(line, Money.zero(refund.amount.currency)) + refund.amount
    for (said, where), amount in sums.items():
        yield said, f"{coded_money(amount)} {where}"


def _given(refunds: Iterable[RefundFacts], currency: str) -> Money:
    """All that went or goes back."""
    wanted = (refund.amount for refund in refunds if refund.state is not RefundState.rejected)
    return sum(wanted, Money.zero(currency))


def _quantity(line: LineFacts) -> tuple[str, str]:
    # A room's line counts minutes at a price per hour.
    if line.kind == "room":
        return duration(line.quantity), f"{coded_money(line.unit_price)} per hour"
    return str(line.quantity), coded_money(line.unit_price)
