"""Every instrument does to the money, and to the merchant, what its name says."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kalends.core.clock import advance
from kalends.core.gateways import BadSignature, GatewayError
from kalends.core.money import Money
from kalends.core.ports import NetworkInsideUnit
from kalends.core.unit import open_unit

PRICE = Money(35000, "INR")


async def _order(gateway, reference="payment-0001", amount=PRICE):
    return (await gateway.create_order(reference=reference, amount=amount)).order_id


async def _pay(browser, order_id, instrument):
    return await browser.post(f"/sandbox/checkout/{order_id}", json={"instrument": instrument})


async def _totals(browser):
    statement = (await browser.get("/sandbox/statement")).json()
    return {t["currency"]: (t["taken"], t["given"]) for t in statement["totals"]}


async def test_the_same_reference_is_the_same_order(bank, gateway):
    first = await gateway.create_order(reference="payment-0001", amount=PRICE)
    again = await gateway.create_order(reference="payment-0001", amount=PRICE)
    assert first == again
    assert first.checkout["url"].endswith(f"/sandbox/checkout/{first.order_id}")
    with pytest.raises(GatewayError, match="was used for") as refused:
        await _order(gateway, amount=Money(35001, "INR"))
    assert not refused.value.unknown


async def test_orders_raced_with_one_reference_are_one(bank, gateway):
    orders = await asyncio.gather(*(_order(gateway) for _ in range(8)))
    assert len(set(orders)) == 1


async def test_success_takes_the_money_and_says_so_once(bank, gateway, browser, run_jobs, events):
    order_id = await _order(gateway)
    answer = (await _pay(browser, order_id, "success")).json()
    assert (answer["gateway_order_id"], answer["status"]) == (order_id, "captured")
    assert gateway.verify_checkout(answer) == order_id
    payment = await gateway.fetch(order_id)
    assert (payment.status, payment.amount) == ("captured", PRICE)
    assert payment.payment_id == answer["gateway_payment_id"]
    await run_jobs(bank)
    (event,) = events()
    assert (event.kind, event.status) == ("payment.captured", "captured")
    assert (event.order_id, event.payment_id) == (order_id, payment.payment_id)
    assert event.amount == PRICE
    assert await _totals(browser) == {"INR": (35000, 0)}


async def test_a_declined_card_takes_nothing_and_may_try_again(
    bank, gateway, browser, run_jobs, events
):
    order_id = await _order(gateway)
    answer = (await _pay(browser, order_id, "declined")).json()
    assert answer["status"] == "failed"
    assert (await gateway.fetch(order_id)).status == "failed"
    assert await _totals(browser) == {}
    await run_jobs(bank)
    assert (await _pay(browser, order_id, "success")).status_code == 200
    await run_jobs(bank)
    assert [e.status for e in events()] == ["failed", "captured"]


async def test_a_bank_that_never_answers_changes_nothing(bank, gateway, browser, run_jobs, wire):
    order_id = await _order(gateway)
    assert (await _pay(browser, order_id, "timeout")).json()["status"] == "created"
    assert (await gateway.fetch(order_id)).status == "created"
    await run_jobs(bank)
    assert wire.webhooks == []
    assert (await _pay(browser, order_id, "success")).status_code == 200


async def test_a_late_bank_takes_the_money_after_an_hour_of_marketplace_time(
    bank, gateway, browser, run_jobs, events
):
    order_id = await _order(gateway)
    assert (await _pay(browser, order_id, "late")).json()["status"] == "created"
    assert (await _pay(browser, order_id, "success")).status_code == 409
    await _pass(bank, 3590)
    await run_jobs(bank)
    assert (await gateway.fetch(order_id)).status == "created"
    await _pass(bank, 20)
    await run_jobs(bank)
    assert (await gateway.fetch(order_id)).status == "captured"
    assert [e.status for e in events()] == ["captured"]
    assert await _totals(browser) == {"INR": (35000, 0)}


async def _pass(house, seconds):
    async with open_unit(house) as unit:
        await advance(unit.session, seconds)


async def test_a_stuttering_webhook_comes_three_times_under_two_ids(
    bank, gateway, browser, run_jobs, events
):
    await _pay(browser, await _order(gateway), "duplicate")
    await run_jobs(bank)
    first, second, third = events()
    assert first == second
    assert third.event_id != first.event_id
    assert third.raw == first.raw
    assert await _totals(browser) == {"INR": (35000, 0)}


async def test_an_older_failure_is_reported_after_the_capture(
    bank, gateway, browser, run_jobs, events
):
    order_id = await _order(gateway)
    await _pay(browser, order_id, "out-of-order")
    await run_jobs(bank)
    captured, failed = events()
    assert (captured.status, failed.status) == ("captured", "failed")
    assert captured.order_id == failed.order_id == order_id
    assert captured.payment_id != failed.payment_id
    assert (await gateway.fetch(order_id)).status == "captured"


async def test_a_wrong_amount_is_taken_and_admitted_everywhere(
    bank, gateway, browser, run_jobs, events
):
    order_id = await _order(gateway)
    await _pay(browser, order_id, "wrong-amount")
    await run_jobs(bank)
    assert (await gateway.fetch(order_id)).amount == Money(35001, "INR")
    assert events()[0].amount == Money(35001, "INR")
    assert await _totals(browser) == {"INR": (35001, 0)}


async def test_of_many_clicks_one_pays(bank, gateway, browser):
    order_id = await _order(gateway)
    answers = await asyncio.gather(*(_pay(browser, order_id, "success") for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409, 409, 409]
    assert await _totals(browser) == {"INR": (35000, 0)}


async def test_a_webhook_that_is_refused_is_tried_again_and_holds_back_its_follower(
    bank, gateway, browser, run_jobs, wire
):
    wire.answers = [500]
    await _pay(browser, await _order(gateway), "out-of-order")
    await run_jobs(bank)
    assert len(wire.webhooks) == 1
    async with open_unit(bank) as unit:
        # bring the queue's next try forward instead of waiting for it
        hurry = text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
        await unit.session.execute(hurry)
    await run_jobs(bank)
    names = [r.headers["webhook-id"] for r in wire.webhooks]
    assert len(names) == 3
    assert names[0] == names[1] != names[2]


async def test_a_refund_moves_once_per_key_and_never_more_than_was_taken(bank, gateway, browser):
    order_id = await _order(gateway)
    payment_id = (await _pay(browser, order_id, "success")).json()["gateway_payment_id"]

    async def refund(amount, key):
        return await gateway.refund(payment_id=payment_id, amount=Money(amount, "INR"), key=key)

    first = await asyncio.gather(*(refund(20000, "refund-0001") for _ in range(4)))
    assert len(set(first)) == 1
    assert (await gateway.fetch(order_id)).status == "partially_refunded"
    for amount, key, reason in (
        (15001, "refund-0002", "at most ₹150.00"),
        (10000, "refund-0001", "another refund"),
    ):
        with pytest.raises(GatewayError, match=reason):
            await refund(amount, key)
    assert await refund(15000, "refund-0003") not in first
    payment = await gateway.fetch(order_id)
    assert (payment.status, payment.refunded) == ("refunded", 35000)
    assert await _totals(browser) == {"INR": (35000, 35000)}


async def test_one_refund_key_serves_one_payment_only(bank, gateway, browser):
    payments = []
    for reference in ("payment-0001", "payment-0002"):
        answer = await _pay(browser, await _order(gateway, reference), "success")
        payments.append(answer.json()["gateway_payment_id"])
    results = await asyncio.gather(
        *(gateway.refund(payment_id=p, amount=PRICE, key="refund-0001") for p in payments),
        return_exceptions=True,
    )
    assert sorted(type(r).__name__ for r in results) == ["GatewayError", "GatewayRefund"]
    assert await _totals(browser) == {"INR": (70000, 35000)}


async def test_what_was_never_paid_cannot_be_refunded(bank, gateway, browser):
    order_id = await _order(gateway)
    failed = (await _pay(browser, order_id, "declined")).json()["gateway_payment_id"]
    for payment_id in (failed, "pay_unknown"):
        with pytest.raises(GatewayError):
            await gateway.refund(payment_id=payment_id, amount=PRICE, key="refund-0001")
    assert await _totals(browser) == {}


async def test_movements_cannot_be_rewritten(bank, gateway, browser):
    await _pay(browser, await _order(gateway), "success")
    for attack in ("UPDATE sandbox_movements SET amount = 1", "DELETE FROM sandbox_movements"):
        with pytest.raises(DBAPIError):
            async with open_unit(bank) as unit:
                await unit.session.execute(text(attack))
    assert await _totals(browser) == {"INR": (35000, 0)}


async def test_a_changed_checkout_answer_is_not_believed(bank, gateway, browser):
    answer = (await _pay(browser, await _order(gateway), "declined")).json()
    for change in (
        {"status": "captured"},
        {"gateway_order_id": "order_of_somebody_else"},
        {"gateway_payment_id": None},
        {"signature": ""},
        {"signature": "é\ud800"},
        {"gateway_order_id": "\ud800"},
    ):
        with pytest.raises(BadSignature):
            gateway.verify_checkout(answer | change)


async def test_the_adapter_refuses_to_run_inside_a_unit(bank, gateway):
    with pytest.raises(NetworkInsideUnit):
        async with open_unit(bank):
            await gateway.fetch("order_1")
