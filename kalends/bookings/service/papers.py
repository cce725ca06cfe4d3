"""The documents of a booking: one for each thing that the journal says happened to its money.

Whatever was not issued yet is issued, so any event may ask for it, and asking twice changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from kalends import billing, catalog, identity, payments
from kalends.billing import (
    DocumentFacts,
    DocumentKind,
    DocumentLine,
    DocumentOrder,
    MoneyEvent,
    Moved,
    Party,
    TaxPart,
)
from kalends.core.money import Money
from kalends.core.unit import Unit
from kalends.core.wording import coded_money, duration, span
from kalends.payments import RefundFacts

from ..access import access_booking
from ..rules.policy import Policy
from ..rules.processes import EVENT
from ..types import BookingFacts, LineFacts, subject_of
from .read import get_booking

_PAID_BY = {"wallet_payment": "Wallet", "capture": "Online payment"}
_ORDER = list(DocumentKind)


@dataclass(frozen=True, slots=True)
class Case:
    """A booking, who is who in it, and what its money did, oldest first.

    `state` is where the service is supplied, which decides whose tax is in the price.
    """

    booking: BookingFacts
    customer: Party
    provider: Party
    platform: Party
    state: str
    events: tuple[MoneyEvent, ...]
    refunds: tuple[RefundFacts, ...]

    def line_of(self, event: MoneyEvent) -> str:
        """The name of the line that a refund gave back; empty when it was of the whole booking."""
        refund_id = event.key.rpartition(":")[2]
        line = next((r.line for r in self.refunds if str(r.id) == refund_id), None)
        return next((x.name for x in self.booking.lines if str(x.ref_id) == line), line or "")

    @property
    def one_sells(self) -> bool:
        """Whether it is one provider's sale. The vendors of an event write their own invoices."""
        return self.booking.kind != EVENT.name

    def before(self, event: MoneyEvent, what: Moved) -> list[MoneyEvent]:
        earlier = self.events[: self.events.index(event)]
        return [e for e in earlier if e.what is what]


async def write_papers(unit: Unit, booking_id: UUID) -> Sequence[DocumentFacts]:
    """Issue every document that is due for the booking; return all of them. Raises NotFound."""
    booking = await get_booking(unit, booking_id)
    subject = subject_of(booking_id)
    known = await billing.documents_of(unit, subject)
    events = await billing.money_events(unit, subject)
    orders = _orders(await _case(unit, booking, events))
    missing = {(o.kind, o.cause) for o in orders} - {(d.kind, d.cause) for d in known}
    if not missing:
        return known
    for order in sorted(orders, key=lambda o: (_ORDER.index(o.kind), o.issuer.key)):
        if (order.kind, order.cause) in missing:
            await billing.issue(unit, order)
    return await billing.documents_of(unit, subject)


async def documents_in_reach(unit: Unit, booking_id: UUID) -> list[DocumentFacts]:
    """The booking's documents that the caller may read. Raises NotFound for a booking that is not theirs."""
    await access_booking(unit, booking_id)
    found = await billing.documents_of(unit, subject_of(booking_id))
    return [document for document in found if billing.may_read(unit.principal, document)]


async def _case(unit: Unit, booking: BookingFacts, events: Sequence[MoneyEvent]) -> Case:
    people = await identity.people(unit, [booking.customer_id])
    name = people[booking.customer_id].name if booking.customer_id in people else ""
    provider = await _provider(unit, booking)
    return Case(
        booking,
        customer=Party(f"user:{booking.customer_id}", name),
        provider=provider,
        platform=billing.platform_of(unit.profile),
        state=await catalog.state_of_venue(unit, booking.venue_id) or provider.state,
        events=tuple(events),
        refunds=tuple(await payments.refunds_of(unit, subject_of(booking.id))),
    )


async def _provider(unit: Unit, booking: BookingFacts) -> Party:
    """As its tax office knows it, else as its place is called."""
    told = await catalog.tax_details_of(unit, booking.provider_id)
    return Party(
        key=f"provider:{booking.provider_id}",
        name=told.legal_name or booking.place_name,
        address=told.address or booking.address,
        tax_id=told.tax_id,
        state=told.state,
    )


def _orders(case: Case) -> list[DocumentOrder]:
    orders = [order for event in case.events for order in _orders_for(case, event)]
    paid = any(event.what is Moved.captured for event in case.events)
    if paid and case.booking.cancelled_at:
        orders.append(_cancellation_note(case))
    return orders


def _orders_for(case: Case, event: MoneyEvent) -> Iterator[DocumentOrder]:
    if event.what is Moved.captured:
        yield _receipt(case, event)
    elif event.what is Moved.refunded:
        yield _credit_note(case, event)
    elif case.one_sells:
        yield _invoice(case, event)
        if event.commission and not _is_platforms(event):
            yield _commission_invoice(case, event)


def _receipt(case: Case, event: MoneyEvent) -> DocumentOrder:
    line = DocumentLine(f"Payment for booking {case.booking.number}", event.amount)
    paid_by = ("Paid by", _PAID_BY.get(event.source, event.source))
    return DocumentOrder(
        kind=DocumentKind.receipt,
        subject=subject_of(case.booking.id),
        cause=event.key,
        issuer=case.platform,
        recipient=case.customer,
        lines=(line,),
        facts=(*_about(case.booking), paid_by),
    )


def _invoice(case: Case, event: MoneyEvent) -> DocumentOrder:
    """For the service, by whoever got the money; for what a cancellation kept, likewise."""
    booking = case.booking
    return DocumentOrder(
        kind=DocumentKind.tax_invoice,
        subject=subject_of(booking.id),
        cause=event.key,
        issuer=case.platform if _is_platforms(event) else case.provider,
        recipient=case.customer,
        lines=tuple(_service_lines(case, event)),
        price_tax_bp=Policy.read(booking.policy).price_tax_bp,
        facts=_about(booking),
        refers_to=tuple((DocumentKind.receipt, e.key) for e in case.before(event, Moved.captured)),
        place_of_supply=case.state,
        place_id=booking.venue_id,
    )


def _service_lines(case: Case, event: MoneyEvent) -> Iterator[DocumentLine]:
    booking = case.booking
    if booking.cancelled_at and event.at >= booking.cancelled_at:
        yield DocumentLine("Cancellation fee", event.amount)
        return
    if case.before(event, Moved.released):
        yield DocumentLine("Further charges", event.amount)
        return
    rest = event.amount
    for line in booking.lines:
        rest -= line.subtotal
        yield _line(line)
    if rest:
        more = rest.amount > 0
        yield DocumentLine("Further charges" if more else "Less what was given back", rest)


def _line(line: LineFacts) -> DocumentLine:
    # A room's line counts minutes at a price per hour.
    quantity = duration(line.quantity) if line.kind == "room" else str(line.quantity)
    return DocumentLine(line.name, line.subtotal, quantity, line.unit_price)


def _commission_invoice(case: Case, event: MoneyEvent) -> DocumentOrder:
    """The marketplace's share with the taxes on it; what else was withheld is said in a note."""
    booking = case.booking
    rates = {t.name: t for t in Policy.read(booking.policy).taxes}
    on_commission = {name for name, tax in rates.items() if tax.base == "commission"}
    added = tuple(
        TaxPart(name.upper(), rates[name].basis_points, amount)
        for name, amount in event.taxes
        if name in on_commission
    )
    withheld = [f"{n.upper()}: {coded_money(a)}" for n, a in event.taxes if n not in on_commission]
    return DocumentOrder(
        kind=DocumentKind.commission_invoice,
        subject=subject_of(booking.id),
        cause=event.key,
        issuer=case.platform,
        recipient=case.provider,
        lines=(DocumentLine(f"Commission for booking {booking.number}", event.commission),),
        added=added,
        facts=_about(booking),
        notes=("Withheld besides: " + ", ".join(withheld),) if withheld else (),
        place_of_supply=case.provider.state,
        place_id=booking.venue_id,
    )


def _credit_note(case: Case, event: MoneyEvent) -> DocumentOrder:
    """Against the invoices, once there are any; before, against the receipts of what was paid ahead."""
    booking = case.booking
    released = case.before(event, Moved.released) if case.one_sells else []
    invoiced = [e for e in released if not _is_platforms(e)]
    paid = case.before(event, Moved.captured)
    against = DocumentKind.tax_invoice if invoiced else DocumentKind.receipt
    line = case.line_of(event)
    what = f"{line}, booking {booking.number}" if line else f"booking {booking.number}"
    return DocumentOrder(
        kind=DocumentKind.credit_note,
        subject=subject_of(booking.id),
        cause=event.key,
        issuer=case.provider if invoiced else case.platform,
        recipient=case.customer,
        lines=(DocumentLine(f"Given back for {what}", event.amount),),
        price_tax_bp=Policy.read(booking.policy).price_tax_bp if invoiced else 0,
        facts=_about(booking),
        refers_to=tuple((against, e.key) for e in invoiced or paid),
        place_of_supply=case.state if invoiced else "",
        place_id=booking.venue_id,
    )


def _cancellation_note(case: Case) -> DocumentOrder:
    """What was paid, what goes back and what is kept of it."""
    booking = case.booking
    paid = _sum(case, Moved.captured)
    kept = _sum(case, Moved.released)
    lines = [DocumentLine("Paid", paid)]
    if paid != kept:
        lines.append(DocumentLine("Given back", kept - paid))
    reason = [("Reason", booking.cancel_reason)] if booking.cancel_reason else []
    return DocumentOrder(
        kind=DocumentKind.cancellation_note,
        subject=subject_of(booking.id),
        cause=f"cancel:{booking.id}",
        issuer=case.platform,
        recipient=case.customer,
        lines=tuple(lines),
        facts=(*_about(booking), *reason),
        refers_to=tuple(
            (DocumentKind.receipt, e.key) for e in case.events if e.what is Moved.captured
        ),
        place_id=booking.venue_id,
    )


def _is_platforms(event: MoneyEvent) -> bool:
    """Whether all of a release became the marketplace's own, as a cancellation fee may."""
    return event.commission == event.amount


def _about(booking: BookingFacts) -> tuple[tuple[str, str], ...]:
    return (
        ("Booking", booking.number),
        ("Place", f"{booking.resource_name}, {booking.place_name}"),
        ("Time", span(booking.start, booking.end, booking.zone)),
    )


def _sum(case: Case, what: Moved) -> Money:
    zero = Money.zero(case.booking.total.currency)
    return sum((event.amount for event in case.events if event.what is what), zero)
