"""Money to providers: once per key, with every end that a bank can think of."""

import asyncio

import pytest

from kalends.core.gateways import CheckStatus, GatewayPayout, PayoutStatus
from kalends.core.ports import NetworkInsideUnit, open_units
from tests.adapters.contract.provider import Fault, Provider
from tests.adapters.contract.steps import (
    LOST,
    NOTHING_HAPPENED,
    account,
    details,
    fresh,
    money,
    paid,
    payouts,
    refused,
    unsure,
    without_effect,
)

pytestmark = pytest.mark.needs("payouts")
AMOUNT = 10_000
MADE = {PayoutStatus.processing, PayoutStatus.processed}


class Payroll:
    """Payouts to one account that may be paid to."""

    def __init__(self, provider: Provider, account_id: str) -> None:
        self.provider, self.account_id = provider, account_id
        self.pays = payouts(provider)

    async def pay(self, key: str, amount: int = AMOUNT) -> GatewayPayout:
        return await self.pays.payout(
            account_id=self.account_id,
            amount=money(self.provider, amount),
            key=key,
            narration="Kalends payout",
        )

    async def end(self, payout: GatewayPayout, status: PayoutStatus) -> GatewayPayout:
        await self.provider.end_payout(payout.payout_id, status)
        return await self.pays.fetch_payout(payout.payout_id)


@pytest.fixture
async def payroll(provider: Provider) -> Payroll:
    await paid(provider, 1_000_000)
    ready = Payroll(provider, await account(provider))
    asked = await ready.pays.check_account(
        account_id=ready.account_id, key=fresh(), currency=provider.currency
    )
    await provider.end_check(asked.check_id, CheckStatus.verified, "ASHA RAO")
    return ready


async def test_a_payout_is_made_once_per_key(provider: Provider, payroll: Payroll) -> None:
    before, key = await provider.total(), fresh()
    many = await asyncio.gather(*(payroll.pay(key) for _ in range(5)), return_exceptions=True)
    first = await payroll.pay(key)
    assert (first.amount, first.key) == (money(provider, AMOUNT), key)
    assert first.status in MADE
    made = {payout.payout_id for payout in many if isinstance(payout, GatewayPayout)}
    assert made <= {first.payout_id}
    found = await payroll.pays.find_payout(key)
    assert found is not None
    assert found.payout_id == first.payout_id
    ended = await payroll.end(first, PayoutStatus.processed)
    assert ended.status is PayoutStatus.processed
    assert ended.fee >= 0
    assert await provider.total() == before - AMOUNT


async def test_a_key_serves_one_amount(payroll: Payroll) -> None:
    key = fresh()
    await payroll.pay(key)
    await refused(lambda: payroll.pay(key, AMOUNT + 1))


async def test_nothing_is_found_under_a_key_that_was_not_used(payroll: Payroll) -> None:
    assert await payroll.pays.find_payout(fresh()) is None


async def test_nobody_is_paid_whose_account_is_not_known(
    provider: Provider, payroll: Payroll
) -> None:
    stranger = Payroll(provider, payroll.account_id[:-6] + "Nobody")
    await refused(lambda: stranger.pay(fresh()))


@pytest.mark.parametrize("fault", LOST)
async def test_a_payout_whose_answer_got_lost_is_found_and_not_made_again(
    payroll: Payroll, fault: Fault
) -> None:
    key = fresh()
    await unsure(payroll.provider, fault, lambda: payroll.pay(key))
    found = await payroll.pays.find_payout(key)
    assert found is not None
    assert (await payroll.pay(key)).payout_id == found.payout_id


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
async def test_a_payout_that_did_not_get_through_is_made_by_the_same_key_later(
    payroll: Payroll, fault: Fault
) -> None:
    key = fresh()
    await without_effect(payroll.provider, fault, lambda: payroll.pay(key))
    assert await payroll.pays.find_payout(key) is None
    assert (await payroll.pay(key)).status in MADE


@pytest.mark.needs("failing_payouts")
async def test_a_payout_that_fails_leaves_the_money_where_it_was(
    provider: Provider, payroll: Payroll
) -> None:
    before, key = await provider.total(), fresh()
    payout = await payroll.pay(key)
    failed = await payroll.end(payout, PayoutStatus.failed)
    assert failed.status is PayoutStatus.failed
    assert await provider.total() == before
    assert (await payroll.pay(key)).status is PayoutStatus.failed


async def test_a_payout_that_comes_back_brings_its_fee_along(
    provider: Provider, payroll: Payroll
) -> None:
    before, key = await provider.total(), fresh()
    payout = await payroll.pay(key)
    await payroll.end(payout, PayoutStatus.processed)
    reversed_ = await payroll.end(payout, PayoutStatus.reversed)
    found = await payroll.pays.find_payout(key)
    assert reversed_.status is PayoutStatus.reversed
    assert found is not None
    assert found.status is PayoutStatus.reversed
    assert await provider.total() == before


async def test_the_same_account_has_the_same_id(provider: Provider) -> None:
    reference = fresh()

    async def make(number: str = "000123456789") -> str:
        bank = details(provider, number)
        return await payouts(provider).create_payout_account(bank=bank, reference=reference)

    assert await make() == await make()
    assert await make("000987654321") != await make()


@pytest.mark.needs("account_checks")
@pytest.mark.parametrize("answer", [CheckStatus.verified, CheckStatus.rejected])
async def test_a_bank_is_asked_about_an_account(provider: Provider, answer: CheckStatus) -> None:
    await _answered(provider, answer)


@pytest.mark.needs("account_checks", "unclear_checks")
async def test_a_bank_may_not_answer(provider: Provider) -> None:
    await _answered(provider, CheckStatus.unclear)


async def _answered(provider: Provider, answer: CheckStatus) -> None:
    pays, account_id = payouts(provider), await account(provider)
    asked = await pays.check_account(account_id=account_id, key=fresh(), currency=provider.currency)
    assert (asked.account_id, asked.status) == (account_id, CheckStatus.pending)
    await provider.end_check(asked.check_id, answer, "ASHA R RAO")
    told = await pays.fetch_account_check(account_id=account_id, check_id=asked.check_id)
    assert (told.check_id, told.status) == (asked.check_id, answer)
    if answer is CheckStatus.verified:
        assert told.registered_name in {"ASHA R RAO", None}


async def test_no_payout_is_made_while_a_unit_is_open(payroll: Payroll) -> None:
    key = fresh()
    token = open_units.set(1)
    try:
        for call in (lambda: payroll.pay(key), lambda: payroll.pays.find_payout(key)):
            with pytest.raises(NetworkInsideUnit):
                await call()
    finally:
        open_units.reset(token)
    assert await payroll.pays.find_payout(key) is None
