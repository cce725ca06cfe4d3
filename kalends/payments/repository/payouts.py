"""Reading, locking and writing payouts. Their state is written by the process engine only."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.process import Process
from kalends.core.unit import Unit

from ..models import BankAccount, Payout, PayoutApproval, PayoutHoldMark, payout_history
from ..types import Milestone, Origin, PayoutFacts, PayoutState

PAYOUTS = cast("Table", Payout.__table__)
_APPROVALS = (
    select(func.count())
    .select_from(PayoutApproval)
    .where(PayoutApproval.payout_id == PAYOUTS.c.id)
    .scalar_subquery()
    .label("approvals")
)
_LOCK_PROVIDER = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 6))")
_MAX_ROUND = 1000


async def one_at_a_time(unit: Unit, provider_id: UUID) -> None:
    """Let one unit at a time decide what the provider's payouts are: before it locks any of them or the
    journal, so that none can come to be in between."""
    await unit.session.execute(_LOCK_PROVIDER, {"name": str(provider_id)})


async def lock(unit: Unit, payout_id: UUID) -> Any | None:
    query = select(*PAYOUTS.c).where(Payout.id == payout_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def add(unit: Unit, process: Process, values: Mapping[str, Any]) -> Any | None:
    """Insert a payout; return its row, or None when this milestone of the line was made before."""
    row = {
        "id": new_id(),
        "process": process.name,
        "state": process.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
    }
    statement = insert(Payout).values(row | dict(values)).on_conflict_do_nothing()
    return (await unit.session.execute(statement.returning(*PAYOUTS.c))).one_or_none()


async def note(unit: Unit, payout_id: UUID, **facts: Any) -> None:
    """Keep what was learnt of a payout: who approved it when, what it failed of, what was withheld."""
    await unit.session.execute(update(Payout).where(Payout.id == payout_id).values(facts))


async def lock_of(
    unit: Unit,
    states: Sequence[str],
    *,
    subject: str | None = None,
    line: str | None = None,
    provider_id: UUID | None = None,
) -> Sequence[Any]:
    """A subject's milestones, or what a provider asked for, in these states, locked in one order."""
    query = select(*PAYOUTS.c).where(Payout.state.in_(states))
    if provider_id is not None:
        query = query.where(Payout.provider_id == provider_id, Payout.subject.is_(None))
    else:
        query = query.where(Payout.subject == subject)
    if line is not None:
        query = query.where(Payout.line == line)
    return (await unit.session.execute(query.order_by(Payout.id).with_for_update())).all()


async def claimed(unit: Unit, subject: str, line: str | None = None) -> int:
    """Minor units of the subject's escrow that belong to milestones (of a line) which are still locked."""
    query = select(func.coalesce(func.sum(Payout.gross), 0)).where(
        Payout.subject == subject, _still_in_escrow()
    )
    if line is not None:
        query = query.where(Payout.line == line)
    return int((await unit.session.execute(query)).scalar_one() or 0)


async def granted(unit: Unit, subject: str) -> dict[str, int]:
    """Minor units that milestones hold or have let go of, per line of the subject.

    What was taken back before it fell due does not count.
    """
    fell_due = exists().where(
        payout_history.c.subject_id == Payout.id, payout_history.c.transition.in_(("unlock", "net"))
    )
    query = (
        select(Payout.line, func.sum(Payout.gross))
        .where(Payout.subject == subject, or_(Payout.state != "cancelled", fell_due))
        .group_by(Payout.line)
    )
    rows = await unit.session.execute(query)
    return {str(line): int(gross or 0) for line, gross in rows}


async def claimed_of(
    unit: Unit, provider_ids: Sequence[UUID], currency: str, besides: Sequence[str]
) -> int:
    """The same for what these providers wait for, of other subjects than these."""
    query = select(func.coalesce(func.sum(Payout.gross), 0)).where(
        Payout.provider_id.in_(provider_ids),
        Payout.currency == currency,
        Payout.subject.not_in(besides),
        _still_in_escrow(),
    )
    return int((await unit.session.execute(query)).scalar_one() or 0)


async def milestones_of(unit: Unit, subject: str, line: str, instalment: str) -> Sequence[Any]:
    query = (
        select(*PAYOUTS.c, _APPROVALS)
        .where(Payout.subject == subject, Payout.line == line, Payout.instalment == instalment)
        .order_by(Payout.id)
    )
    return (await unit.session.execute(query)).all()


async def by_id(unit: Unit, payout_id: UUID) -> Any | None:
    query = select(*PAYOUTS.c, _APPROVALS).where(Payout.id == payout_id)
    return (await unit.session.execute(query)).one_or_none()


async def newest(
    unit: Unit, filters: Mapping[str, Any], *, before: UUID | None, limit: int
) -> Sequence[Any]:
    """Payouts whose columns have these values (None: any; a list: one of them), newest first."""
    query = select(*PAYOUTS.c, _APPROVALS).order_by(Payout.id.desc()).limit(limit)
    for column, value in filters.items():
        if isinstance(value, list):
            query = query.where(PAYOUTS.c[column].in_(value))
        elif value is not None:
            query = query.where(PAYOUTS.c[column] == value)
    if before is not None:
        query = query.where(Payout.id < before)
    return (await unit.session.execute(query)).all()


async def approve(unit: Unit, payout_id: UUID, user_id: UUID) -> bool:
    """Note an operator's approval; False when this one had approved before."""
    row = insert(PayoutApproval).values(payout_id=payout_id, user_id=user_id, at=unit.now)
    noted = row.on_conflict_do_nothing().returning(PayoutApproval.user_id)
    return (await unit.session.execute(noted)).first() is not None


async def count_approvals(unit: Unit, payout_id: UUID) -> int:
    query = (
        select(func.count())
        .select_from(PayoutApproval)
        .where(PayoutApproval.payout_id == payout_id)
    )
    return (await unit.session.execute(query)).scalar_one()


async def forget_approvals(unit: Unit, payout_id: UUID) -> None:
    """Something changed since: whoever approves must look again."""
    await unit.session.execute(delete(PayoutApproval).where(PayoutApproval.payout_id == payout_id))
    await note(unit, payout_id, approved_at=None)


async def add_hold(unit: Unit, payout_id: UUID, ref: str, reason: str) -> None:
    row = insert(PayoutHoldMark).values(payout_id=payout_id, ref=ref, reason=reason, at=unit.now)
    await unit.session.execute(row.on_conflict_do_nothing())


async def held_for(unit: Unit, ref: str) -> Sequence[UUID]:
    """The payouts that wait for this cause, in the order in which they are locked."""
    query = (
        select(PayoutHoldMark.payout_id)
        .where(PayoutHoldMark.ref == ref)
        .order_by(PayoutHoldMark.payout_id)
    )
    return (await unit.session.execute(query)).scalars().all()


async def held_amount(unit: Unit, ref: str, currency: str) -> Money:
    """What is set aside in payouts that wait for this cause; what is still in escrow does not count."""
    query = (
        select(func.coalesce(func.sum(Payout.amount), 0))
        .join(PayoutHoldMark, PayoutHoldMark.payout_id == Payout.id)
        .where(
            PayoutHoldMark.ref == ref,
            Payout.state == "held",
            Payout.held_from == "eligible",
            Payout.currency == currency,
        )
    )
    return Money(int((await unit.session.execute(query)).scalar_one()), currency)


async def drop_hold(unit: Unit, payout_id: UUID, ref: str) -> bool:
    """Take one cause away; whether none is left."""
    mine = PayoutHoldMark.payout_id == payout_id
    await unit.session.execute(delete(PayoutHoldMark).where(mine, PayoutHoldMark.ref == ref))
    query = select(PayoutHoldMark.ref).where(mine).limit(1)
    return (await unit.session.execute(query)).first() is None


async def drop_holds(unit: Unit, payout_id: UUID) -> None:
    await unit.session.execute(delete(PayoutHoldMark).where(PayoutHoldMark.payout_id == payout_id))


async def paid_since(unit: Unit, days: timedelta) -> Sequence[UUID]:
    """What was paid so lately that the bank may still send it back."""
    query = (
        select(Payout.id)
        .where(Payout.state == "paid", Payout.state_since >= unit.now - days)
        .order_by(Payout.id)
        .limit(_MAX_ROUND)
    )
    return (await unit.session.execute(query)).scalars().all()


async def to_move_on(unit: Unit, older_than: timedelta) -> Sequence[UUID]:
    """Payouts that were approved and not sent, and those whose end nobody has told us for so long."""
    waiting = and_(Payout.state == "eligible", Payout.approved_at.is_not(None))
    silent = and_(Payout.state == "processing", Payout.state_since <= unit.now - older_than)
    query = select(Payout.id).where(or_(waiting, silent)).order_by(Payout.id).limit(_MAX_ROUND)
    return (await unit.session.execute(query)).scalars().all()


async def providers_to_pay(unit: Unit) -> Sequence[UUID]:
    """Who has an account that money may go to now."""
    query = (
        select(BankAccount.provider_id)
        .where(BankAccount.state == "verified", BankAccount.usable_from <= unit.now)
        .order_by(BankAccount.provider_id)
    )
    return (await unit.session.execute(query)).scalars().all()


def facts(row: Any) -> PayoutFacts:
    """What others may know of a payout."""
    return PayoutFacts(
        id=row.id,
        provider_id=row.provider_id,
        origin=Origin(row.origin),
        state=PayoutState(row.state),
        amount=Money(row.amount, row.currency),
        withheld=Money(row.withheld, row.currency),
        milestone=Milestone(row.milestone) if row.milestone else None,
        subject=row.subject,
        line=row.line,
        approved=row.approved_at is not None,
        approvals=row.approvals,
        failure=row.failure,
        bank_reference=row.bank_reference,
        created_at=row.created_at,
        paid_at=row.paid_at,
    )


def _still_in_escrow() -> Any:
    return or_(Payout.state == "locked", and_(Payout.state == "held", Payout.held_from == "locked"))
