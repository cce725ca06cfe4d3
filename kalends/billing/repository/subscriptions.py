"""Subscriptions as rows. Their state is written by the process engine only."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.profile import Profile
from kalends.core.sections import Plan
from kalends.core.unit import Unit

from ..models import SubscriptionRow
from ..rules.subscriptions import SUBSCRIPTION, access_until
from ..types import SubscriptionFacts

TABLE = cast("Table", SubscriptionRow.__table__)
C = TABLE.c
_NOT_CANCELLED = text("state <> 'cancelled'")


async def add(unit: Unit, user_id: UUID, plan: Plan) -> Any | None:
    """A new subscription that nothing was paid for; None when another one lives."""
    rules = unit.profile.subscriptions
    values = {
        "id": new_id(),
        "user_id": user_id,
        **terms_of(unit.profile, plan),
        "grace_days": rules.grace_days,
        "first_payment_hours": rules.first_payment_hours,
        "process": SUBSCRIPTION.name,
        "state": SUBSCRIPTION.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
    }
    statement = insert(TABLE).values(values)
    statement = statement.on_conflict_do_nothing(
        index_elements=[C.user_id], index_where=_NOT_CANCELLED
    )
    return (await unit.session.execute(statement.returning(*C))).one_or_none()


def terms_of(profile: Profile, plan: Plan) -> dict[str, Any]:
    """What a subscription keeps of its plan."""
    return {
        "plan": plan.id,
        "title": plan.title,
        "price": plan.price,
        "currency": profile.currency,
        "months": plan.months,
    }


async def lock(unit: Unit, subscription_id: UUID) -> Any | None:
    query = select(*C).where(C.id == subscription_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def find(unit: Unit, subscription_id: UUID) -> Any | None:
    query = select(*C).where(C.id == subscription_id)
    return (await unit.session.execute(query)).one_or_none()


async def lock_current(unit: Unit, user_id: UUID) -> Any | None:
    """The somebody's newest one that lives or still has time left, locked."""
    found = await current(unit, user_id)
    return None if found is None else await lock(unit, found.id)


async def current(unit: Unit, user_id: UUID) -> Any | None:
    query = (
        select(*C)
        .where(C.user_id == user_id, or_(_NOT_CANCELLED, C.period_end > unit.now))
        .order_by((C.state == "cancelled").asc(), C.period_end.desc())
        .limit(1)
    )
    return (await unit.session.execute(query)).one_or_none()


async def has_any(unit: Unit, user_id: UUID) -> bool:
    """Whether a period has ever begun for this user."""
    query = select(C.id).where(C.user_id == user_id, C.anchor.is_not(None)).limit(1)
    return (await unit.session.execute(query)).first() is not None


async def change(unit: Unit, subscription_id: UUID, **values: Any) -> None:
    """Write columns other than the state."""
    await unit.session.execute(update(TABLE).where(C.id == subscription_id).values(**values))


def facts(row: Any) -> SubscriptionFacts:
    return SubscriptionFacts(
        id=row.id,
        user_id=row.user_id,
        plan=row.plan,
        title=row.title,
        price=Money(row.price, row.currency),
        months=row.months,
        state=row.state,
        state_since=row.state_since,
        period_start=row.period_start,
        period_end=row.period_end,
        access_until=access_until(row.state, row.period_end, row.grace_days),
    )
