"""The subscription machine: its table, and what its steps do."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kalends import payments
from kalends.core.errors import Problem, TransitionNotAllowed
from kalends.core.process import Facts, by_name
from kalends.core.states import Machine, Move, register
from kalends.core.wire import subject

from .events import SubscriptionActivated, SubscriptionCancelled, SubscriptionDue
from .models import subscription_transitions
from .repository import subscriptions
from .rules.subscriptions import SUBSCRIPTION, access_until, period_after

_DAY, _HOUR = 24 * 60, 60


def facts(row: Any) -> Facts:
    minutes = {"grace": row.grace_days * _DAY, "first_payment": row.first_payment_hours * _HOUR}
    return Facts(row.state_since, row.period_start, row.period_end, minutes)


def time_left(row: Any, now: datetime) -> Problem | None:
    if row.period_end is not None and now < row.period_end:
        return None
    return TransitionNotAllowed(
        "nothing is left of this one; start anew", state=row.state, actions=[]
    )


async def begin_period(move: Move) -> None:
    """The first one begins now, a later one where the last one ended. `input` is the length of a trial,
    or the payment."""
    row, now, zone = move.subject, move.unit.now, move.unit.profile.time_zone
    if isinstance(move.input, timedelta):
        values = {"anchor": now + move.input, "period_start": now, "period_end": now + move.input}
    elif row.period_end is None:
        end = period_after(now, row.months, now, zone)
        values = {"anchor": now, "period_start": now, "period_end": end}
    else:
        end = period_after(row.anchor, row.months, row.period_end, zone)
        values = {"period_start": row.period_end, "period_end": end}
    await subscriptions.change(move.unit, row.id, **values)


async def expire_payments(move: Move) -> None:
    await payments.expire_payments(move.unit, subject("subscription", move.subject.id))


async def tell_active(move: Move) -> None:
    row = await subscriptions.lock(move.unit, move.subject.id)
    assert row is not None
    paid = move.input if isinstance(move.input, UUID) else None
    move.unit.emit(
        SubscriptionActivated(
            subscription_id=row.id, user_id=row.user_id, until=row.period_end, payment_id=paid
        )
    )


async def tell_due(move: Move) -> None:
    row = move.subject
    until = access_until("past_due", row.period_end, row.grace_days)
    assert until is not None
    move.unit.emit(
        SubscriptionDue(
            subscription_id=row.id,
            user_id=row.user_id,
            amount=row.price,
            currency=row.currency,
            until=until,
        )
    )


async def tell_cancelled(move: Move) -> None:
    row = move.subject
    move.unit.emit(
        SubscriptionCancelled(
            subscription_id=row.id,
            user_id=row.user_id,
            by=move.actor.value,
            until=access_until("cancelled", row.period_end, 0),
        )
    )


_EFFECTS = (begin_period, expire_payments, tell_active, tell_due, tell_cancelled)
SUBSCRIPTIONS = register(
    Machine(
        name="subscription",
        table=subscriptions.TABLE,
        history=subscription_transitions,
        lock=subscriptions.lock,
        processes={SUBSCRIPTION.name: SUBSCRIPTION},
        facts=facts,
        guards={"time_left": time_left},
        effects=by_name(_EFFECTS),
    )
)
