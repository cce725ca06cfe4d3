"""Statements on disputes and their notes. Their state is written by the process engine only."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, insert, or_, select, text, update

from kalends.core.checks import Rows
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..models import Dispute, DisputeNote
from ..rules.disputes import DISPUTE, LIVE
from ..types import (
    Claim,
    DisputeFacts,
    DisputeReason,
    DisputeRole,
    DisputeState,
    NewDispute,
    NoteFacts,
)

DISPUTES = cast("Table", Dispute.__table__)
_MANAGING = frozenset({"owner", "manager"})
# What a dispute set aside lies there while it lives, and has gone back once when it is over.
_HELD = text("""
    WITH aside AS (
        SELECT split_part(key, ':', 3) AS dispute_id, currency, -sum(amount) AS amount,
               count(*) FILTER (WHERE kind = 'hold') AS holds
        FROM ledger_lines
        WHERE account = 'provider_reserved' AND (key LIKE 'hold:dispute:%' OR key LIKE 'let\\_go:dispute:%')
        GROUP BY 1, 2
    )
    SELECT coalesce(CAST(d.id AS text), a.dispute_id) AS dispute_id, d.state, d.held,
           CAST(coalesce(a.amount, 0) AS bigint) AS set_aside
    FROM disputes d FULL JOIN aside a
      ON (a.dispute_id, a.currency) = (CAST(d.id AS text), d.currency)
    WHERE d.id IS NULL OR coalesce(a.holds, 0) > 1
       OR coalesce(a.amount, 0) <> CASE WHEN d.state IN ('open', 'under_review') THEN d.held ELSE 0 END
""")


async def lock(unit: Unit, dispute_id: UUID) -> Any | None:
    query = select(*DISPUTES.c).where(Dispute.id == dispute_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def add(unit: Unit, new: NewDispute, booking: Any, role: DisputeRole, claim: Claim) -> Any:
    """Insert a dispute about a booking (its facts) by the signed-in user; return its row."""
    values = {
        "id": new_id(),
        "booking_id": booking.id,
        "customer_id": booking.customer_id,
        "provider_id": claim.provider_id,
        "venue_id": claim.venue_id,
        "line_id": claim.line_id,
        "opened_by": unit.user_id,
        "role": role.value,
        "reason": new.reason.value,
        "statement": new.statement,
        "currency": claim.amount.currency,
        "claimed": claim.amount.amount,
        "process": DISPUTE.name,
        "state": DISPUTE.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
    }
    statement = insert(Dispute).values(values).returning(*DISPUTES.c)
    return (await unit.session.execute(statement)).one()


async def note(unit: Unit, dispute_id: UUID, **values: Any) -> None:
    """Keep what was found or decided, other than the state."""
    await unit.session.execute(update(Dispute).where(Dispute.id == dispute_id).values(values))


async def live_lines(unit: Unit, booking_id: UUID) -> set[UUID | None]:
    """The lines of the booking about which a dispute is open; None stands for the booking as a whole."""
    query = select(Dispute.line_id).where(Dispute.booking_id == booking_id, Dispute.state.in_(LIVE))
    return set((await unit.session.execute(query)).scalars())


async def find(unit: Unit, dispute_id: UUID) -> DisputeFacts | None:
    rows = await unit.session.execute(select(*DISPUTES.c).where(Dispute.id == dispute_id))
    return next((_facts(row) for row in rows), None)


async def of_caller(unit: Unit, page: PageQuery) -> Slice[DisputeFacts]:
    """About bookings that the signed-in user made, or that are at venues of theirs; newest first."""
    managed = [m for m in unit.principal.memberships if m.role in _MANAGING]
    whole = [m.provider_id for m in managed if m.place_id is None]
    venues = [m.place_id for m in managed if m.place_id is not None]
    mine = or_(
        Dispute.customer_id == unit.user_id,
        Dispute.provider_id.in_(whole),
        Dispute.venue_id.in_(venues),
    )
    return await _page(unit, page, mine)


async def in_state(unit: Unit, state: DisputeState | None, page: PageQuery) -> Slice[DisputeFacts]:
    return await _page(unit, page, *([Dispute.state == state.value] if state else []))


async def add_note(unit: Unit, dispute_id: UUID, role: DisputeRole, said: str) -> None:
    values = {
        "id": new_id(),
        "dispute_id": dispute_id,
        "author_id": unit.user_id,
        "role": role.value,
        "text": said,
        "created_at": unit.now,
    }
    await unit.session.execute(insert(DisputeNote).values(values))


async def count_notes(unit: Unit, dispute_id: UUID, role: DisputeRole) -> int:
    query = (
        select(func.count())
        .select_from(DisputeNote)
        .where(DisputeNote.dispute_id == dispute_id, DisputeNote.role == role.value)
    )
    return (await unit.session.execute(query)).scalar_one()


async def notes_of(unit: Unit, dispute_id: UUID, *, internal: bool) -> Sequence[NoteFacts]:
    """Oldest first; those of operators only when `internal`."""
    query = select(DisputeNote).where(DisputeNote.dispute_id == dispute_id)
    if not internal:
        query = query.where(DisputeNote.role != DisputeRole.operator.value)
    found = await unit.session.execute(query.order_by(DisputeNote.id))
    return [
        NoteFacts(n.id, n.author_id, DisputeRole(n.role), n.text, n.created_at)
        for n in found.scalars()
    ]


async def wrongly_held(unit: Unit) -> Rows:
    return [dict(row) for row in (await unit.session.execute(_HELD)).mappings()]


async def _page(unit: Unit, page: PageQuery, *where: ColumnElement[bool]) -> Slice[DisputeFacts]:
    query = select(*DISPUTES.c).where(*where).limit(page.limit + 1)
    before = id_after(page.cursor)
    if before is not None:
        query = query.where(Dispute.id < before)
    rows = [_facts(row) for row in await unit.session.execute(query.order_by(Dispute.id.desc()))]
    return slice_of(rows, page.limit, lambda dispute: (str(dispute.id),))


def _facts(row: Any) -> DisputeFacts:
    def money(amount: int) -> Money:
        return Money(amount, row.currency)

    return DisputeFacts(
        id=row.id,
        booking_id=row.booking_id,
        customer_id=row.customer_id,
        provider_id=row.provider_id,
        venue_id=row.venue_id,
        line_id=row.line_id,
        opened_by=row.opened_by,
        role=DisputeRole(row.role),
        reason=DisputeReason(row.reason),
        statement=row.statement,
        state=DisputeState(row.state),
        claimed=money(row.claimed),
        held=money(row.held),
        in_payouts=money(row.in_payouts),
        missing=money(row.missing),
        given_back=None if row.given_back is None else money(row.given_back),
        decision=row.decision,
        decided_at=row.decided_at,
        created_at=row.created_at,
        state_since=row.state_since,
    )
