"""Subscriptions over HTTP."""

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit, Routes
from kalends.core.errors import GatewayUnavailable, NotFound, TransitionNotAllowed
from kalends.ledger import InsufficientFunds
from kalends.payments import UnknownGateway

from ..errors import AlreadySubscribed, UnknownPlan
from ..schemas.subscriptions import PlanList, PlanRead, StartRequest, SubscriptionRead
from ..service import subscriptions

subscription_routes = Routes("subscriptions", feature="subscriptions")


@subscription_routes.add("GET /subscriptions/plans", summary="What one may subscribe to")
async def plans(unit: CurrentUnit) -> PlanList:
    offered = unit.profile.subscriptions.plans
    return PlanList(items=[PlanRead.of(plan, unit.profile.currency) for plan in offered])


@subscription_routes.add(
    "POST /subscriptions/start",
    summary="Subscribe, resume, or pay for the next period",
    errors=[
        UnknownPlan,
        AlreadySubscribed,
        InsufficientFunds,
        UnknownGateway,
        GatewayUnavailable,
    ],
    status_code=201,
)
async def start(
    house: CurrentHouse, principal: CurrentPrincipal, body: StartRequest
) -> SubscriptionRead:
    """Asking again while a payment is open gives the same payment. A cancelled one with time left resumes."""
    started, payment = await subscriptions.start_subscription(house, principal, body.wish())
    return SubscriptionRead.of(started, payment)


@subscription_routes.add(
    "POST /subscriptions/cancel",
    summary="Renew no more",
    errors=[NotFound, TransitionNotAllowed],
)
async def cancel(unit: CurrentUnit) -> SubscriptionRead:
    """What was paid for lasts until `access_until`."""
    return SubscriptionRead.of(await subscriptions.cancel_subscription(unit))


@subscription_routes.add("GET /subscriptions/me", summary="How my subscription stands")
async def mine(unit: CurrentUnit) -> SubscriptionRead:
    return SubscriptionRead.of(await subscriptions.my_subscription(unit))
