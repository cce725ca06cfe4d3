"""Webhooks about payouts, in any order, repeated or lost: the end is the gateway's, the money exact."""

from itertools import permutations
from uuid import UUID

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends import payments
from kalends.core.gateways import About, GatewayPayout, PayoutStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments.repository import payout_attempts
from kalends.payments.rules.payout_verdicts import attempt_key
from kalends.payments.service.payout_apply import refuse_payout
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import INBOX, books_are_right, deliver, inr, process_all, rows
from tests.payments.payout_words import Seller, at_the_gateway, long_ago, paid_seller

ENDS = {
    PayoutStatus.processing: ("processing", (0, 50_000)),
    PayoutStatus.processed: ("paid", (0, 0)),
    PayoutStatus.failed: ("failed", (50_000, 0)),
    PayoutStatus.reversed: ("reversed", (50_000, 0)),
}
WORDS = st.lists(st.sampled_from(list(PayoutStatus)), max_size=5)


@pytest.fixture
async def seller(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Seller:
    return await paid_seller(house, client, provider)


def at_provider(provider: FakeGateway, payout_id: str, attempt: int = 1) -> GatewayPayout:
    return provider.payouts[attempt_key(UUID(payout_id), attempt)]


async def tell(
    seller: Seller, provider: FakeGateway, payout_id: str, status: str, attempt: int = 1
) -> None:
    known = at_provider(provider, payout_id, attempt)
    await deliver(seller.client, provider.news(About.payout, known.payout_id, status))


async def test_a_payout_is_paid_when_its_gateway_says_so(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.sent()
    provider.end_payout(payout_id, PayoutStatus.processed, bank_reference="UTR42")
    for _ in range(3):
        await tell(seller, provider, payout_id, "processed")
    await process_all(seller.house)
    paid = await seller.read(payout_id)
    assert (paid["state"], paid["bank_reference"]) == ("paid", "UTR42")
    assert await seller.money() == (0, 0)
    assert await at_the_gateway(seller.house) == provider.total() == 0
    await books_are_right(seller.house)


async def test_a_webhook_is_a_reason_to_ask_and_no_proof(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.sent()
    await tell(seller, provider, payout_id, "processed")
    await process_all(seller.house)
    assert await seller.state(payout_id) == "processing"


@pytest.mark.parametrize(
    "order", list(permutations((PayoutStatus.processed, PayoutStatus.reversed)))
)
async def test_a_reversal_restores_the_money_once_in_whatever_order_it_is_told(
    seller: Seller, provider: FakeGateway, order: tuple[PayoutStatus, ...]
) -> None:
    payout_id = await seller.sent()
    if order[0] is PayoutStatus.processed:
        provider.end_payout(payout_id, PayoutStatus.processed)
        await tell(seller, provider, payout_id, "processed")
        await process_all(seller.house)
    provider.end_payout(payout_id, PayoutStatus.reversed)
    for status in (*order, *order):
        await tell(seller, provider, payout_id, status)
    await process_all(seller.house)
    assert await seller.state(payout_id) == "reversed"
    assert await seller.money() == (50_000, 0)
    assert await at_the_gateway(seller.house) == provider.total() == 50_000
    await books_are_right(seller.house)


@pytest.mark.parametrize("paid_before", [True, False])
async def test_a_failure_restores_exactly_this_payouts_money_once(
    seller: Seller, provider: FakeGateway, *, paid_before: bool
) -> None:
    other = await seller.sent(20_000)
    payout_id = await seller.sent(30_000)
    if paid_before:
        provider.end_payout(payout_id, PayoutStatus.processed)
        await tell(seller, provider, payout_id, "processed")
        await process_all(seller.house)
    provider.end_payout(payout_id, PayoutStatus.failed, reason="beneficiary_bank_offline")
    for _ in range(2):
        await tell(seller, provider, payout_id, "failed")
    await process_all(seller.house)
    failed = await seller.read(payout_id)
    assert (failed["state"], failed["failure"]) == ("failed", "beneficiary_bank_offline")
    assert await seller.state(other) == "processing"
    assert await seller.money() == (30_000, 20_000)
    await books_are_right(seller.house)


async def test_news_of_an_earlier_attempt_does_not_touch_a_later_one(
    seller: Seller, provider: FakeGateway
) -> None:
    from kalends.payments.jobs import send_payout_to_gateway

    payout_id = await seller.sent()
    provider.end_payout(payout_id, PayoutStatus.failed)
    await tell(seller, provider, payout_id, "failed")
    await process_all(seller.house)
    await seller.decided(payout_id, "retry")
    await seller.decided(payout_id, "approve")
    await tell(seller, provider, payout_id, "failed")
    await process_all(seller.house)
    await send_payout_to_gateway(seller.house, payout_id)
    await tell(seller, provider, payout_id, "failed")
    await process_all(seller.house)
    async with open_unit(seller.house) as unit:  # a refusal that was slow to be told
        first = await payout_attempts.of(unit, UUID(payout_id), 1)
        assert not await refuse_payout(unit, first, "late")
    assert await seller.state(payout_id) == "processing"
    assert await seller.money() == (0, 50_000)
    await books_are_right(seller.house)


async def test_money_that_leaves_after_a_failure_is_shown_to_an_operator(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.sent()
    provider.end_payout(payout_id, PayoutStatus.failed)
    await tell(seller, provider, payout_id, "failed")
    await process_all(seller.house)
    provider.end_payout(payout_id, PayoutStatus.processed)
    await tell(seller, provider, payout_id, "processed")
    await process_all(seller.house)
    assert [row.reason for row in await rows(seller.house, INBOX)] == [None, "paid_after_failure"]
    assert await seller.state(payout_id) == "failed"


async def test_another_amount_is_parked_and_nothing_is_booked(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.sent()
    provider.end_payout(payout_id, PayoutStatus.processed, amount=inr(49_999))
    await tell(seller, provider, payout_id, "processed")
    await process_all(seller.house)
    await long_ago(seller.house, "payouts")
    for _ in range(2):
        await payments.reconcile(seller.house)
    reasons = [tuple(row) for row in await rows(seller.house, INBOX)]
    assert set(reasons) == {("parked", "amount_mismatch")}
    assert len(reasons) <= 2
    assert await seller.money() == (0, 50_000)


async def test_somebody_elses_payout_is_parked(seller: Seller, provider: FakeGateway) -> None:
    account = next(iter(provider.accounts.values()))
    other = await provider.payout(
        account_id=account, amount=inr(100), key="not-one-of-ours", narration="x"
    )
    await deliver(seller.client, provider.news(About.payout, other.payout_id, "processed"))
    await process_all(seller.house)
    assert [tuple(r) for r in await rows(seller.house, INBOX)] == [("parked", "unknown_payout")]


async def test_an_event_that_overtakes_the_answer_finds_its_payout(
    seller: Seller, provider: FakeGateway
) -> None:
    """The gateway's name of it is not known yet; our own key is."""
    from kalends.core.gateways import GatewayError
    from kalends.payments.jobs import send_payout_to_gateway

    provider.lost = True
    payout_id = await seller.asked()
    await seller.decided(payout_id, "approve")
    with pytest.raises(GatewayError):
        await send_payout_to_gateway(seller.house, payout_id)
    provider.end_payout(payout_id, PayoutStatus.processed)
    await tell(seller, provider, payout_id, "processed")
    await process_all(seller.house)
    assert await seller.state(payout_id) == "paid"


@settings(max_examples=20)
@given(before=WORDS, after=WORDS, end=st.sampled_from(list(PayoutStatus)), lost=st.booleans())
async def test_any_order_repetition_or_loss_of_events_ends_the_same(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    before: list[PayoutStatus],
    after: list[PayoutStatus],
    end: PayoutStatus,
    *,
    lost: bool,
) -> None:
    seller = await paid_seller(house, client, provider)
    payout_id = await seller.sent()
    for status in before:
        await tell(seller, provider, payout_id, status)
    await process_all(house)
    provider.end_payout(payout_id, end)
    for status in () if lost else after:
        await tell(seller, provider, payout_id, status)
    await process_all(house)
    await long_ago(house, "payouts")
    await payments.reconcile(house)
    state, money = ENDS[end]
    assert (await seller.state(payout_id), await seller.money()) == (state, money)
    assert await at_the_gateway(house) == provider.total()
    await books_are_right(house)
