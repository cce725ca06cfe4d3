"""Reading, locking and writing card disputes. Their state is written by the process engine only."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, exists, func, insert, or_, select, update

from kalends.core.gateways import About, GatewayDispute, MovementKind
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..models import Chargeback, GatewayInbox, Payment, SettlementLine
from ..rules.chargebacks import CHARGEBACK
from ..types import ChargebackFacts, ChargebackState, Portions
from .inbox import PARKED

CHARGEBACKS = cast("Table", Chargeback.__table__)
# Disputes that a statement tells of and no webhook did are asked about for so long.
TOLD_WITHIN = timedelta(days=14)
_MAX_ROUND = 200
_UNSETTLED = or_(Chargeback.state == "open", and_(Chargeback.state == "won", Chargeback.taken > 0))


async def lock(unit: Unit, chargeback_id: UUID) -> Any | None:
    query = select(*CHARGEBACKS.c).where(Chargeback.id == chargeback_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def lock_named(unit: Unit, gateway: str, dispute_id: str) -> Any | None:
    """The dispute with this name at its gateway, locked."""
    query = select(*CHARGEBACKS.c).where(
        Chargeback.gateway == gateway, Chargeback.dispute_id == dispute_id
    )
    return (await unit.session.execute(query.with_for_update())).one_or_none()


async def with_provider(unit: Unit, chargeback_id: UUID) -> Any | None:
    """The dispute with the `provider_id` of its payment."""
    query = (
        select(*CHARGEBACKS.c, Payment.provider_id)
        .join(Payment, Payment.id == Chargeback.payment_id)
        .where(Chargeback.id == chargeback_id)
    )
    return (await unit.session.execute(query)).one_or_none()


async def add(unit: Unit, payment: Any, seen: GatewayDispute) -> Any:
    """Insert a dispute that was heard of for the first time; return its row."""
    values = {
        "id": new_id(),
        "gateway": payment.gateway,
        "dispute_id": seen.dispute_id,
        "payment_id": payment.id,
        "subject": payment.subject,
        "amount": seen.amount.amount,
        "currency": payment.currency,
        "reason": seen.reason,
        "asked_at": unit.now,
        "process": CHARGEBACK.name,
        "state": CHARGEBACK.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
    }
    statement = insert(Chargeback).values(values).returning(*CHARGEBACKS.c)
    return (await unit.session.execute(statement)).one()


async def note(unit: Unit, chargeback_id: UUID, **facts: Any) -> None:
    """Keep what was learnt of a dispute, other than its state."""
    await unit.session.execute(
        update(Chargeback).where(Chargeback.id == chargeback_id).values(facts)
    )


async def count_on_payment(unit: Unit, payment_id: UUID, counted: int) -> Any:
    """Let the payment tell what was charged back of it (`counted` more), and what open disputes still
    want; return it as it is then."""
    wanted = (
        select(func.coalesce(func.sum(func.greatest(Chargeback.amount - Chargeback.taken, 0)), 0))
        .where(Chargeback.payment_id == payment_id, Chargeback.state == "open")
        .scalar_subquery()
    )
    statement = (
        update(Payment)
        .where(Payment.id == payment_id)
        .values(charged_back=Payment.charged_back + counted, disputed=wanted)
        .returning(*Payment.__table__.c)
    )
    return (await unit.session.execute(statement)).one()


async def unsettled_of(unit: Unit, subject: str) -> bool:
    """Whether money of the subject may still move because of a card dispute."""
    query = select(Chargeback.id).where(Chargeback.subject == subject, _UNSETTLED)
    return (await unit.session.execute(query.limit(1))).first() is not None


async def to_ask_about(unit: Unit, older_than: timedelta) -> Sequence[tuple[str, str]]:
    """Gateway and name of disputes that are not settled and were not asked about for so long."""
    query = (
        select(Chargeback.gateway, Chargeback.dispute_id)
        .where(_UNSETTLED, Chargeback.asked_at <= unit.now - older_than)
        .order_by(Chargeback.asked_at)
        .limit(_MAX_ROUND)
    )
    return [(row.gateway, row.dispute_id) for row in await unit.session.execute(query)]


async def told_by_statement_only(unit: Unit) -> Sequence[tuple[str, str]]:
    """Disputes that stand on a statement, and that nobody told us of: their webhooks were lost."""
    line = SettlementLine
    heard = exists().where(
        Chargeback.gateway == line.gateway, Chargeback.dispute_id == line.object_id
    )
    parked = exists().where(
        GatewayInbox.gateway == line.gateway,
        GatewayInbox.object_id == line.object_id,
        GatewayInbox.about == About.dispute,
        GatewayInbox.mark == PARKED,
    )
    query = (
        select(line.gateway, line.object_id)
        .where(
            line.kind == MovementKind.dispute,
            line.at >= unit.now - TOLD_WITHIN,
            ~heard,
            ~parked,
        )
        .distinct()
        .limit(_MAX_ROUND)
    )
    return [(row.gateway, row.object_id) for row in await unit.session.execute(query)]


async def newest(
    unit: Unit, state: str | None, *, before: UUID | None, limit: int
) -> Sequence[Any]:
    """Disputes in this state (None: any), newest first."""
    query = select(*CHARGEBACKS.c).order_by(Chargeback.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Chargeback.state == state)
    if before is not None:
        query = query.where(Chargeback.id < before)
    return (await unit.session.execute(query)).all()


def portions(row: Any) -> Portions:
    """Who bears what the gateway keeps for it now."""
    return Portions(row.from_origin, row.from_provider, row.from_platform, row.beyond)


def facts(row: Any) -> ChargebackFacts:
    """What operators may know of a dispute."""
    money = {
        name: Money(getattr(row, name), row.currency)
        for name in ("amount", "taken", "from_origin", "from_provider", "from_platform", "beyond")
    }
    return ChargebackFacts(
        id=row.id,
        gateway=row.gateway,
        dispute_id=row.dispute_id,
        payment_id=row.payment_id,
        subject=row.subject,
        state=ChargebackState(row.state),
        reason=row.reason,
        created_at=row.created_at,
        state_since=row.state_since,
        **money,
    )
