"""The bank's desk, test accounts and odd instruments: what a person can let the sandbox do."""

import pytest

from kalends.core.clock import advance
from kalends.core.gateways import (
    About,
    BankDetails,
    CheckStatus,
    GatewayError,
    MovementKind,
    PayoutStatus,
    RefundStatus,
)
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import open_unit

PRICE = Money(35000, "INR")
FORM = {"content-type": "application/x-www-form-urlencoded"}


async def _paid(gateway, browser, instrument="success"):
    order = await gateway.create_order(reference=str(new_id()), amount=PRICE)
    page = f"/sandbox/checkout/{order.order_id}"
    answer = await browser.post(page, json={"instrument": instrument})
    assert answer.status_code == 200, answer.text
    return order.order_id, answer.json()["gateway_payment_id"]


async def _refund(gateway, payment_id, amount=PRICE):
    return await gateway.refund(payment_id=payment_id, amount=amount, key=str(new_id()))


async def _account(gateway, ending):
    bank = BankDetails("Asha Rao", f"00012345{ending}", "HDFC0001234")
    return await gateway.create_payout_account(bank=bank, reference=str(new_id()))


async def _payout(gateway, ending="7890"):
    account_id = await _account(gateway, ending)
    return await gateway.payout(
        account_id=account_id, amount=PRICE, key=str(new_id()), narration="a payout"
    )


async def _pass(house, minutes):
    async with open_unit(house) as unit:
        await advance(unit.session, 60 * minutes)


async def _decide(browser, path, **body):
    answer = await browser.post(f"/sandbox/{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def test_reserved_money_that_nobody_takes_goes_back(bank, gateway, browser, run_jobs, events):
    order_id, payment_id = await _paid(gateway, browser, "authorized")
    assert (await gateway.fetch(order_id)).status == "authorized"
    await _pass(bank, 5 * 24 * 60 + 1)
    await run_jobs(bank)
    assert (await gateway.fetch(order_id)).status == "failed"
    assert [e.status for e in events()] == ["authorized", "failed"]
    with pytest.raises(GatewayError):
        await gateway.capture(order_id=order_id, payment_id=payment_id, amount=PRICE)


async def test_refunds_of_a_slow_card_take_an_hour(bank, gateway, browser, run_jobs, events):
    order_id, payment_id = await _paid(gateway, browser, "refund-slow")
    refund = await _refund(gateway, payment_id)
    assert refund.status is RefundStatus.pending
    assert (await gateway.fetch(order_id)).status == "refunded"
    await run_jobs(bank)
    await _pass(bank, 61)
    await run_jobs(bank)
    found = await gateway.find_refund(payment_id=payment_id, key=refund.key)
    assert found.status is RefundStatus.processed
    assert events()[-1].kind == "refund.processed"


async def test_refunds_of_a_failing_card_come_back(bank, gateway, browser, run_jobs, events):
    order_id, payment_id = await _paid(gateway, browser, "refund-fails")
    refund = await _refund(gateway, payment_id)
    assert refund.status is RefundStatus.pending
    await run_jobs(bank)
    ended = await gateway.fetch_refund(payment_id=payment_id, refund_id=refund.refund_id)
    assert (ended.status, ended.reason) == (RefundStatus.failed, "refused_by_the_customers_bank")
    paid = await gateway.fetch(order_id)
    assert (paid.status, paid.refunded) == ("captured", 0)
    told = events()[-1]
    assert (told.about, told.object_id, told.status) == (
        About.refund,
        refund.refund_id,
        "failed",
    )


async def test_a_fee_stands_on_the_statement_only(bank, gateway, browser):
    order_id, payment_id = await _paid(gateway, browser, "with-fee")
    assert (await gateway.fetch(order_id)).fee is None
    async with open_unit(bank, read_only=True) as unit:
        today = unit.now.date()
    (line,) = await gateway.movements(today)
    assert (line.kind, line.object_id, line.amount, line.fee) == (
        MovementKind.capture,
        payment_id,
        35000,
        700,
    )
    totals = (await browser.get("/sandbox/statement")).json()["totals"]
    assert (totals[0]["fees"], totals[0]["balance"]) == (700, 34300)


@pytest.mark.parametrize(
    ("ending", "status", "reason"),
    [
        ("7890", CheckStatus.verified, None),
        ("1001", CheckStatus.rejected, "no_such_account"),
        ("1002", CheckStatus.unclear, "bank_did_not_answer"),
    ],
)
async def test_a_bank_answers_for_an_account_a_moment_later(
    bank, gateway, run_jobs, events, ending, status, reason
):
    account_id = await _account(gateway, ending)
    asked = await gateway.check_account(account_id=account_id, key=str(new_id()), currency="INR")
    assert asked.status is CheckStatus.pending
    await run_jobs(bank)
    told = await gateway.fetch_account_check(account_id=account_id, check_id=asked.check_id)
    assert (told.status, told.reason) == (status, reason)
    assert told.registered_name == ("ASHA RAO" if status == "verified" else None)
    assert [(e.about, e.object_id, e.status) for e in events()] == [
        (About.account, asked.check_id, status)
    ]


@pytest.mark.parametrize(
    ("ending", "status", "reason", "permanent"),
    [
        ("7890", PayoutStatus.processed, None, False),
        ("2001", PayoutStatus.failed, "account_closed", True),
        ("2002", PayoutStatus.failed, "bank_unavailable", False),
    ],
)
async def test_a_payout_ends_a_moment_later(
    bank, gateway, run_jobs, events, browser, ending, status, reason, permanent
):
    payout = await _payout(gateway, ending)
    assert payout.status is PayoutStatus.processing
    await run_jobs(bank)
    ended = await gateway.fetch_payout(payout.payout_id)
    assert (ended.status, ended.reason, ended.permanent) == (status, reason, permanent)
    assert bool(ended.bank_reference) is (status == "processed")
    assert [(e.about, e.object_id, e.status) for e in events()] == [
        (About.payout, payout.payout_id, status)
    ]
    totals = (await browser.get("/sandbox/statement")).json()["totals"]
    assert [t["paid_out"] for t in totals] == ([35000] if status == "processed" else [])


async def test_a_payout_may_come_back_after_an_hour(bank, gateway, run_jobs, events, browser):
    payout = await _payout(gateway, "2003")
    await run_jobs(bank)
    assert (await gateway.fetch_payout(payout.payout_id)).status is PayoutStatus.processed
    await _pass(bank, 61)
    await run_jobs(bank)
    assert (await gateway.fetch_payout(payout.payout_id)).status is PayoutStatus.reversed
    assert [e.status for e in events()] == ["processed", "reversed"]
    (totals,) = (await browser.get("/sandbox/statement")).json()["totals"]
    assert (totals["paid_out"], totals["payouts"], totals["balance"]) == (0, 1, 0)


async def test_a_costly_account_pays_a_fee_on_top(bank, gateway, run_jobs, browser):
    payout = await _payout(gateway, "2004")
    assert payout.fee == 500
    await run_jobs(bank)
    (totals,) = (await browser.get("/sandbox/statement")).json()["totals"]
    assert (totals["paid_out"], totals["fees"], totals["balance"]) == (35000, 500, -35500)
    await _decide(browser, f"payouts/{payout.payout_id}/end", status="reversed")
    (totals,) = (await browser.get("/sandbox/statement")).json()["totals"]
    assert (totals["paid_out"], totals["fees"], totals["balance"]) == (0, 0, 0)


async def test_what_is_disputed_cannot_be_given_back_as_well(gateway, browser):
    _, payment_id = await _paid(gateway, browser)
    opened = await _decide(browser, f"payments/{payment_id}/dispute", amount=30000)
    with pytest.raises(GatewayError, match=r"at most ₹50\.00"):
        await _refund(gateway, payment_id, Money(5001, "INR"))
    too_much = await browser.post(f"/sandbox/payments/{payment_id}/dispute", json={"amount": 5001})
    assert too_much.status_code == 409
    await _decide(browser, f"disputes/{opened['dispute_id']}/end", won=True)
    assert await _refund(gateway, payment_id)
    nothing = await browser.post(f"/sandbox/payments/{payment_id}/dispute", json={})
    assert nothing.status_code == 409


async def test_what_is_decided_is_decided(gateway, browser):
    _, payment_id = await _paid(gateway, browser)
    refund = await _refund(gateway, payment_id, Money(100, "INR"))
    dispute = await _decide(browser, f"payments/{payment_id}/dispute")
    assert dispute["amount"] == 34900
    payout = await _payout(gateway)
    paths = {
        f"disputes/{dispute['dispute_id']}/end": {"won": False},
        f"payouts/{payout.payout_id}/end": {"status": "failed"},
        f"refunds/{refund.refund_id}/end": {"ok": False},
    }
    for path, body in paths.items():
        await _decide(browser, path, **body)
        again = await browser.post(f"/sandbox/{path}", json=body)
        assert again.status_code == 409, path
    for nobody in ("disputes/disp_1", "payouts/pout_1", "refunds/rfnd_1", "checks/fav_1"):
        body = {"won": True, "status": "failed", "ok": True}
        known = {"disputes": "won", "refunds": "ok"}.get(nobody.split("/", maxsplit=1)[0], "status")
        value = "verified" if nobody.startswith("checks") else body[known]
        gone = await browser.post(f"/sandbox/{nobody}/end", json={known: value})
        assert gone.status_code == 404, nobody


async def test_the_desk_shows_everything_and_works_without_a_script(gateway, browser):
    empty = await browser.get("/sandbox/desk")
    assert "Nobody has paid yet." in empty.text
    _, payment_id = await _paid(gateway, browser, "refund-slow")
    refund = await _refund(gateway, payment_id, Money(100, "INR"))
    payout = await _payout(gateway)
    account_id = await _account(gateway, "1234")
    check = await gateway.check_account(account_id=account_id, key=str(new_id()), currency="INR")
    forms = {
        f"payments/{payment_id}/dispute": "amount=500",
        f"refunds/{refund.refund_id}/end": "ok=false",
        f"payouts/{payout.payout_id}/end": "status=processed",
        f"checks/{check.check_id}/end": "status=verified",
    }
    page = await browser.get("/sandbox/desk")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    for path, form in forms.items():
        assert f'action="/sandbox/{path}"' in page.text
        done = await browser.post(f"/sandbox/{path}", content=form, headers=FORM)
        assert (done.status_code, done.headers["location"]) == (303, "/sandbox/desk")
    after = (await browser.get("/sandbox/desk")).text
    assert 'action="/sandbox/disputes/disp_' in after
    for ended in ("failed", "processed", "verified: ASHA RAO"):
        assert ended in after
    assert "00012345" not in after
    assert "…1001" in after


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"ok": 1.5}', 422), (b"{}", 422), (b"", 400), (b"[1]", 422), (b"\xff", 400)],
)
async def test_a_strange_decision_is_refused_in_plain_words(gateway, browser, body, status):
    _, payment_id = await _paid(gateway, browser)
    refund = await _refund(gateway, payment_id)
    answer = await browser.post(f"/sandbox/refunds/{refund.refund_id}/end", content=body)
    assert answer.status_code == status
    assert "1.5" not in answer.json()["detail"]
