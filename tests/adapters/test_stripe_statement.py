"""Disputes, and the statement of what moved."""

from datetime import timedelta

import pytest

from kalends.core.clock import real_now
from kalends.core.gateways import BankDetails, DisputeStatus, GatewayError, MovementKind
from kalends.core.money import Money
from tests.adapters.contract.provider import Outcome
from tests.emulators.stripe.driver import StripeProvider

FIFTY = Money(5000, "USD")


async def paid(stripe: StripeProvider, reference: str = "ref-00000001") -> tuple[str, str]:
    order = await stripe.adapter.create_order(reference=reference, amount=FIFTY)
    return order.order_id, await stripe.pay(order.order_id, Outcome.captured)


@pytest.mark.parametrize(
    ("won", "status", "deducted"),
    [(True, DisputeStatus.won, 0), (False, DisputeStatus.lost, 3000)],
)
async def test_a_dispute_takes_money_at_once_and_gives_it_back_when_won(
    stripe: StripeProvider, *, won: bool, status: DisputeStatus, deducted: int
) -> None:
    order_id, payment_id = await paid(stripe)
    dispute_id = await stripe.open_dispute(payment_id, 3000)
    opened = await stripe.adapter.fetch_dispute(dispute_id)
    assert (opened.status, opened.deducted) == (DisputeStatus.open, 3000)
    assert (opened.payment_id, opened.order_id) == (payment_id, order_id)
    assert (opened.amount, opened.reason) == (Money(3000, "USD"), "fraudulent")
    await stripe.end_dispute(dispute_id, won=won)
    ended = await stripe.adapter.fetch_dispute(dispute_id)
    assert (ended.status, ended.deducted) == (status, deducted)
    assert await stripe.total() == 5000 - deducted


async def test_a_question_moves_no_money(stripe: StripeProvider) -> None:
    _, payment_id = await paid(stripe)
    asked = await stripe.pull("dispute", charge=payment_id, amount=3000, inquiry=True)
    opened = await stripe.adapter.fetch_dispute(asked["id"])
    assert (opened.status, opened.deducted) == (DisputeStatus.open, 0)
    await stripe.end_dispute(asked["id"], won=False)
    assert (await stripe.adapter.fetch_dispute(asked["id"])).status is DisputeStatus.closed


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("needs_response", DisputeStatus.open),
        ("under_review", DisputeStatus.open),
        ("appeal_needs_response", DisputeStatus.open),
        ("appeal_under_review", DisputeStatus.open),
        ("warning_needs_response", DisputeStatus.open),
        ("warning_under_review", DisputeStatus.open),
        ("warning_closed", DisputeStatus.closed),
        ("prevented", DisputeStatus.closed),
        ("won", DisputeStatus.won),
        ("lost", DisputeStatus.lost),
        ("a word of next year", DisputeStatus.open),
    ],
)
async def test_every_state_of_a_dispute_has_a_meaning(
    stripe: StripeProvider, theirs: str, ours: DisputeStatus
) -> None:
    _, payment_id = await paid(stripe)
    dispute_id = await stripe.open_dispute(payment_id, 3000)
    await stripe.pull("change", id=dispute_id, facts={"status": theirs})
    assert (await stripe.adapter.fetch_dispute(dispute_id)).status is ours


async def test_the_statement_tells_everything_that_moved(stripe: StripeProvider) -> None:
    order_id, payment_id = await paid(stripe)
    refund = await stripe.adapter.refund(
        payment_id=payment_id, amount=Money(1000, "USD"), key="refund-000001"
    )
    await stripe.end_refund(refund.refund_id, ok=False)
    bank = BankDetails("Asha Rao", "000123456789", "110000000", "US")
    to = await stripe.adapter.create_payout_account(bank=bank, reference="provider-1")
    payout = await stripe.adapter.payout(
        account_id=to, amount=Money(700, "USD"), key="payout-000001", narration="n"
    )
    await stripe.pull("reverse", transfer=payout.payout_id)
    dispute_id = await stripe.open_dispute(payment_id, 5000)
    await stripe.end_dispute(dispute_id, won=True)
    moved = await stripe.adapter.movements(real_now().date())
    assert [(m.kind, m.amount, m.fee, m.object_id, m.reference, m.order_id) for m in moved] == [
        (MovementKind.capture, 5000, 175, payment_id, "ref-00000001", order_id),
        (MovementKind.refund, -1000, 0, refund.refund_id, "refund-000001", order_id),
        (MovementKind.refund_failed, 1000, 0, refund.refund_id, "refund-000001", order_id),
        (MovementKind.payout, -700, 0, payout.payout_id, "payout-000001", None),
        (MovementKind.payout_reversed, 700, 0, payout.payout_id, "payout-000001", None),
        (MovementKind.dispute, -5000, 1500, dispute_id, None, order_id),
        (MovementKind.dispute_won, 5000, 0, dispute_id, None, order_id),
    ]
    assert {m.currency for m in moved} == {"USD"}
    assert sum(m.amount for m in moved) == await stripe.total()


@pytest.mark.parametrize(
    ("kind", "category", "ours"),
    [
        ("payment", "charge", MovementKind.capture),
        ("payment_refund", "refund", MovementKind.refund),
        ("refund", "partial_capture_reversal", MovementKind.other),
        ("adjustment", "refund_failure", MovementKind.refund_failed),
        ("adjustment", "dispute", MovementKind.dispute),
        ("adjustment", "dispute_reversal", MovementKind.dispute_won),
        ("adjustment", "other_adjustment", MovementKind.other),
        ("stripe_fee", "fee", MovementKind.fee),
        ("payout", "payout", MovementKind.transfer),
        ("payout_failure", "payout_reversal", MovementKind.transfer),
        ("topup", "topup", MovementKind.transfer),
        ("a_type_of_next_year", "", MovementKind.other),
    ],
)
async def test_every_kind_of_line_has_a_meaning(
    stripe: StripeProvider, kind: str, category: str, ours: MovementKind
) -> None:
    await stripe.pull("lines", lines=[[kind, category, -5, "x_1"]])
    [line] = await stripe.adapter.movements(real_now().date())
    assert (line.kind, line.amount, line.object_id) == (ours, -5, "x_1")


async def test_a_day_is_that_day_in_utc_and_read_to_its_end(stripe: StripeProvider) -> None:
    today = real_now().date()
    await stripe.pull("lines", lines=[["stripe_fee", "fee", -n, "x_1"] for n in range(120)])
    assert [-m.amount for m in await stripe.adapter.movements(today)] == list(range(120))
    assert not await stripe.adapter.movements(today - timedelta(days=1))
    assert len(await stripe.adapter.movements(today - timedelta(days=3))) == 1


async def test_a_statement_that_makes_no_sense_is_unknown(stripe: StripeProvider) -> None:
    [line] = await stripe.pull("lines", lines=[["charge", "charge", 5, "x_1"]])
    await stripe.pull("change", id=line["id"], facts={"amount": "5.00"})
    with pytest.raises(GatewayError) as odd:
        await stripe.adapter.movements(real_now().date())
    assert odd.value.unknown
