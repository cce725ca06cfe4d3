"""The gateways' own statements against our books: every way in which they can part."""

from dataclasses import replace

import httpx
import pytest

from kalends import payments
from kalends.core.gateways import MovementKind, PayoutStatus, RefundStatus
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.unit import open_unit
from kalends.payments.jobs import StatementsUnread, read_statements_of_gateways
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    SUBJECT,
    captured,
    now,
    ordered,
    person,
    rows,
)
from tests.payments.payout_words import paid_seller
from tests.payments.refunding import as_it_is, key_of, one_refund, refunding, send
from tests.payments.statements import Teller, differences, next_day, read, teller


@pytest.fixture
async def told(house: House, provider: FakeGateway) -> Teller:
    return await teller(house, provider)


async def test_a_day_on_which_both_tell_the_same_story(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, told: Teller
) -> None:
    provider.refund_status = RefundStatus.processed
    provider.payout_status = PayoutStatus.processed
    payer = await person(house)
    await captured(house, provider, payer)
    refund = await one_refund(refunding(house), payer, 40)
    await send(house, refund)
    seller = await paid_seller(house, client, provider, 50_000)
    assert await seller.state(await seller.sent(20_000)) == "paid"
    told.tell_everything()
    await next_day(house)
    done = await read(house)
    assert (done.days, done.lines, done.noticed, done.open) == (7, 4, 0, 0)
    assert await differences(house) == []
    days = await rows(house, "SELECT day, lines, totals FROM settlement_days WHERE lines > 0")
    assert [(day.day, day.lines) for day in days] == [(told.at.date(), 4)]
    kinds = {t["kind"]: (t["count"], t["amount"]) for t in days[0].totals}
    assert kinds == {"capture": (2, 50_100), "refund": (1, -40), "payout": (1, -20_000)}


async def test_reading_again_changes_nothing(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    await captured(house, provider, await person(house))
    told.tell(MovementKind.capture, "pay_nobodys", 700)
    await next_day(house)
    first = await read(house)
    assert (first.noticed, first.open) == (2, 2)
    before = await differences(house)
    for _ in range(2):
        again = await read(house)
        assert (again.lines, again.noticed, again.vanished, again.open) == (0, 0, 0, 2)
    assert await differences(house) == before
    assert len(await rows(house, "SELECT 1 FROM settlement_lines")) == 1


async def test_today_is_not_over_and_not_compared(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    told.tell(MovementKind.capture, "pay_nobodys", 700)
    assert (await read(house)).noticed == 0
    assert await differences(house) == []
    await next_day(house)
    assert (await read(house)).noticed == 1


async def test_days_that_were_missed_are_read_later(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    told.tell(MovementKind.capture, "pay_nobodys", 700)
    await next_day(house)
    provider.down = True
    with pytest.raises(StatementsUnread):
        await read_statements_of_gateways(house)
    assert await rows(house, "SELECT 1 FROM settlement_days") == []
    provider.down = False
    await next_day(house, 5)
    await read_statements_of_gateways(house)
    (found,) = await differences(house)
    assert (found.kind, found.object_id) == ("missing_here", "pay_nobodys")


async def test_money_that_we_do_not_know_of(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    for kind, object_id, amount in (
        (MovementKind.capture, "pay_nobodys", 700),
        (MovementKind.refund, "rfnd_nobodys", -60),
        (MovementKind.payout, "pout_nobodys", -50),
        (MovementKind.dispute, "disp_nobodys", -40),
        (MovementKind.other, "adj_1", 3),
        (MovementKind.transfer, "setl_1", -600),
    ):
        told.tell(kind, object_id, amount)
    await next_day(house)
    await read(house)
    found = [
        (d.kind, d.object_kind, d.object_id, d.theirs_amount) for d in await differences(house)
    ]
    assert sorted(found) == [
        ("missing_here", "dispute", "disp_nobodys", 40),
        ("missing_here", "other", "adj_1", 3),
        ("missing_here", "payment", "pay_nobodys", 700),
        ("missing_here", "payout", "pout_nobodys", 50),
        ("missing_here", "refund", "rfnd_nobodys", 60),
    ]


async def test_a_second_payment_of_the_same_order_is_not_the_one_that_we_know(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    payment = await captured(house, provider, await person(house))
    told.tell_everything()
    told.tell(MovementKind.capture, "pay_second", 100, order_id=payment.gateway_order_id)
    await next_day(house)
    await read(house)
    (found,) = await differences(house)
    assert (found.kind, found.object_id) == ("missing_here", "pay_second")


async def test_money_that_the_gateway_does_not_know_of(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    provider.refund_status = RefundStatus.processed
    provider.payout_status = PayoutStatus.processed
    payer = await person(house)
    payment = await captured(house, provider, payer)
    refund = await one_refund(refunding(house), payer, 40)
    await send(house, refund)
    seller = await paid_seller(house, client, provider)
    payout_id = await seller.sent(20_000)
    await next_day(house)
    await read(house)
    found = {
        (d.kind, d.object_kind, str(d.our_id), d.ours_amount) for d in await differences(house)
    }
    assert found >= {
        ("missing_there", "payment", str(payment.id), 100),
        ("missing_there", "refund", str(refund.id), 40),
        ("missing_there", "payout", payout_id, 20_000),
    }
    assert {kind for kind, *_ in found} == {"missing_there"}


async def test_another_amount_is_shown_with_both(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    payment = await captured(house, provider, await person(house))
    seen = provider.orders[payment.gateway_order_id or ""]
    provider.orders[seen.order_id] = replace(seen, amount=Money(101, "INR"))
    told.tell_everything()
    await next_day(house)
    await read(house)
    (found,) = await differences(house)
    assert (found.kind, found.ours_amount, found.theirs_amount) == ("other_amount", 100, 101)


async def test_a_capture_that_we_missed_is_another_state(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    payment = await ordered(house, await person(house))
    provider.pay(payment.gateway_order_id or "")
    told.tell_everything()
    await next_day(house)
    await read(house)
    (found,) = await differences(house)
    assert (found.kind, found.ours_state, found.theirs_state) == ("other_state", "created", "moved")
    async with open_unit(house) as unit:
        await payments.expire_payments(unit, SUBJECT)
    await payments.reconcile(house)
    assert (await now(house, payment)).state == "captured"
    done = await read(house)
    assert (done.vanished, done.open) == (1, 0)
    notes = await rows(house, "SELECT note, explained_by FROM settlement_differences")
    assert all(row.note and row.explained_by is None for row in notes)


async def test_an_attempt_that_was_given_up_must_have_come_back(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    """A refund that was sent twice because the first try failed, and then did not fail, was paid twice."""
    payer = await person(house)
    await captured(house, provider, payer)
    refund = await one_refund(refunding(house), payer, 40)
    await send(house, refund)
    provider.end_refund(key_of(refund), RefundStatus.failed)
    provider.refund_status = RefundStatus.processed
    await next_day(house, 0)
    for _ in range(3):
        await payments.reconcile(house)
        await next_day(house)
    now_is = await as_it_is(house, refund)
    assert (now_is.state, now_is.attempt) == ("completed", 2)
    first, second = provider.refunds[key_of(refund)], provider.refunds[key_of(refund, 2)]
    told.tell(MovementKind.refund, first.refund_id, -40, reference=first.key)
    told.tell(MovementKind.refund, second.refund_id, -40, reference=second.key)
    await read(house)
    twice = [d for d in await differences(house) if d.object_kind == "refund"]
    assert [(d.kind, d.object_id) for d in twice] == [("other_state", first.refund_id)]
    told.tell(MovementKind.refund_failed, first.refund_id, 40, reference=first.key)
    await read(house)
    assert not [d for d in await differences(house) if d.object_kind == "refund"]


async def test_a_payout_whose_answer_got_lost_is_found_by_its_key(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, told: Teller
) -> None:
    seller = await paid_seller(house, client, provider)
    payout_id = await seller.sent(20_000)
    (payout,) = provider.payouts.values()
    told.tell_everything()
    told.tell(MovementKind.payout_reversed, "pout_other", 5, reference="nobodys-key-1")
    await next_day(house)
    await read(house)
    found = [(d.kind, d.object_id) for d in await differences(house)]
    assert found == [("missing_here", "pout_other")]
    assert await seller.state(payout_id) == "processing"
    provider.end_payout(payout.key or "", PayoutStatus.reversed)
    told.tell(MovementKind.payout_reversed, payout.payout_id, 20_000, reference=payout.key)
    await payments.ask_open_payouts(house)
    await read(house)
    assert [(d.kind, d.object_id) for d in await differences(house)] == found
