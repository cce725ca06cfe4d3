"""Writing a new booking with its lines and its organiser: one statement, for this is a busy path."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    String,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

from kalends.core.unit import Unit

from ..models import Booking, BookingLine, BookingParticipant, BookingSlot, booking_numbers
from ..types import LineFacts, Slot
from .bookings import BookingRow

_TABLE = Booking.metadata.tables["bookings"]
_LINES, _SLOTS, _PEOPLE = (
    Booking.metadata.tables[m.__tablename__] for m in (BookingLine, BookingSlot, BookingParticipant)
)
_GIVEN = (
    "id", "process", "state", "state_since", "version", "customer_id", "provider_id", "venue_id", "room_id",
    "staff_id", "staff_user_ids", "start_at", "end_at", "zone", "currency", "total", "policy", "place",
    "details", "hold_expires_at", "series_id", "created_at", "updated_at",
)  # fmt: skip
# Six digits at least, and more when they are needed.
_NUMBER = func.concat(
    bindparam("prefix", type_=String), func.to_char(booking_numbers.next_value(), "FM999999000000")
)
_BOOKING = (
    insert(_TABLE)
    .values(number=_NUMBER, **{n: bindparam(f"new_{n}", type_=_TABLE.c[n].type) for n in _GIVEN})
    .returning(*_TABLE.c)
    .cte("booking")
)
_LINE_COLUMNS = (
    column("position", Integer),
    column("kind", Text),
    column("ref_id", Uuid),
    column("name", Text),
    column("quantity", Integer),
    column("unit_price", BigInteger),
    column("subtotal", BigInteger),
    column("staff_id", Uuid),
    column("start_at", DateTime(timezone=True)),
    column("end_at", DateTime(timezone=True)),
)
_SLOT_COLUMNS = (
    column("position", Integer),
    column("kind", Text),
    column("resource_id", Uuid),
    column("start_at", DateTime(timezone=True)),
    column("end_at", DateTime(timezone=True)),
    column("busy_until", DateTime(timezone=True)),
)


def _with_it(table: Any, name: str, columns: Sequence[Any]) -> Any:
    """The insertion of rows that belong to the booking, given as a JSON list."""
    given = (
        func.jsonb_to_recordset(bindparam(name, type_=JSONB))
        .table_valued(*columns, name=f"given_{name}")
        .render_derived(with_types=True)
    )
    rows = select(_BOOKING.c.id, *given.c).select_from(_BOOKING.join(given, literal(1) == 1))
    return insert(table).from_select(["booking_id", *(c.name for c in columns)], rows).cte(name)


_LINES_TOO = _with_it(_LINES, "lines", _LINE_COLUMNS)
_SLOTS_TOO = _with_it(_SLOTS, "slots", _SLOT_COLUMNS)
_ORGANISER_TOO = (
    insert(_PEOPLE)
    .from_select(
        ["booking_id", "user_id", "role"],
        select(_BOOKING.c.id, _BOOKING.c.customer_id, literal("organiser")),
    )
    .cte("organiser")
)
_ORGANISER = func.json_build_object("user_id", _BOOKING.c.customer_id, "role", "organiser")
_CREATE = select(
    *_BOOKING.c,
    bindparam("lines", type_=JSONB).label("lines"),
    func.json_build_array(_ORGANISER, type_=JSON).label("participants"),
    func.json_build_array(type_=JSON).label("reschedules"),
).add_cte(_LINES_TOO, _SLOTS_TOO, _ORGANISER_TOO)


async def insert_booking(
    unit: Unit, values: dict[str, Any], lines: Sequence[LineFacts], slots: Sequence[Slot]
) -> BookingRow:
    """Write the booking; return its row as `facts_of` reads it. Its number is the next one of this year."""
    given = {f"new_{name}": value for name, value in values.items()}
    given["prefix"] = f"{unit.profile.booking.number_prefix}-{unit.now.year}-"
    given["lines"] = [written_line(position, line) for position, line in enumerate(lines)]
    given["slots"] = [_written_slot(position, slot) for position, slot in enumerate(slots)]
    return (await unit.session.execute(_CREATE, given)).one()


def written_line(position: int, line: LineFacts) -> dict[str, Any]:
    return {
        "position": position,
        "kind": line.kind,
        "ref_id": str(line.ref_id),
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": line.unit_price.amount,
        "subtotal": line.subtotal.amount,
        "staff_id": str(line.staff_id) if line.staff_id else None,
        "start_at": line.start.isoformat() if line.start else None,
        "end_at": line.end.isoformat() if line.end else None,
    }


def _written_slot(position: int, slot: Slot) -> dict[str, Any]:
    return {
        "position": position,
        "kind": slot.kind,
        "resource_id": str(slot.resource_id),
        "start_at": slot.start.isoformat(),
        "end_at": slot.end.isoformat(),
        "busy_until": slot.busy_until.isoformat(),
    }
