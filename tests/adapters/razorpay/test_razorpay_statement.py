"""The day's movements add up to what really lies there."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kalends.adapters.razorpay.statement import span
from kalends.core.clock import real_now
from kalends.core.gateways import BankDetails, MovementKind, PayoutStatus
from kalends.core.money import Money
from tests.adapters.contract.provider import Outcome

DAY = 24 * 60 * 60


async def paid(gateway, razorpay, reference, outcome=Outcome.captured):
    order = await gateway.create_order(reference=reference, amount=Money(10_000, "INR"))
    return await razorpay.pay(order.order_id, outcome)


async def today(gateway):
    """A day may end while the test runs."""
    day = real_now().date()
    found = [*await gateway.movements(day)]
    return found + (
        [*await gateway.movements(real_now().date())] if real_now().date() > day else []
    )


def kinds(found):
    return sorted((m.kind.value, m.amount) for m in found)


def test_a_day_is_utc_and_both_its_ends_belong_to_it():
    start = int(datetime(2026, 3, 29, tzinfo=UTC).timestamp())
    assert span(date(2026, 3, 29)) == {"from": start, "to": start + DAY - 1}


async def test_what_moved_adds_up_to_what_is_there(gateway, razorpay):
    first = await paid(gateway, razorpay, "payment-0001")
    second = await paid(gateway, razorpay, "payment-0002")
    await paid(gateway, razorpay, "payment-0003", Outcome.declined)
    await paid(gateway, razorpay, "payment-0004", Outcome.authorized)
    await gateway.refund(payment_id=first, amount=Money(4000, "INR"), key="refund-0000000001")
    lost = await gateway.refund(
        payment_id=second, amount=Money(3000, "INR"), key="refund-0000000002"
    )
    await razorpay.end_refund(lost.refund_id, ok=False)
    await razorpay.act("foreign_refund", payment_id=second, amount=500)
    dispute = await razorpay.open_dispute(second, 2000)
    await razorpay.open_dispute(first, 1000)
    await razorpay.end_dispute(dispute, won=False)
    found = await today(gateway)
    assert kinds(found) == [
        ("capture", 10_000),
        ("capture", 10_000),
        ("dispute", -2000),
        ("refund", -4000),
        ("refund", -3000),
        ("refund", -500),
        ("refund_failed", 3000),
    ]
    assert sum(m.amount for m in found) == await razorpay.total()
    assert len({m.movement_id for m in found}) == len(found)
    (capture,) = [m for m in found if m.object_id == first]
    assert (capture.fee, capture.currency) == (236, "INR")
    assert capture.order_id is not None
    references = {m.reference for m in found if m.kind is MovementKind.refund}
    assert references == {"refund-0000000001", "refund-0000000002", None}


async def test_a_settlement_goes_to_our_own_bank_once_it_is_processed(gateway, razorpay):
    await paid(gateway, razorpay, "payment-0001")
    for status in ("created", "processed", "failed"):
        await razorpay.act("settle", amount=4000, status=status)
    found = await today(gateway)
    assert kinds(found) == [
        ("capture", 10_000),
        ("transfer", -4000),
        ("transfer", -4000),
        ("transfer", 4000),
    ]
    assert len({m.movement_id for m in found}) == len(found)
    assert sum(m.amount for m in found) == await razorpay.total() == 6000


async def test_payouts_have_moved_once_they_left_and_again_when_they_came_back(gateway, razorpay):
    bank = BankDetails("Asha Rao", "123456789", "HDFC0000053")
    account = await gateway.create_payout_account(bank=bank, reference="provider-0001")
    ends = ["processed", "reversed", "failed", "cancelled", "queued", "processing"]
    for number, end in enumerate(ends):
        payout = await gateway.payout(
            account_id=account, amount=Money(1000, "INR"), key=f"payout-{end:_<10}", narration="x"
        )
        if number == 1:
            await razorpay.end_payout(payout.payout_id, PayoutStatus.processed)
        await razorpay.act("move_payout", payout_id=payout.payout_id, status=end)
    found = await today(gateway)
    assert kinds(found) == [("payout", -1000)] * 3 + [("payout_reversed", 1000)]
    assert sum(m.amount for m in found) == await razorpay.total() == -2000
    assert sum(m.fee for m in found) == 2 * 590


async def test_a_reservation_that_ran_out_has_not_moved_anything(gateway, razorpay):
    await paid(gateway, razorpay, "payment-0001", Outcome.authorized)
    await razorpay.act("wait", seconds=3 * DAY)
    then = real_now().date() + timedelta(days=3)
    for day in (real_now().date(), then):
        assert await gateway.movements(day) == []


async def test_more_than_a_page_of_a_day_is_there(gateway, razorpay):
    order = await gateway.create_order(reference="payment-0001", amount=Money(1000, "INR"))
    for _ in range(120):
        await razorpay.act("pay", order_id=order.order_id, outcome="captured", force=True)
    found = await today(gateway)
    assert (len(found), sum(m.amount for m in found)) == (120, 120_000)
    assert [m.at for m in found] == sorted(m.at for m in found)


@pytest.mark.parametrize("days", [-1, 1])
async def test_other_days_have_nothing_of_it(gateway, razorpay, days):
    await paid(gateway, razorpay, "payment-0001")
    assert await gateway.movements(real_now().date() + timedelta(days=2 * days)) == []
