"""Bookings as their wire documents. Plain dicts: lists are hot, and the shape is tested against its schema."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from kalends.billing import Standing, due_now
from kalends.core.edge import API_PREFIX
from kalends.core.money import Money
from kalends.core.paging import Slice
from kalends.core.reading import Reading
from kalends.core.unit import Unit

from ..access import EVENT_KIND, sees_all, vendors_run_by
from ..rules.event_lines import NARROWED, narrowed_document
from ..rules.labels import AFTER_DECLINE, label_of
from ..types import BookingFacts, LineFacts, RescheduleFacts, WrittenBooking
from .instalments import standings
from .read import actions_of

_WRITER = json.JSONEncoder(separators=(",", ":"))


def document(unit: Unit, booking: BookingFacts) -> dict[str, Any]:
    """The booking as `BookingRead`, with the actions that the caller may take."""
    price = price_document(booking.lines, booking.total)
    parts = standings(booking, unit.now)
    due = due_now(parts, booking.total.currency)
    return {
        "id": str(booking.id),
        "number": booking.number,
        "kind": booking.kind,
        "state": booking.state,
        "label": booking.label,
        "actions": actions_of(unit, booking),
        "start_time": _instant(booking.start),
        "end_time": _instant(booking.end),
        "actual_start": _instant(booking.actual_start) if booking.actual_start else None,
        "actual_end": _instant(booking.actual_end) if booking.actual_end else None,
        "time_zone": booking.zone,
        "customer": {"id": str(booking.customer_id)},
        "provider": {"id": str(booking.provider_id)},
        "resource": _resource(booking),
        "place": {"name": booking.place_name, "address": booking.address},
        "participants": [
            {"user_id": str(user), "role": role} for user, role in booking.participants
        ],
        "lines": price["lines"],
        "price": price,
        "paid": _money(booking.paid),
        "refunded": _money(booking.refunded),
        "payment_schedule": [_instalment(part) for part in parts],
        "due": _money(due) if due else None,
        "hold_expires_at": _instant(booking.hold_expires_at) if booking.hold_expires_at else None,
        **_cancellation(booking),
        "rescheduled": booking.rescheduled,
        "reschedule_history": [_reschedule(move) for move in booking.reschedules],
        "details": dict(booking.details),
        "series_id": str(booking.series_id) if booking.series_id else None,
        "confirmation_pdf_url": f"{API_PREFIX}/bookings/{booking.id}/confirmation.pdf",
        "created_at": _instant(booking.created_at),
    }


def _cancellation(booking: BookingFacts) -> dict[str, Any]:
    return {
        "cancelled_by": booking.cancelled_by,
        "cancelled_at": _instant(booking.cancelled_at) if booking.cancelled_at else None,
        "cancellation_reason": booking.cancel_reason,
    }


def price_document(lines: Sequence[LineFacts], total: Money) -> dict[str, Any]:
    """A price as `BookingPrice`."""
    return {"lines": [_line(line) for line in lines], "total": _money(total)}


def written_page(
    reading: Reading, found: Slice[WrittenBooking], counts: Mapping[str, int] | None = None
) -> bytes:
    """A `BookingPage`, with counts a `MyBookings`, of documents that the database has written."""
    items = ",".join(_item(reading, one) for one in found.rows)
    rest = _WRITER.encode({"next_cursor": found.next_cursor, **(counts or {})})
    return f'{{"items":[{items}],{rest[1:]}'.encode()


def _item(reading: Reading, booking: WrittenBooking) -> str:
    """A document as who asks may see it; a vendor of an event sees its own part."""
    if booking.kind != EVENT_KIND or sees_all(reading.principal, booking):
        return f"{_opening(reading, booking)},{booking.document[1:]}"
    mine = vendors_run_by(reading.principal, booking.vendor_ids)
    part = narrowed_document(json.loads(booking.document), mine)
    own = replace(booking, policy={**booking.policy, NARROWED: True})
    return f"{_opening(reading, own)},{_WRITER.encode(part)[1:]}"


def _opening(reading: Reading, booking: WrittenBooking) -> str:
    """What stands before the fields that the database has written, without the closing brace."""
    parts = standings(booking, reading.now)
    due = due_now(parts, booking.total.currency)
    gave_up = f'"{AFTER_DECLINE}"' in booking.document  # a key: a text's quotes are escaped
    told = {
        "label": label_of(reading.profile.labels.states, booking.state, after_decline=gave_up),
        "actions": actions_of(reading, booking),
        "payment_schedule": [_instalment(part) for part in parts],
        "due": _money(due) if due else None,
    }
    return _WRITER.encode(told)[:-1]


def _line(line: LineFacts) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "ref_id": str(line.ref_id),
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": _money(line.unit_price),
        "subtotal": _money(line.subtotal),
        "visit": _visit(line),
    }


def _visit(line: LineFacts) -> dict[str, Any] | None:
    if line.start is None or line.end is None:
        return None
    return {
        "staff_id": str(line.staff_id) if line.staff_id else None,
        "start_time": _instant(line.start),
        "end_time": _instant(line.end),
        "cancelled": line.cancelled_at is not None,
    }


def _resource(booking: BookingFacts) -> dict[str, Any] | None:
    if booking.resource_id is None:
        return None
    venue = {
        "id": str(booking.venue_id),
        "name": booking.place_name,
        "address": booking.address,
    }
    return {
        "id": str(booking.resource_id),
        "name": booking.resource_name,
        "venue": venue if booking.venue_id else None,
    }


def _instalment(standing: Standing) -> dict[str, Any]:
    part = standing.instalment
    return {
        "purpose": part.purpose.value,
        "amount": _money(part.amount),
        "due_at": _instant(part.due_at),
        "state": standing.part.value,
    }


def _reschedule(move: RescheduleFacts) -> dict[str, Any]:
    return {
        "original_start": _instant(move.original_start),
        "original_end": _instant(move.original_end),
        "new_start": _instant(move.new_start),
        "new_end": _instant(move.new_end),
        "rescheduled_at": _instant(move.at),
        "reason": move.reason,
        "difference": _money(move.difference),
    }


def _money(money: Money) -> dict[str, Any]:
    return {"amount": money.amount, "currency": money.currency}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
