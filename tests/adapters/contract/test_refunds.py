"""Money back to the instrument that paid: once per key, whatever happens on the line."""

import asyncio

import pytest

from kalends.core.gateways import GatewayRefund, RefundStatus
from tests.adapters.contract.provider import Fault, Provider
from tests.adapters.contract.steps import (
    LOST,
    NOTHING_HAPPENED,
    PRICE,
    fresh,
    money,
    ordered,
    paid,
    refused,
    unsure,
    without_effect,
)

GIVEN = {RefundStatus.pending, RefundStatus.processed}


class Back:
    """Refunds of one payment."""

    def __init__(self, provider: Provider, order_id: str, payment_id: str) -> None:
        self.provider, self.order_id, self.payment_id = provider, order_id, payment_id

    async def give(self, key: str, amount: int = PRICE) -> GatewayRefund:
        return await self.provider.adapter.refund(
            payment_id=self.payment_id, amount=money(self.provider, amount), key=key
        )

    async def find(self, key: str) -> GatewayRefund | None:
        return await self.provider.adapter.find_refund(payment_id=self.payment_id, key=key)

    async def given(self) -> int:
        return (await self.provider.adapter.fetch(self.order_id)).refunded


@pytest.fixture
async def back(provider: Provider) -> Back:
    return Back(provider, *await paid(provider))


async def test_a_refund_is_made_once_per_key(provider: Provider, back: Back) -> None:
    key = fresh()
    many = await asyncio.gather(*(back.give(key, 10_000) for _ in range(5)), return_exceptions=True)
    first = await back.give(key, 10_000)
    assert (first.payment_id, first.amount, first.key) == (
        back.payment_id,
        money(provider, 10_000),
        key,
    )
    assert first.status in GIVEN
    made = {refund.refund_id for refund in many if isinstance(refund, GatewayRefund)}
    assert made <= {first.refund_id}
    assert await back.given() == 10_000
    found = await back.find(key)
    assert found is not None
    assert found.refund_id == first.refund_id
    fetched = await provider.adapter.fetch_refund(
        payment_id=back.payment_id, refund_id=first.refund_id
    )
    assert (fetched.refund_id, fetched.amount) == (first.refund_id, first.amount)


async def test_a_key_serves_one_amount(back: Back) -> None:
    key = fresh()
    await back.give(key, 10_000)
    await refused(lambda: back.give(key, 10_001))
    assert await back.given() == 10_000


async def test_a_part_and_the_rest_are_the_whole_and_no_more(
    provider: Provider, back: Back
) -> None:
    before = await provider.total()
    await back.give(fresh(), 20_000)
    await refused(lambda: back.give(fresh(), PRICE - 20_000 + 1))
    await back.give(fresh(), PRICE - 20_000)
    await refused(lambda: back.give(fresh(), 100))
    assert await back.given() == PRICE
    assert await provider.total() == before - PRICE


async def test_many_refunds_at_once_never_exceed_what_was_taken(back: Back) -> None:
    results = await asyncio.gather(
        *(back.give(fresh(), 20_000) for _ in range(5)), return_exceptions=True
    )
    made = [result for result in results if isinstance(result, GatewayRefund)]
    assert len(made) == 1
    assert await back.given() == 20_000


async def test_what_was_not_paid_cannot_be_given_back(provider: Provider, back: Back) -> None:
    stranger = Back(provider, await ordered(provider), back.payment_id[:-6] + "Nobody")
    await refused(lambda: stranger.give(fresh()))


async def test_nothing_is_found_under_a_key_that_was_not_used(back: Back) -> None:
    assert await back.find(fresh()) is None
    await back.give(fresh(), 10_000)
    assert await back.find(fresh()) is None


@pytest.mark.parametrize("fault", LOST)
async def test_a_refund_whose_answer_got_lost_is_found_and_not_made_again(
    back: Back, fault: Fault
) -> None:
    key = fresh()
    await unsure(back.provider, fault, lambda: back.give(key, 10_000))
    found = await back.find(key)
    assert found is not None
    assert found.amount == money(back.provider, 10_000)
    assert (await back.give(key, 10_000)).refund_id == found.refund_id
    assert await back.given() == 10_000


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
async def test_a_refund_that_did_not_get_through_is_made_by_the_same_key_later(
    back: Back, fault: Fault
) -> None:
    key = fresh()
    await without_effect(back.provider, fault, lambda: back.give(key, 10_000))
    assert await back.find(key) is None
    assert await back.given() == 0
    assert (await back.give(key, 10_000)).status in GIVEN
    assert await back.given() == 10_000


@pytest.mark.parametrize("fault", [Fault.garbage, Fault.refused_before, Fault.unreachable])
async def test_a_question_without_an_answer_is_no_answer(back: Back, fault: Fault) -> None:
    """Nobody may read "there is none" out of a broken line."""
    key = fresh()
    await back.give(key)
    await without_effect(back.provider, fault, lambda: back.find(key))
    assert await back.find(key) is not None


async def test_a_refund_may_be_processed_and_fail_after_all(provider: Provider, back: Back) -> None:
    before, key = await provider.total(), fresh()
    refund = await back.give(key)
    await provider.end_refund(refund.refund_id, ok=True)
    fetched = await provider.adapter.fetch_refund(
        payment_id=back.payment_id, refund_id=refund.refund_id
    )
    assert fetched.status is RefundStatus.processed
    await provider.end_refund(refund.refund_id, ok=False)
    failed = await provider.adapter.fetch_refund(
        payment_id=back.payment_id, refund_id=refund.refund_id
    )
    found = await back.find(key)
    assert failed.status is RefundStatus.failed
    assert found is not None
    assert found.status is RefundStatus.failed
    assert await provider.total() == before
