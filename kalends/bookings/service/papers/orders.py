"""What each document of a booking says: a receipt for what came, invoices for what was released, notes."""

from collections.abc import Iterator

from kalends.billing import (
    DocumentKind,
    DocumentLine,
    DocumentOrder,
    MoneyEvent,
    Moved,
    TaxPart,
    kept_of,
)
from kalends.core.wording import coded_money, duration, span

from ...types import BookingFacts, LineFacts, subject_of
from .case import Case, Sale

_PAID_BY = {"wallet_payment": "Wallet", "capture": "Online payment"}
_DUE = {"reservation": "paid at the reservation", "completion": "paid at the end"}


def orders_of(case: Case) -> list[DocumentOrder]:
    """Every document that the booking's money asks for so far."""
    orders = [order for event in case.events for order in _orders_for(case, event)]
    if case.all(Moved.captured) and case.booking.cancelled_at:
        orders.append(_cancellation_note(case))
    return orders


def _orders_for(case: Case, event: MoneyEvent) -> Iterator[DocumentOrder]:
    if event.what is Moved.captured:
        yield _receipt(case, event)
    elif event.what is Moved.refunded:
        yield _credit_note(case, event)
    elif (sale := case.sale_of(event)) is not None:
        yield _invoice(case, event, sale)
        if event.commission and not _is_platforms(event):
            yield _commission_invoice(case, event, sale)


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


def _invoice(case: Case, event: MoneyEvent, sale: Sale) -> DocumentOrder:
    """For the service, by whoever got the money; for what a cancellation kept, likewise."""
    booking = case.booking
    return DocumentOrder(
        kind=DocumentKind.tax_invoice,
        subject=subject_of(booking.id),
        cause=event.key,
        issuer=case.platform if _is_platforms(event) else sale.provider,
        recipient=case.customer,
        lines=tuple(_service_lines(case, event, sale)),
        price_tax_bp=sale.terms.price_tax_bp,
        facts=_about(booking),
        refers_to=tuple((DocumentKind.receipt, e.key) for e in case.before(event, Moved.captured)),
        place_of_supply=sale.state,
        place_id=sale.place_id,
    )


def _service_lines(case: Case, event: MoneyEvent, sale: Sale) -> Iterator[DocumentLine]:
    booking, due = case.booking, case.due_at(event)
    if due:
        yield DocumentLine(f"{sale.lines[0].name}: {_DUE[due]}", event.amount)
        return
    if booking.cancelled_at and event.at >= booking.cancelled_at:
        yield DocumentLine("Cancellation fee", event.amount)
        return
    if sale.line or case.released_of(sale, event):
        yield DocumentLine("Further charges", event.amount)
        return
    rest = event.amount
    for line in sale.lines:
        rest -= line.subtotal
        yield _line(line)
    if rest:
        more = rest.amount > 0
        yield DocumentLine("Further charges" if more else "Less what was given back", rest)


def _line(line: LineFacts) -> DocumentLine:
    # A room's line counts minutes at a price per hour.
    quantity = duration(line.quantity) if line.kind == "room" else str(line.quantity)
    return DocumentLine(line.name, line.subtotal, quantity, line.unit_price)


def _commission_invoice(case: Case, event: MoneyEvent, sale: Sale) -> DocumentOrder:
    """The marketplace's share with the taxes on it; what else was withheld is said in a note."""
    booking = case.booking
    rates = {t.name: t for t in sale.terms.taxes}
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
        recipient=sale.provider,
        lines=(DocumentLine(f"Commission for booking {booking.number}", event.commission),),
        added=added,
        facts=_about(booking),
        notes=("Withheld besides: " + ", ".join(withheld),) if withheld else (),
        place_of_supply=sale.provider.state,
        place_id=sale.place_id,
    )


def _credit_note(case: Case, event: MoneyEvent) -> DocumentOrder:
    """Against the invoices, once there are any; before, against the receipts of what was paid ahead."""
    booking, sale = case.booking, _invoiced_by(case, event)
    released = case.released_of(sale, event) if sale else []
    invoiced = [e for e in released if not _is_platforms(e)]
    paid = case.before(event, Moved.captured)
    against = DocumentKind.tax_invoice if sale else DocumentKind.receipt
    line = case.line_of(event)
    what = f"{line}, booking {booking.number}" if line else f"booking {booking.number}"
    return DocumentOrder(
        kind=DocumentKind.credit_note,
        subject=subject_of(booking.id),
        cause=event.key,
        issuer=sale.provider if sale else case.platform,
        recipient=case.customer,
        lines=(DocumentLine(f"Given back for {what}", event.amount),),
        price_tax_bp=sale.terms.price_tax_bp if sale else 0,
        facts=_about(booking),
        refers_to=tuple((against, e.key) for e in invoiced or paid),
        place_of_supply=sale.state if sale else "",
        place_id=sale.place_id if sale else booking.venue_id,
    )


def _invoiced_by(case: Case, event: MoneyEvent) -> Sale | None:
    """Whose invoices the refund corrects. An event's escrow was invoiced by nobody, whatever was before."""
    sale = case.sale_of(event)
    if sale is None or (sale.line and not event.net.amount):
        return None
    invoiced = [e for e in case.released_of(sale, event) if not _is_platforms(e)]
    return sale if invoiced else None


def _cancellation_note(case: Case) -> DocumentOrder:
    """What was paid, what goes back and what is kept of it."""
    booking, captured = case.booking, case.all(Moved.captured)
    paid = sum((event.amount for event in captured[1:]), captured[0].amount)
    kept = kept_of(case.events, paid.currency)
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
        refers_to=tuple((DocumentKind.receipt, e.key) for e in captured),
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
