"""Bookings in the database. A booking with all that belongs to it is one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..models import (
    Booking,
    BookingLine,
    BookingParticipant,
    Reschedule,
    booking_transitions,
)
from ..rules.labels import AFTER_DECLINE, label_of
from ..rules.ranges import Span
from ..types import BookingFacts, LineFacts, RescheduleFacts, TransitionFacts

BookingRow = Any  # a row of the table; `facts_of` needs the columns that `FULL` adds
_TABLE = Booking.__table__


def _json_of(model: Any, order: Any) -> Any:
    table = model.__table__
    pairs: list[Any] = []
    for column in table.c:
        pairs += [column.name, column]
    # json, not jsonb: it keeps instants in ISO form and costs less to build
    return (
        select(
            func.coalesce(
                func.json_agg(aggregate_order_by(func.json_build_object(*pairs), order)),
                text("'[]'::json"),
            )
        )
        .where(table.c.booking_id == _TABLE.c.id)
        .correlate(_TABLE)
        .scalar_subquery()
    )


FULL = select(
    *_TABLE.c,
    _json_of(BookingLine, BookingLine.position).label("lines"),
    _json_of(BookingParticipant, BookingParticipant.role.desc()).label("participants"),
    _json_of(Reschedule, Reschedule.at).label("reschedules"),
)
_BARE = select(*_TABLE.c).where(_TABLE.c.id == bindparam("id"))
_LOCKED = _BARE.with_for_update()
_ONE = FULL.where(_TABLE.c.id == bindparam("id"))


async def write_lines(
    unit: Unit, booking_id: UUID, lines: Sequence[LineFacts], first: int = 0
) -> None:
    """Write the lines, at the places from `first` on."""
    rows = [
        {
            "booking_id": booking_id,
            "position": position,
            "kind": line.kind,
            "ref_id": line.ref_id,
            "name": line.name,
            "quantity": line.quantity,
            "unit_price": line.unit_price.amount,
            "subtotal": line.subtotal.amount,
            "staff_id": line.staff_id,
            "start_at": line.start,
            "end_at": line.end,
            "cancelled_at": line.cancelled_at,
        }
        for position, line in enumerate(lines, first)
    ]
    if rows:
        await unit.session.execute(insert(BookingLine).values(rows))


async def add_lines(unit: Unit, booking_id: UUID, lines: Sequence[LineFacts]) -> None:
    """Behind those that there are."""
    table = BookingLine.__table__
    query = select(func.coalesce(func.max(table.c.position) + 1, 0))
    first = (await unit.session.execute(query.where(table.c.booking_id == booking_id))).scalar_one()
    await write_lines(unit, booking_id, lines, first)


async def replace_lines(unit: Unit, booking_id: UUID, lines: Sequence[LineFacts]) -> None:
    await unit.session.execute(delete(BookingLine).where(BookingLine.booking_id == booking_id))
    await write_lines(unit, booking_id, lines)


async def lock(unit: Unit, booking_id: UUID) -> BookingRow | None:
    """The booking's row, locked until the unit ends; None when there is none."""
    return (await unit.session.execute(_LOCKED, {"id": booking_id})).first()


async def look(unit: Unit, booking_id: UUID) -> BookingRow:
    """The booking's row without a lock, for previews. Raises NoResultFound."""
    return (await unit.session.execute(_BARE, {"id": booking_id})).one()


async def find(unit: Unit, booking_id: UUID) -> BookingFacts | None:
    row = (await unit.session.execute(_ONE, {"id": booking_id})).first()
    return facts_of(unit, row) if row else None


async def change(unit: Unit, booking_id: UUID, **values: Any) -> None:
    """Write columns other than the state, which only the engine moves."""
    await unit.session.execute(
        update(Booking).where(Booking.id == booking_id).values(updated_at=unit.now, **values)
    )


async def add_participant(unit: Unit, booking_id: UUID, user_id: UUID, role: str) -> None:
    await unit.session.execute(
        text("""INSERT INTO booking_participants (booking_id, user_id, role)
                VALUES (:booking, :user, :role) ON CONFLICT DO NOTHING"""),
        {"booking": booking_id, "user": user_id, "role": role},
    )


async def add_reschedule(
    unit: Unit, row: BookingRow, new: Span, difference: int, reason: str | None
) -> None:
    await unit.session.execute(
        insert(Reschedule).values(
            id=new_id(),
            booking_id=row.id,
            original_start=row.start_at,
            original_end=row.end_at,
            new_start=new.start,
            new_end=new.end,
            difference=difference,
            reason=reason,
            by=unit.principal.user_id,
            at=unit.now,
        )
    )


async def timeline(unit: Unit, booking_id: UUID) -> list[TransitionFacts]:
    columns = booking_transitions.c
    query = (
        select(
            columns.seq, columns.transition, columns.from_state, columns.to_state,
            columns.actor_kind, columns.actor_id, columns.reason, columns.at,
        )
        .where(columns.subject_id == booking_id)
        .order_by(columns.seq)
        .limit(500)
    )  # fmt: skip
    return [TransitionFacts(*row) for row in await unit.session.execute(query)]


_AS_THEY_ARE = (
    "id", "number", "state", "customer_id", "provider_id", "venue_id", "room_id", "staff_id", "zone",
    "actual_start", "actual_end", "details", "hold_expires_at", "cancelled_by", "cancel_reason", "cancelled_at",
    "refund_percent", "rescheduled", "held_by", "code_accepted_at", "approved_at", "policy", "created_at",
    "series_id",
)  # fmt: skip


def facts_of(unit: Unit, row: BookingRow) -> BookingFacts:
    """The facts of a row that `FULL` selected."""
    currency = row.currency
    return BookingFacts(
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
        kind=row.process,
        label=label_of(
            unit.profile.labels.states, row.state, after_decline=AFTER_DECLINE in row.details
        ),
        **_people(row),
        **_place(row.place),
        start=row.start_at,
        end=row.end_at,
        lines=tuple(line_of(item, currency) for item in row.lines),
        total=Money(row.total, currency),
        extra=Money(row.extra, currency),
        paid=Money(row.paid, currency),
        refunded=Money(row.refunded, currency),
        reschedules=tuple(_reschedule(item, currency) for item in row.reschedules),
    )


def _people(row: BookingRow) -> dict[str, Any]:
    return {
        "staff_user_ids": tuple(row.staff_user_ids),
        "vendor_ids": tuple(row.vendor_ids),
        "participants": tuple((UUID(p["user_id"]), p["role"]) for p in row.participants),
    }


def _place(place: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource_name": place["resource"],
        "place_name": place["name"],
        "address": place["address"],
    }


def line_of(item: dict[str, Any], currency: str) -> LineFacts:
    return LineFacts(
        item["kind"],
        UUID(item["ref_id"]),
        item["name"],
        item["quantity"],
        Money(item["unit_price"], currency),
        Money(item["subtotal"], currency),
        UUID(item["staff_id"]) if item.get("staff_id") else None,
        _moment(item.get("start_at")),
        _moment(item.get("end_at")),
        _moment(item.get("cancelled_at")),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _reschedule(item: dict[str, Any], currency: str) -> RescheduleFacts:
    return RescheduleFacts(
        original_start=datetime.fromisoformat(item["original_start"]),
        original_end=datetime.fromisoformat(item["original_end"]),
        new_start=datetime.fromisoformat(item["new_start"]),
        new_end=datetime.fromisoformat(item["new_end"]),
        at=datetime.fromisoformat(item["at"]),
        reason=item["reason"],
        difference=Money(item["difference"], currency),
    )
