"""Bookings as their wire documents. Plain dicts: lists are hot, and the shape is tested against its schema."""

from datetime import UTC, datetime
from typing import Any

from kalends.core.edge import API_PREFIX
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..types import BookingFacts, LineFacts, RescheduleFacts
from .read import actions_of


def document(unit: Unit, booking: BookingFacts) -> dict[str, Any]:
    """The booking as `BookingRead`, with the actions that the caller may take."""
    lines = [_line(line) for line in booking.lines]
    total = _money(booking.total)
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
        "hold_expires_at": _instant(booking.hold_expires_at) if booking.hold_expires_at else None,
        "cancelled_by": booking.cancelled_by,
        "cancellation_reason": booking.cancel_reason,
        "rescheduled": booking.rescheduled,
        "reschedule_history": [_reschedule(move) for move in booking.reschedules],
        "confirmation_pdf_url": f"{API_PREFIX}/bookings/{booking.id}/confirmation.pdf",
        "created_at": _instant(booking.created_at),
    }


def _line(line: LineFacts) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "ref_id": str(line.ref_id),
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": _money(line.unit_price),
        "subtotal": _money(line.subtotal),
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
