"""Bookings as their wire documents. Plain dicts: lists are hot, and the shape is tested against its schema."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kalends.billing import Standing, due_now
from kalends.core.edge import API_PREFIX
from kalends.core.money import Money
from kalends.core.paging import Slice
from kalends.core.reading import Reading
from kalends.core.unit import Unit

from ..types import BookingFacts, LineFacts, RescheduleFacts, WrittenBooking
from .instalments import standings
from .read import actions_of

_WRITER = json.JSONEncoder(separators=(",", ":"))


def document(unit: Unit, booking: BookingFacts) -> dict[str, Any]:
    """The booking as `BookingRead`, with the actions that the caller may take."""
    lines = [_line(line) for line in booking.lines]
    total = _money(booking.total)
    parts = standings(booking, unit.now)
    due = due_now(parts, booking.total.currency)
    venue = {"id": str(booking.venue_id), "name": booking.venue_name, "address": booking.address}
    return {
        "id": str(booking.id),
        "number": booking.number,
        "kind": booking.kind,
        "state": booking.state,
        "label": booking.label,
        "actions": actions_of(unit, booking),
        "start_time": _instant(booking.start),
        "end_time": _instant(booking.end),
        "time_zone": booking.zone,
        "customer": {"id": str(booking.customer_id)},
        "provider": {"id": str(booking.provider_id)},
        "resource": {"id": str(booking.room_id), "name": booking.room_name, "venue": venue},
        "participants": [
            {"user_id": str(user), "role": role} for user, role in booking.participants
        ],
        "lines": lines,
        "price": {"lines": lines, "total": total},
        "paid": _money(booking.paid),
        "refunded": _money(booking.refunded),
        "payment_schedule": [_instalment(part) for part in parts],
        "due": _money(due) if due else None,
        "hold_expires_at": _instant(booking.hold_expires_at) if booking.hold_expires_at else None,
        "cancelled_by": booking.cancelled_by,
        "cancellation_reason": booking.cancel_reason,
        "rescheduled": booking.rescheduled,
        "reschedule_history": [_reschedule(move) for move in booking.reschedules],
        "confirmation_pdf_url": f"{API_PREFIX}/bookings/{booking.id}/confirmation.pdf",
        "created_at": _instant(booking.created_at),
    }


def written_page(
    reading: Reading, found: Slice[WrittenBooking], counts: Mapping[str, int] | None = None
) -> bytes:
    """A `BookingPage`, with counts a `MyBookings`, of documents that the database has written."""
    items = ",".join(f"{_opening(reading, one)},{one.document[1:]}" for one in found.rows)
    rest = _WRITER.encode({"next_cursor": found.next_cursor, **(counts or {})})
    return f'{{"items":[{items}],{rest[1:]}'.encode()


def _opening(reading: Reading, booking: WrittenBooking) -> str:
    """What stands before the fields that the database has written, without the closing brace."""
    parts = standings(booking, reading.now)
    due = due_now(parts, booking.total.currency)
    told = {
        "label": reading.profile.labels.states.get(booking.state, booking.state),
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
