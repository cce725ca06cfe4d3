"""Refunds that are asked for, and operators who decide: never for themselves, never twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from kalends import ledger, payments
from kalends.core.gateways import RefundStatus
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import operator, signed_up
from tests.payments.money import SUBJECT, Run, balance, captured, inr, rows
from tests.payments.refund_case import API, PAYEE, Case, a_case, amount, kind, promoted, refund_id
from tests.payments.refunding import one_refund, provider_and_books_agree, refunding


@pytest.fixture
def house(house: House) -> House:
    return refunding(house, auto_approve_up_to=60)


@pytest.fixture
async def case(
    house: House, client: httpx.AsyncClient, app: FastAPI, provider: FakeGateway
) -> Case:
    return await a_case(house, client, app, provider)


@pytest.mark.req("M-232", "C-37")
async def test_a_payers_request_waits_for_an_operator_and_takes_nothing(
    house: House, case: Case, run_jobs: Run, provider: FakeGateway
) -> None:
    asked = await case.ask(case.mine, **amount(30))
    assert (asked.json()["status"], asked.json()["destination"]) == ("requested", "original_method")
    assert await balance(house, ledger.escrow(SUBJECT)) == 100
    again = await case.ask(case.mine, **amount(30))
    assert (again.status_code, kind(again)) == (409, "refund-already-requested")
    done = await case.decide(case.one, await refund_id(asked), "approve")
    assert (done.json()["state"], done.json()["status"]) == ("approved", "initiated")
    assert await balance(house, ledger.escrow(SUBJECT)) == 70
    provider.refund_status = RefundStatus.processed
    await run_jobs(house)
    mine = await case.http.get(f"{API}/refunds/me", headers=case.mine)
    assert [(r["amount"]["amount"], r["status"]) for r in mine.json()["items"]] == [
        (30, "completed")
    ]
    await provider_and_books_agree(house, provider)


async def test_an_operator_gives_back_at_once_within_the_limit(house: House, case: Case) -> None:
    some = await case.ask(case.one, **amount(60))
    rest = await case.ask(case.one)
    assert [(a.json()["amount"]["amount"], a.json()["status"]) for a in (some, rest)] == [
        (60, "initiated"),
        (40, "initiated"),
    ]
    nothing = await case.ask(case.one)
    assert (nothing.status_code, kind(nothing)) == (409, "not-refundable")
    deeds = await rows(house, "SELECT action FROM audit_log ORDER BY seq")
    assert [row.action for row in deeds if row.action.startswith("refund.")] == [
        "refund.made",
        "refund.made",
    ]
    assert await balance(house, ledger.escrow(SUBJECT)) == 0
    assert await balance(house, ledger.gateway("sandbox")) == 100


async def test_above_the_limit_nobody_approves_what_they_asked_for(
    house: House, case: Case
) -> None:
    asked = await case.ask(case.one, **amount(61))
    assert asked.json()["status"] == "requested"
    own = await case.decide(case.one, await refund_id(asked), "approve")
    assert (own.status_code, kind(own)) == (409, "another-operator-decides")
    done = await case.decide(case.other, await refund_id(asked), "approve")
    assert done.json()["state"] == "approved"
    assert done.json()["decided_by"] != done.json()["requested_by"]


async def test_an_operator_who_paid_is_a_payer(house: House, case: Case) -> None:
    await promoted(house, case)
    asked = await case.ask(case.mine, **amount(10))
    assert asked.json()["status"] == "requested"
    own = await case.decide(case.mine, await refund_id(asked), "approve")
    assert (own.status_code, kind(own)) == (409, "another-operator-decides")


async def test_a_rejected_refund_takes_nothing_and_may_be_asked_for_again(
    house: House, case: Case
) -> None:
    asked = await refund_id(await case.ask(case.mine, **amount(100)))
    done = await case.decide(case.one, asked, "reject", reason="the hall was used")
    assert (done.json()["state"], done.json()["status"]) == ("rejected", "rejected")
    late = await case.decide(case.other, asked, "approve")
    assert (late.status_code, kind(late)) == (409, "transition-not-allowed")
    assert (await case.ask(case.mine, **amount(100))).status_code == 201
    assert await balance(house, ledger.escrow(SUBJECT)) == 100


async def test_what_is_left_is_looked_at_again_when_a_refund_is_approved(
    house: House, case: Case, provider: FakeGateway
) -> None:
    asked = await refund_id(await case.ask(case.mine, **amount(80)))
    await one_refund(house, case.payer, 40, key="by rule")
    refused = await case.decide(case.one, asked, "approve")
    assert (refused.status_code, kind(refused)) == (409, "refund-exceeds-capture")
    assert refused.json()["left"] == 60
    shown = await case.http.get(f"{API}/admin/refunds?state=requested", headers=case.one)
    assert [item["id"] for item in shown.json()["items"]] == [asked]


async def test_escrow_that_a_refund_waits_for_is_not_released(house: House, case: Case) -> None:
    asked = await refund_id(await case.ask(case.mine, **amount(30)))
    async with open_unit(house) as unit:
        assert await payments.releasable_of(unit, SUBJECT) == inr(70)
        order = payments.ReleaseOrder(SUBJECT, PAYEE, inr(7), (), "release:1")
        assert await payments.release_escrow(unit, order) == inr(63)
    assert await balance(house, ledger.escrow(SUBJECT)) == 30
    await case.decide(case.one, asked, "reject", reason="it was used")
    async with open_unit(house) as unit:
        assert await payments.releasable_of(unit, SUBJECT) == inr(30)


@pytest.mark.req("X-12")
async def test_a_refund_after_the_release_is_the_providers(
    house: House, case: Case, provider: FakeGateway, run_jobs: Run
) -> None:
    provider.refund_status = RefundStatus.processed
    async with open_unit(house) as unit:
        order = payments.ReleaseOrder(SUBJECT, PAYEE, inr(10), (), "release:1")
        await payments.release_escrow(unit, order)
    asked = await refund_id(await case.ask(case.mine))
    done = await case.decide(case.one, asked, "approve")
    assert done.json()["source"] == "provider"
    await run_jobs(house)
    assert await balance(house, ledger.provider_available(PAYEE)) == -10
    await provider_and_books_agree(house, provider)


async def test_ten_operators_who_decide_at_once_decide_once(
    house: House, case: Case, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    asked = await refund_id(await case.ask(case.mine, **amount(50)))
    turns = [case.decide(case.one, asked, "approve") for _ in range(6)]
    turns += [case.decide(case.other, asked, "reject", reason="it was used") for _ in range(4)]
    answers = await asyncio.gather(*turns)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
    assert await balance(house, ledger.escrow(SUBJECT)) in {50, 100}


async def test_a_top_up_or_an_open_payment_is_not_refundable(
    house: House, case: Case, provider: FakeGateway
) -> None:
    subject = f"wallet:{case.payer}"
    top_up = await captured(house, provider, case.payer, subject=subject, purpose="top_up")
    async with open_unit(house) as unit:
        wish = payments.PaymentRequest(SUBJECT, case.payer, "extra", inr(5), "sandbox")
        unpaid = await payments.request_payment(unit, wish)
    for payment in (top_up, unpaid):
        path = f"{API}/payments/{payment.id}/refund"
        answer = await case.http.post(path, json={"reason": "please"}, headers=case.mine)
        assert (answer.status_code, kind(answer)) == (409, "not-refundable")


async def test_strangers_and_support_cannot_ask(
    house: House, case: Case, client: httpx.AsyncClient
) -> None:
    assert (await case.ask(await signed_up(client))).status_code == 404
    assert (await case.ask(await operator(house, client, "support"))).status_code == 404
    path = f"{API}/payments/{case.payment.id}/refunds"
    assert (await client.get(path, headers=await signed_up(client))).status_code == 404


async def test_a_payments_refunds_are_listed_newest_first(house: House, case: Case) -> None:
    for number in range(3):
        await one_refund(house, case.payer, 10 + number, key=f"cancel:{number}")
    path = f"{API}/payments/{case.payment.id}/refunds"
    first = (await case.http.get(f"{path}?limit=2", headers=case.mine)).json()
    assert [item["amount"]["amount"] for item in first["items"]] == [12, 11]
    rest = await case.http.get(f"{path}?cursor={first['next_cursor']}", headers=case.mine)
    assert [item["amount"]["amount"] for item in rest.json()["items"]] == [10]


async def test_one_key_sent_fifty_times_asks_once(
    house: House, case: Case, run_jobs: Callable[[House], Awaitable[None]]
) -> None:
    headers = case.one | {"Idempotency-Key": str(new_id())}
    answers = await asyncio.gather(*(case.ask(headers, **amount(1)) for _ in range(50)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert len(await rows(house, "SELECT 1 FROM refunds")) == 1
