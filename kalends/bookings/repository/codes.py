"""Completion codes: one a booking, as a keyed digest, with the wrong tries counted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from kalends.core.unit import Unit

from ..models import CompletionCode


async def keep(unit: Unit, booking_id: UUID, digest: str, at: datetime) -> None:
    """Keep a new code; the one before it is forgotten, with its tries."""
    values = {"digest": digest, "tries": 0, "issued_at": at}
    statement = insert(CompletionCode).values(booking_id=booking_id, **values)
    await unit.session.execute(
        statement.on_conflict_do_update(index_elements=["booking_id"], set_=values)
    )


async def find(unit: Unit, booking_id: UUID) -> Any | None:
    """The code's digest and its wrong tries. The booking's lock keeps others from it."""
    query = select(CompletionCode.digest, CompletionCode.tries).where(
        CompletionCode.booking_id == booking_id
    )
    return (await unit.session.execute(query)).one_or_none()


async def count_try(unit: Unit, booking_id: UUID) -> None:
    await unit.session.execute(
        update(CompletionCode)
        .where(CompletionCode.booking_id == booking_id)
        .values(tries=CompletionCode.tries + 1)
    )


async def forget(unit: Unit, booking_id: UUID) -> None:
    await unit.session.execute(
        delete(CompletionCode).where(CompletionCode.booking_id == booking_id)
    )
