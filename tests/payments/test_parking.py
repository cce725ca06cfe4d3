"""What a gateway says that does not fit: parked, shown, never guessed at."""

import asyncio
from typing import Any

import httpx
import pytest

from kalends import payments
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.unit import open_unit
from kalends.payments.jobs import process_gateway_event
from kalends.payments.repository import inbox
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import operator, signed_up
from tests.payments.money import (
    INBOX,
    SUBJECT,
    Run,
    ask_again,
    captured,
    deliver,
    inr,
    now,
    ordered,
    person,
    process_all,
    rows,
)


@pytest.mark.req("X-11")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": Money(99, "INR")}, "amount_mismatch"),
        ({"amount": Money(100, "USD")}, "currency_mismatch"),
        ({"order_id": "order_of_somebody"}, "order_mismatch"),
        ({"status": "refunded", "refunded": 100}, "refunded_at_gateway"),
    ],
    ids=["amount", "currency", "order", "refunded"],
)
async def test_what_does_not_fit_is_parked_and_moves_no_money(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    changes: dict[str, Any],
    reason: str,
) -> None:
    payment = await ordered(house, await person(house))
    order_id = payment.gateway_order_id
    event = provider.event(order_id, "captured")
    provider.pay(order_id, **changes)
    await deliver(client, event)
    await deliver(client, provider.event(order_id, "captured"))
    await process_all(house)
    await ask_again(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [
        ("parked", reason),
        ("ignored", f"already parked: {reason}"),
    ]
    assert (await now(house, payment)).state == "created"
    assert await rows(house, "SELECT 1 FROM ledger_entries") == []


async def test_an_unknown_order_is_parked_and_shown_to_operators(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    await deliver(client, provider.event("order_unknown", "captured"))
    await process_all(house)
    path = "/api/v2/admin/payments/parked"
    answer = await client.get(path, headers=await operator(house, client, "support"))
    shown = answer.json()["items"]
    assert [(item["order_id"], item["reason"]) for item in shown] == [
        ("order_unknown", "unknown_order")
    ]
    assert (await client.get(path, headers=await signed_up(client))).status_code == 403


async def test_an_event_handled_by_many_at_once_is_parked_once(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    await deliver(client, provider.event("order_unknown", "captured"))
    item = str((await rows(house, "SELECT id FROM gateway_inbox"))[0].id)
    await asyncio.gather(*(process_gateway_event(house, item) for _ in range(10)))
    assert [tuple(row) for row in await rows(house, INBOX)] == [("parked", "unknown_order")]


async def test_an_event_that_somebody_else_settles_first_is_left_alone(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    await deliver(client, provider.event("order_unknown", "captured"))
    item = (await rows(house, "SELECT id FROM gateway_inbox"))[0].id
    async with open_unit(house) as unit:
        await inbox.settle(unit, item, inbox.PARKED, "by somebody else")
        second = asyncio.create_task(process_gateway_event(house, str(item)))
        waiting = (
            "SELECT 1 FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        while not await rows(house, waiting):
            assert not second.done()
    await second
    assert [tuple(row) for row in await rows(house, INBOX)] == [("parked", "by somebody else")]


async def test_an_event_that_came_before_its_order_is_taken_up_later(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, run_jobs: Run
) -> None:
    async with open_unit(house) as unit:
        wish = payments.PaymentRequest(SUBJECT, await person(house), "full", inr(100), "sandbox")
        payment = await payments.request_payment(unit, wish)
    order = await provider.create_order(reference=str(payment.id), amount=inr(100))
    provider.pay(order.order_id)
    await deliver(client, provider.event(order.order_id))
    await process_all(house)
    assert [row.reason for row in await rows(house, INBOX)] == ["unknown_order"]
    await payments.place_order(house, payment.id)
    await run_jobs(house)
    assert (await now(house, payment)).state == "captured"
    assert [tuple(row) for row in await rows(house, INBOX)] == [("processed", None)]


async def test_a_second_capture_of_one_order_is_parked(
    house: House, provider: FakeGateway, client: httpx.AsyncClient
) -> None:
    payment = await captured(house, provider, await person(house))
    provider.pay(payment.gateway_order_id, payment_id="pay_second")
    await deliver(client, provider.event(payment.gateway_order_id))
    await process_all(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("parked", "second_capture")]
