"""Bank accounts, their checks, and payouts: once per key, in their own time, sometimes back again."""

import asyncio
from dataclasses import replace

import pytest

from kalends.core.gateways import BankDetails, CheckStatus, GatewayError, PayoutStatus
from kalends.core.money import Money

BANK = BankDetails("Asha Rao", "123456789", "HDFC0000053", email="asha@example.com")
KEY = "payout-0000000001"
SUM = Money(120_000, "INR")


@pytest.fixture
async def account(gateway, razorpay):
    return await gateway.create_payout_account(bank=BANK, reference="provider-0001")


def wish(account, **changes):
    made = {"account_id": account, "amount": SUM, "key": KEY, "narration": "Böoking #7"}
    return made | changes


async def test_the_same_details_are_the_same_account(gateway, account):
    again = await gateway.create_payout_account(bank=BANK, reference="provider-0001")
    assert again == account
    other = replace(BANK, account_number="987654321")
    assert await gateway.create_payout_account(bank=other, reference="provider-0001") != account


@pytest.mark.parametrize("fault", ["lost_after", "error_after"])
async def test_an_account_whose_answer_was_lost_is_made_again(gateway, razorpay, fault):
    for _ in range(2):
        await razorpay.act("fail", fault=fault)
        with pytest.raises(GatewayError) as lost:
            await gateway.create_payout_account(bank=BANK, reference="provider-0001")
        assert lost.value.unknown
    first = await gateway.create_payout_account(bank=BANK, reference="provider-0001")
    assert await gateway.create_payout_account(bank=BANK, reference="provider-0001") == first


@pytest.mark.parametrize("shape", ["results", "validation_results"])
@pytest.mark.parametrize("status", list(CheckStatus))
async def test_a_check_ends_in_one_of_four_ways(gateway, razorpay, account, shape, status):
    await razorpay.act("moods", validation_shape=shape)
    check = await gateway.check_account(account_id=account, key="check-0000001", currency="INR")
    assert (check.status, check.account_id) == (CheckStatus.pending, account)
    await razorpay.end_check(check.check_id, status, "ASHA RAO")
    seen = await gateway.fetch_account_check(account_id=account, check_id=check.check_id)
    assert (seen.status, seen.registered_name) == (status, "ASHA RAO")


async def test_one_key_is_one_check(gateway, razorpay, account):
    first = await gateway.check_account(account_id=account, key="check-0000001", currency="INR")
    again = await gateway.check_account(account_id=account, key="check-0000001", currency="INR")
    other = await gateway.check_account(account_id=account, key="check-0000002", currency="INR")
    assert first == again
    assert other.check_id != first.check_id


async def test_one_key_pays_out_once_and_shows_the_present_state(gateway, razorpay, account):
    payout = await gateway.payout(**wish(account))
    assert (payout.status, payout.amount, payout.key) == (PayoutStatus.processing, SUM, KEY)
    again = await asyncio.gather(*(gateway.payout(**wish(account)) for _ in range(5)))
    assert {one.payout_id for one in again} == {payout.payout_id}
    await razorpay.end_payout(payout.payout_id, PayoutStatus.processed)
    ended = await gateway.payout(**wish(account))
    assert (ended.status, ended.fee, ended.reason) == (PayoutStatus.processed, 590, None)
    assert ended.bank_reference == "300000000002"
    assert await gateway.fetch_payout(payout.payout_id) == ended
    assert await gateway.find_payout(KEY) == ended
    assert await razorpay.total() == -SUM.amount


@pytest.mark.parametrize("fault", ["lost_after", "error_after"])
async def test_a_payout_whose_answer_was_lost_is_found_by_its_key(
    gateway, razorpay, account, fault
):
    await razorpay.act("fail", fault=fault)
    with pytest.raises(GatewayError) as lost:
        await gateway.payout(**wish(account))
    assert lost.value.unknown
    found = await gateway.find_payout(KEY)
    assert found is not None
    assert await gateway.payout(**wish(account)) == found
    assert await gateway.find_payout("payout-0000000002") is None


async def test_a_key_belongs_to_one_payout(gateway, account):
    await gateway.payout(**wish(account))
    with pytest.raises(GatewayError) as refused:
        await gateway.payout(**wish(account, amount=Money(1000, "INR")))
    assert (refused.value.code, refused.value.unknown) == ("key_reused", False)


async def test_a_processed_payout_may_come_back(gateway, razorpay, account):
    payout = await gateway.payout(**wish(account))
    await razorpay.end_payout(payout.payout_id, PayoutStatus.processed)
    await razorpay.act(
        "move_payout", payout_id=payout.payout_id, status="reversed", reason="bank_account_closed"
    )
    seen = await gateway.fetch_payout(payout.payout_id)
    assert (seen.status, seen.reason, seen.permanent) == (
        PayoutStatus.reversed,
        "bank_account_closed",
        True,
    )
    assert await razorpay.total() == 0


async def test_without_enough_money_a_payout_fails_at_once_and_may_be_tried_later(
    gateway, razorpay, account
):
    await razorpay.act("moods", balance=1000)
    payout = await gateway.payout(**wish(account))
    assert (payout.status, payout.reason) == (PayoutStatus.failed, "low_balance")
    assert not payout.permanent
    await razorpay.act("moods", balance=None)
    later = await gateway.payout(**wish(account, key="payout-0000000002"))
    assert later.status is PayoutStatus.processing


@pytest.mark.parametrize("amount", [50_000_000, 50_000_001])
async def test_large_sums_travel_too(gateway, account, amount):
    payout = await gateway.payout(**wish(account, amount=Money(amount, "INR")))
    assert payout.amount == Money(amount, "INR")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "short"}, "bad_key"),
        ({"amount": Money(1000, "USD")}, "unsupported_currency"),
        ({"account_id": "cont_A"}, "bad_id"),
        ({"amount": Money(99, "INR")}, "input_validation_failed"),
    ],
)
async def test_a_payout_that_cannot_be_is_refused_for_good(
    gateway, razorpay, account, change, code
):
    with pytest.raises(GatewayError) as refused:
        await gateway.payout(**wish(account, **change))
    assert (refused.value.code, refused.value.unknown) == (code, False)
    assert await razorpay.total() == 0


async def test_checks_are_of_rupee_accounts_only(gateway, account):
    with pytest.raises(GatewayError) as refused:
        await gateway.check_account(account_id=account, key="check-0000001", currency="NGN")
    assert refused.value.code == "unsupported_currency"
