"""The vendors' lines of events as rows. Their state is written by the process engine only."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, insert, select, update

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..models import EventLineRow
from ..rules.processes import EVENT_LINE
from ..types.events import EventLine, NewEventLine

TABLE = cast("Table", EventLineRow.__table__)
C = TABLE.c
_PLAIN = (
    "id", "booking_id", "position", "provider_id", "provider_name", "service_id", "service_name", "room_id",
    "role", "buffer_minutes", "state", "note", "policy",
)  # fmt: skip


async def add(unit: Unit, booking_id: UUID, new: Sequence[NewEventLine]) -> list[Any]:
    """Write new lines after those that there are; return their rows."""
    query = select(func.coalesce(func.max(C.position) + 1, 0)).where(C.booking_id == booking_id)
    first: int = (await unit.session.execute(query)).scalar_one()
    rows = [
        {
            "id": new_id(),
            "booking_id": booking_id,
            "position": first + n,
            "provider_id": line.provider_id,
            "provider_name": line.provider_name,
            "service_id": line.service_id,
            "service_name": line.service_name,
            "room_id": line.room_id,
            "role": line.role,
            "buffer_minutes": line.buffer_minutes,
            "currency": line.asked.currency,
            "asked": line.asked.amount,
            "policy": dict(line.policy),
            "process": EVENT_LINE.name,
            "state": EVENT_LINE.initial,
            "state_since": unit.now,
            "version": 1,
            "created_at": unit.now,
        }
        for n, line in enumerate(new)
    ]
    statement = insert(TABLE).values(rows).returning(*C)
    return list((await unit.session.execute(statement)).all())


async def lock(unit: Unit, line_id: UUID) -> Any | None:
    query = select(*C).where(C.id == line_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def find(unit: Unit, booking_id: UUID, line_id: UUID) -> EventLine | None:
    query = select(*C).where(C.id == line_id, C.booking_id == booking_id)
    row = (await unit.session.execute(query)).first()
    return _facts(row) if row else None


async def of_booking(unit: Unit, booking_id: UUID) -> list[EventLine]:
    """All lines of the event in the order in which they were asked for."""
    query = select(*C).where(C.booking_id == booking_id).order_by(C.position)
    return [_facts(row) for row in await unit.session.execute(query)]


async def change(unit: Unit, line_id: UUID, **values: Any) -> None:
    """Write columns other than the state."""
    await unit.session.execute(update(TABLE).where(C.id == line_id).values(**values))


async def give(unit: Unit, line_id: UUID, *, allocated: int = 0, returned: int = 0) -> None:
    """Count what was paid for the line, or what went back of that."""
    values = {"allocated": C.allocated + allocated, "returned": C.returned + returned}
    await unit.session.execute(update(TABLE).where(C.id == line_id).values(values))


def _facts(row: Any) -> EventLine:
    def money(amount: int | None) -> Money | None:
        return None if amount is None else Money(amount, row.currency)

    return EventLine(
        **{name: getattr(row, name) for name in _PLAIN},
        asked=Money(row.asked, row.currency),
        countered=money(row.countered),
        agreed=money(row.agreed),
        allocated=Money(row.allocated, row.currency),
        returned=Money(row.returned, row.currency),
    )
