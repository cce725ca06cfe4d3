"""Words for the tests of refunds to the method that paid."""

from typing import Any
from uuid import UUID

import httpx

from kalends import ledger, payments
from kalends.core.gateways import About
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments.jobs import send_refund_to_gateway
from kalends.payments.rules.refunds import gateway_key
from tests.fixtures.gateways import FakeGateway, Signed
from tests.fixtures.profiles import house_with
from tests.payments.money import SUBJECT, balance, books_are_right, deliver, inr, rows

ORIGINAL = payments.Destination.original_method
WALLET = payments.Destination.wallet


def refunding(house: House, **rules: Any) -> House:
    """The same house where money goes back to the method that paid, unless the rules say otherwise."""
    return house_with(house, refund={"destination": "original_method", **rules})


def order(user: UUID, amount: int, key: str = "cancel:1", **more: Any) -> payments.RefundOrder:
    more = {"destination": ORIGINAL} | more
    return payments.RefundOrder(SUBJECT, user, inr(amount), "cancelled", key, **more)


async def refunded(house: House, wish: payments.RefundOrder) -> list[payments.RefundFacts]:
    async with open_unit(house) as unit:
        return await payments.refund(unit, wish)


async def one_refund(house: House, user: UUID, amount: int, **more: Any) -> payments.RefundFacts:
    (made,) = await refunded(house, order(user, amount, **more))
    return made


async def send(house: House, refund: payments.RefundFacts) -> None:
    """What the job does."""
    await send_refund_to_gateway(house, str(refund.id))


async def as_it_is(house: House, refund: payments.RefundFacts) -> payments.RefundFacts:
    async with open_unit(house, read_only=True) as unit:
        found = await payments.refunds_of(unit, refund.subject)
    return next(one for one in found if one.id == refund.id)


async def history(house: House, refund: payments.RefundFacts) -> list[str]:
    query = "SELECT transition FROM refund_transitions WHERE subject_id = :id ORDER BY seq"
    return [row.transition for row in await rows(house, query, id=refund.id)]


def key_of(refund: payments.RefundFacts, attempt: int = 1) -> str:
    return gateway_key(refund.id, attempt)


def news(provider: FakeGateway, key: str, status: str, **changes: Any) -> Signed:
    """A webhook about the refund that was made with this key."""
    made = provider.refunds[key]
    return provider.news(
        About.refund, made.refund_id, status, **({"payment_id": made.payment_id} | changes)
    )


async def tell(client: httpx.AsyncClient, event: Signed) -> None:
    answer = await deliver(client, event)
    assert answer.status_code == 200, answer.text


async def payable(house: House, refund: payments.RefundFacts) -> int:
    return await balance(house, ledger.refunds_payable(refund.id))


async def provider_and_books_agree(house: House, provider: FakeGateway) -> None:
    """The gateway holds what the journal says that it holds, and every invariant of money holds."""
    assert await balance(house, ledger.gateway("sandbox")) == provider.total()
    await books_are_right(house)
