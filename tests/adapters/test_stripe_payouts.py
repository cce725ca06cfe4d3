"""Connected accounts and transfers to them."""

import pytest

from kalends.core.gateways import (
    BankDetails,
    CheckStatus,
    GatewayError,
    GatewayPayout,
    PayoutGateway,
    PayoutStatus,
)
from kalends.core.money import Money
from tests.emulators.stripe.driver import FLOAT, StripeProvider

BANK = BankDetails("Asha Rao", "000123456789", "110000000", "US", email="asha@example.com")
KEY = "payout-00000001"


async def account(stripe: StripeProvider, bank: BankDetails = BANK) -> str:
    return await stripe.adapter.create_payout_account(bank=bank, reference="provider-1")


async def check_of(stripe: StripeProvider, name: str) -> tuple[CheckStatus, str | None, str | None]:
    found = await stripe.adapter.check_account(account_id=name, key="check-000001", currency="USD")
    again = await stripe.adapter.fetch_account_check(account_id=name, check_id=found.check_id)
    assert found == again
    return found.status, found.registered_name, found.reason


async def send(stripe: StripeProvider, to: str, amount: int = 700) -> GatewayPayout:
    return await stripe.adapter.payout(
        account_id=to, amount=Money(amount, "USD"), key=KEY, narration="Booking 17"
    )


async def test_an_account_receives_only_and_is_ours_to_control(stripe: StripeProvider) -> None:
    made = await stripe.pull("thing", id=await account(stripe))
    assert made["controller"]["requirement_collection"] == "application"
    assert made["controller"]["stripe_dashboard"] == {"type": "none"}
    assert list(made["capabilities"]) == ["transfers"]
    [bank] = made["external_accounts"]["data"]
    assert (bank["last4"], bank["currency"], bank["account_holder_name"]) == (
        "6789",
        "usd",
        "Asha Rao",
    )


async def test_the_same_details_are_the_same_account(stripe: StripeProvider) -> None:
    first = await account(stripe)
    assert await account(stripe) == first
    moved = BankDetails("Asha Rao", "DE89370400440532013000", "", "DE")
    assert await account(stripe, moved) != first


async def test_an_account_that_was_made_without_an_answer_is_found(stripe: StripeProvider) -> None:
    await stripe.pull("fault", kind="error_after")
    with pytest.raises(GatewayError):
        await account(stripe)
    assert await account(stripe) == await account(stripe)
    assert (await stripe.pull("state"))["counts"]["account"] == 1


async def test_a_check_says_what_is_missing_and_then_who_it_is(stripe: StripeProvider) -> None:
    name = await account(stripe)
    status, registered, reason = await check_of(stripe, name)
    assert (status, registered) == (CheckStatus.pending, None)
    assert reason is not None
    assert "tos_acceptance.date" in reason
    await stripe.end_check(name, CheckStatus.verified, "Asha Rao")
    assert await check_of(stripe, name) == (CheckStatus.verified, "Asha Rao", None)
    await stripe.pull("change", id=name, facts={"payouts_enabled": False})
    await stripe.end_check(name, CheckStatus.unclear, "Asha Rao")
    assert await check_of(stripe, name) == (CheckStatus.unclear, None, "under_review")
    await stripe.end_check(name, CheckStatus.rejected, "Asha Rao")
    assert await check_of(stripe, name) == (CheckStatus.rejected, None, "rejected.other")


async def test_an_account_that_may_not_receive_is_not_verified(stripe: StripeProvider) -> None:
    name = await account(stripe)
    await stripe.end_check(name, CheckStatus.verified, "Asha Rao")
    await stripe.pull("change", id=name, facts={"capabilities": {"transfers": "inactive"}})
    status, _, _ = await check_of(stripe, name)
    assert status is CheckStatus.pending


async def test_a_check_of_another_account_is_not_shown(stripe: StripeProvider) -> None:
    with pytest.raises(GatewayError, match="another account"):
        await stripe.adapter.fetch_account_check(account_id="acct_1", check_id="acct_2")


@pytest.mark.req("S-105")
async def test_a_payout_is_a_transfer_once_per_key(stripe: StripeProvider) -> None:
    assert isinstance(stripe.adapter, PayoutGateway)
    name = await account(stripe)
    assert await stripe.adapter.find_payout(KEY) is None
    first = await send(stripe, name)
    assert (first.status, first.amount, first.key) == (
        PayoutStatus.processed,
        Money(700, "USD"),
        KEY,
    )
    await stripe.pull("forget_keys")
    assert await send(stripe, name) == first
    with pytest.raises(GatewayError) as refused:
        await send(stripe, name, 701)
    assert refused.value.code == "idempotency_error"
    assert await stripe.adapter.fetch_payout(first.payout_id) == first
    assert await stripe.total() == -700
    transfer = await stripe.pull("thing", id=first.payout_id)
    assert (transfer["destination"], transfer["transfer_group"]) == (name, KEY)
    assert transfer["description"] == "Booking 17"


async def test_a_transfer_taken_back_is_reversed(stripe: StripeProvider) -> None:
    sent = await send(stripe, await account(stripe))
    await stripe.pull("reverse", transfer=sent.payout_id, params={"amount": 100})
    partly = await stripe.adapter.fetch_payout(sent.payout_id)
    assert (partly.status, partly.reason) == (PayoutStatus.processed, "100 of 700 came back")
    await stripe.end_payout(sent.payout_id, PayoutStatus.reversed)
    found = await stripe.adapter.find_payout(KEY)
    assert found is not None
    assert found.status is PayoutStatus.reversed
    assert await stripe.total() == 0


@pytest.mark.parametrize("kind", ["error_after", "lost_after"])
async def test_a_payout_of_unknown_outcome_is_asked_about(
    stripe: StripeProvider, kind: str
) -> None:
    name = await account(stripe)
    await stripe.pull("fault", kind=kind)
    with pytest.raises(GatewayError) as lost:
        await send(stripe, name)
    assert lost.value.unknown
    found = await stripe.adapter.find_payout(KEY)
    assert found == await send(stripe, name)
    assert await stripe.total() == -700


async def test_money_that_is_not_available_yet_is_sent_later(stripe: StripeProvider) -> None:
    name = await account(stripe)
    too_much = FLOAT + 1
    for _ in range(2):
        with pytest.raises(GatewayError) as short:
            await send(stripe, name, too_much)
        assert (short.value.retryable, short.value.code) == (True, "balance_insufficient")
    await stripe.pull("lines", lines=[["topup", "topup", 1, "tu_1"]])
    assert (await send(stripe, name, too_much)).status is PayoutStatus.processed


async def test_an_account_without_the_capability_is_refused(stripe: StripeProvider) -> None:
    name = await account(stripe)
    await stripe.end_check(name, CheckStatus.rejected, "Asha Rao")
    with pytest.raises(GatewayError) as refused:
        await send(stripe, name)
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    assert not refused.value.retryable
