"""Subscriptions: starting, paying, cancelling one, and the gate that asks for it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from kalends import ledger, payments
from kalends.core.errors import NotFound
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import ActorKind, Principal
from kalends.core.sections import Plan
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit, open_unit
from kalends.core.wire import subject

from ..errors import AlreadySubscribed, SubscriptionRequired, UnknownPlan
from ..events import SubscriptionDue, SubscriptionUnpaid
from ..processes import SUBSCRIPTIONS
from ..repository import subscriptions
from ..rules.subscriptions import anchor_after
from ..types import NewSubscription, SubscriptionFacts

KIND = PURPOSE = payments.SUBSCRIPTION
_STEPS = {"none": "activate", "past_due": "renew"}
Started = tuple[SubscriptionFacts, payments.PaymentFacts | None]


async def subscribed(unit: Unit, user_id: UUID) -> bool:
    """Whether the user's subscription opens doors now. Where none are sold, everybody's does."""
    if not unit.profile.features.subscriptions:
        return True
    row = await subscriptions.current(unit, user_id)
    until = None if row is None else subscriptions.facts(row).access_until
    return until is not None and unit.now < until


async def require_subscription(unit: Unit) -> None:
    """Let operators and subscribers pass. Raises SubscriptionRequired for everybody else."""
    if unit.principal.is_operator or await subscribed(unit, unit.user_id):
        return
    raise SubscriptionRequired("see GET /subscriptions/plans, then POST /subscriptions/start")


async def start_subscription(house: House, principal: Principal, wish: NewSubscription) -> Started:
    """Subscribe, or pay for the next period of what is due; the payment is None where nothing waits.

    Opens its own units, since a gateway is asked between them. Raises UnknownPlan, AlreadySubscribed,
    InsufficientFunds, UnknownGateway, GatewayUnavailable.
    """
    async with open_unit(house, principal) as unit:
        plan = _plan(unit, wish.plan)
        row = await _prepared(unit, plan)
        waits = row.state in _STEPS and not await _for_nothing(unit, row, plan)
        waiting = await _pay(unit, row, wish.method) if waits else None
        started = subscriptions.facts(await subscriptions.lock(unit, row.id))
    if waiting is None:
        return started, None
    return started, await payments.place_order(house, waiting.id)


async def cancel_subscription(unit: Unit) -> SubscriptionFacts:
    """Renew no more; what was paid for lasts until its end. Raises NotFound, TransitionNotAllowed."""
    row = await subscriptions.lock_current(unit, unit.user_id)
    if row is None:
        raise NotFound("you have no subscription")
    await fire(unit, SUBSCRIPTIONS, row.id, "cancel", Order(ActorKind.customer))
    return subscriptions.facts(await subscriptions.lock(unit, row.id))


async def get_subscription(unit: Unit, subscription_id: UUID) -> SubscriptionFacts:
    """For code that is entitled to it anyway (letters, documents). Raises NotFound."""
    row = await subscriptions.find(unit, subscription_id)
    if row is None:
        raise NotFound
    return subscriptions.facts(row)


async def my_subscription(unit: Unit) -> SubscriptionFacts | None:
    row = await subscriptions.current(unit, unit.user_id)
    return None if row is None else subscriptions.facts(row)


async def settle_subscription(unit: Unit, event: payments.PaymentCaptured) -> None:
    """A captured payment opens the next period. What nobody waits for goes back in full."""
    row = await subscriptions.lock(unit, UUID(event.subject.partition(":")[2]))
    assert row is not None
    if row.state in _STEPS and (event.amount, event.currency) == (row.price, row.currency):
        await _begin(unit, row, event.payment_id)
        return
    order = payments.RefundOrder(
        subject=event.subject,
        user_id=row.user_id,
        amount=Money(event.amount, event.currency),
        reason="payment could not be used",
        key=f"unused:{event.payment_id}",
        payment_id=event.payment_id,
        destination=payments.refund_destination(unit),
    )
    await payments.refund(unit, order)


async def renew_from_wallet(unit: Unit, event: SubscriptionDue) -> None:
    """Take the next period's price from the wallet; say so when it has not so much."""
    row = await subscriptions.lock(unit, event.subscription_id)
    assert row is not None
    if row.state != "past_due":
        return
    if row.price == 0:
        await fire(unit, SUBSCRIPTIONS, row.id, "renew", Order(ActorKind.system))
        return
    wallet = ledger.wallet(row.user_id)
    await ledger.lock(unit, wallet)
    if (await ledger.balance(unit, wallet, row.currency)).amount >= row.price:
        await _pay(unit, row, "wallet")
        return
    unpaid = SubscriptionUnpaid(
        subscription_id=row.id,
        user_id=row.user_id,
        amount=row.price,
        currency=row.currency,
        until=event.until,
    )
    unit.emit(unpaid)


async def _prepared(unit: Unit, plan: Plan) -> Any:
    """The caller's subscription, with the plan that it shall have, locked."""
    row = await subscriptions.lock_current(unit, unit.user_id)
    if row is None:
        return await _new(unit, plan)
    if row.state == "active":
        raise AlreadySubscribed("cancel it first to choose another plan")
    terms = subscriptions.terms_of(unit.profile, plan)
    if row.period_end is not None:
        lengths = (row.months, plan.months)
        terms["anchor"] = anchor_after(row.anchor, row.period_end, lengths)
    await subscriptions.change(unit, row.id, **terms)
    if row.state == "cancelled":
        await fire(unit, SUBSCRIPTIONS, row.id, "resume", Order(ActorKind.customer))
    return await subscriptions.lock(unit, row.id)


async def _new(unit: Unit, plan: Plan) -> Any:
    row = await subscriptions.add(unit, unit.user_id, plan)
    if row is None:
        raise AlreadySubscribed("another request has just started one")
    await begin(unit, SUBSCRIPTIONS, row, ActorKind.customer)
    return await subscriptions.lock(unit, row.id)


async def _for_nothing(unit: Unit, row: Any, plan: Plan) -> bool:
    """Go on without a payment, where the plan costs nothing or begins with somebody's first trial."""
    is_first = row.state == "none" and not await subscriptions.has_any(unit, row.user_id)
    trial = timedelta(days=plan.trial_days) if is_first and plan.trial_days else None
    if trial is None and plan.price > 0:
        return False
    await payments.expire_payments(unit, subject(KIND, row.id))  # of a plan chosen before
    await fire(unit, SUBSCRIPTIONS, row.id, _STEPS[row.state], Order(ActorKind.system, input=trial))
    return True


async def _pay(unit: Unit, row: Any, method: str) -> payments.PaymentFacts | None:
    """Pay from the wallet at once, or open a payment for a gateway and return it."""
    gateway = "wallet" if method == "wallet" else payments.default_gateway(unit.house)
    request = payments.PaymentRequest(
        subject=subject(KIND, row.id),
        payer_id=row.user_id,
        purpose=PURPOSE,
        amount=Money(row.price, row.currency),
        gateway=gateway,
    )
    if method == "gateway":
        return await payments.request_payment(unit, request)
    paid = await payments.pay_from_wallet(unit, request)
    await _begin(unit, row, paid.id)
    return None


async def _begin(unit: Unit, row: Any, payment_id: UUID) -> None:
    await payments.keep_as_income(unit, payment_id)
    paid = Order(ActorKind.gateway, input=payment_id)
    await fire(unit, SUBSCRIPTIONS, row.id, _STEPS[row.state], paid)


def _plan(unit: Unit, name: str) -> Plan:
    plans = {plan.id: plan for plan in unit.profile.subscriptions.plans}
    if name not in plans:
        raise UnknownPlan(f"choose one of: {', '.join(plans)}", plans=list(plans))
    return plans[name]
