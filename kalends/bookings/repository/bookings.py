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
from ..rules.ranges import Span
from ..types import BookingFacts, LineFacts, RescheduleFacts, TransitionFacts

BookingRow = Any  # a row of the table; `facts_of` needs the columns that `_FULL` adds
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


_FULL = select(
    *_TABLE.c,
    _json_of(BookingLine, BookingLine.position).label("lines"),
    _json_of(BookingParticipant, BookingParticipant.role.desc()).label("participants"),
    _json_of(Reschedule, Reschedule.at).label("reschedules"),
)
_BARE = select(*_TABLE.c).where(_TABLE.c.id == bindparam("id"))
_LOCKED = _BARE.with_for_update()
_ONE = _FULL.where(_TABLE.c.id == bindparam("id"))


async def write_lines(unit: Unit, booking_id: UUID, lines: Sequence[LineFacts]) -> None:
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
        }
        for position, line in enumerate(lines)
    ]
    await unit.session.execute(insert(BookingLine).values(rows))


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


def facts_of(unit: Unit, row: BookingRow) -> BookingFacts:
    """The facts of a row that `_FULL` selected."""
    place, currency = row.place, row.currency
    return BookingFacts(
        id=row.id,
        number=row.number,
        kind=row.process,
        state=row.state,
        label=unit.profile.labels.states.get(row.state, row.state),
        customer_id=row.customer_id,
        provider_id=row.provider_id,
        venue_id=row.venue_id,
        room_id=row.room_id,
        room_name=place["room"],
        venue_name=place["venue"],
        address=place["address"],
        zone=row.zone,
        start=row.start_at,
        end=row.end_at,
        lines=tuple(_line(item, currency) for item in row.lines),
        total=Money(row.total, currency),
        extra=Money(row.extra, currency),
        paid=Money(row.paid, currency),
        refunded=Money(row.refunded, currency),
        participants=tuple((UUID(p["user_id"]), p["role"]) for p in row.participants),
        hold_expires_at=row.hold_expires_at,
        cancelled_by=row.cancelled_by,
        cancel_reason=row.cancel_reason,
        cancelled_at=row.cancelled_at,
        refund_percent=row.refund_percent,
        rescheduled=row.rescheduled,
        held_by=row.held_by,
        code_accepted_at=row.code_accepted_at,
        reschedules=tuple(_reschedule(item, currency) for item in row.reschedules),
        policy=row.policy,
        created_at=row.created_at,
    )


def _line(item: dict[str, Any], currency: str) -> LineFacts:
    return LineFacts(
        item["kind"],
        UUID(item["ref_id"]),
        item["name"],
        item["quantity"],
        Money(item["unit_price"], currency),
        Money(item["subtotal"], currency),
    )


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
