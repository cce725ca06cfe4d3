"""Writing a new booking with its lines and its organiser: one statement, for this is a busy path."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
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

from ..models import Booking, BookingLine, BookingParticipant, booking_numbers
from ..types import LineFacts
from .bookings import BookingRow

_TABLE = Booking.metadata.tables["bookings"]
_LINES, _PEOPLE = (
    Booking.metadata.tables[m.__tablename__] for m in (BookingLine, BookingParticipant)
)
_GIVEN = (
    "id", "process", "state", "state_since", "version", "customer_id", "provider_id", "venue_id", "room_id",
    "start_at", "end_at", "zone", "currency", "total", "policy", "place", "hold_expires_at", "created_at",
    "updated_at",
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
)
_GIVEN_LINES = (
    func.jsonb_to_recordset(bindparam("lines", type_=JSONB))
    .table_valued(*_LINE_COLUMNS, name="line")
    .render_derived(with_types=True)
)
_LINES_TOO = (
    insert(_LINES)
    .from_select(
        ["booking_id", *(c.name for c in _LINE_COLUMNS)],
        select(_BOOKING.c.id, *_GIVEN_LINES.c).select_from(
            _BOOKING.join(_GIVEN_LINES, literal(1) == 1)
        ),
    )
    .cte("lines")
)
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
).add_cte(_LINES_TOO, _ORGANISER_TOO)


async def insert_booking(
    unit: Unit, prefix: str, values: dict[str, Any], lines: Sequence[LineFacts]
) -> BookingRow:
    """Write the booking; return its row as `facts_of` reads it. Its number is `prefix` and a running one."""
    given = {f"new_{name}": value for name, value in values.items()}
    written = [_written(position, line) for position, line in enumerate(lines)]
    rows = await unit.session.execute(_CREATE, given | {"prefix": prefix, "lines": written})
    return rows.one()


def _written(position: int, line: LineFacts) -> dict[str, Any]:
    return {
        "position": position,
        "kind": line.kind,
        "ref_id": str(line.ref_id),
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": line.unit_price.amount,
        "subtotal": line.subtotal.amount,
    }
