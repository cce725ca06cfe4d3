"""What gateways tell us: once, twice, late, out of order, wrong, or never."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends import ledger, payments
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.ports import GatewayError
from kalends.core.unit import open_unit
from kalends.payments.jobs import process_gateway_event, reconcile_with_gateways
from kalends.payments.repository import inbox
from kalends.payments.service.apply import apply
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import operator, signed_up
from tests.payments.money import (
    SUBJECT,
    ask_again,
    balance,
    books_are_right,
    captured,
    deliver,
    inr,
    now,
    ordered,
    person,
    rows,
)

Run = Callable[[House], Awaitable[None]]
INBOX = "SELECT mark, reason FROM gateway_inbox ORDER BY id"


async def waiting_jobs(house: House, name: str) -> int:
    query = (
        "SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = :name AND status = 'todo'"
    )
    return (await rows(house, query, name=name))[0].n


async def process_all(house: House) -> None:
    """Handle what was received, as the worker would, without its own waiting."""
    for item in await rows(house, "SELECT id FROM gateway_inbox WHERE mark = 'received'"):
        await process_gateway_event(house, str(item.id))


@pytest.mark.req("C-38", "M-024", "M-025")
async def test_a_signed_webhook_is_stored_and_captured_by_a_job(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, run_jobs: Run
) -> None:
    payment = await ordered(house, await person(house))
    provider.pay(payment.gateway_order_id)
    answer = await deliver(client, provider.event(payment.gateway_order_id))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert (await now(house, payment)).state == "created"
    await run_jobs(house)
    assert (await now(house, payment)).state == "captured"
    assert [row.mark for row in await rows(house, INBOX)] == ["processed"]
    await books_are_right(house)


async def test_a_gateway_may_be_named_in_the_path(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payment = await ordered(house, await person(house))
    event = provider.event(payment.gateway_order_id)
    assert (await deliver(client, event, "sandbox")).status_code == 200
    assert (await deliver(client, event, "bank")).status_code == 422


@pytest.mark.parametrize("tampering", ["body", "signature", "no signature"])
async def test_a_tampered_webhook_is_refused_and_nothing_is_stored(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, tampering: str
) -> None:
    payment = await ordered(house, await person(house))
    body, headers = provider.event(payment.gateway_order_id, "captured")
    sent = {
        "body": (body.replace(b"captured", b"Captured"), headers),
        "signature": (body, {"x-signature": "0" * 64}),
        "no signature": (body, {}),
    }[tampering]
    answer = await deliver(client, sent)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/invalid-signature"
    assert await rows(house, INBOX) == []


async def test_a_huge_webhook_is_refused(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    event = provider.event(None, "captured", padding="x" * 300_000)
    assert (await deliver(client, event)).status_code == 413
    assert await rows(house, INBOX) == []


async def test_a_repeated_webhook_is_stored_once_and_tried_again_until_handled(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payment = await ordered(house, await person(house))
    provider.pay(payment.gateway_order_id)
    event = provider.event(payment.gateway_order_id)
    for _ in range(2):
        await deliver(client, event)
    assert await waiting_jobs(house, "payments.process_event") == 2
    await process_all(house)
    await deliver(client, event)
    assert await waiting_jobs(house, "payments.process_event") == 2
    assert len(await rows(house, INBOX)) == 1
    assert await balance(house, ledger.escrow(SUBJECT)) == 100


async def test_the_same_news_under_another_event_id_says_nothing_new(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payment = await captured(house, provider, await person(house))
    asked = len(provider.fetched)
    await deliver(client, provider.event(payment.gateway_order_id))
    await process_all(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("ignored", "nothing new")]
    assert len(provider.fetched) == asked
    await books_are_right(house)


async def test_a_late_failure_after_success_changes_nothing(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payment = await captured(house, provider, await person(house))
    await deliver(client, provider.event(payment.gateway_order_id, "failed"))
    other = provider.event(payment.gateway_order_id, "failed", payment_id="pay_another_try")
    await deliver(client, other)
    await process_all(house)
    assert (await now(house, payment)).state == "captured"
    assert [row.mark for row in await rows(house, INBOX)] == ["ignored", "processed"]


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


async def test_an_event_about_something_else_is_kept_and_ignored(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    assert (await deliver(client, provider.event(None))).status_code == 200
    await process_all(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("ignored", "not about an order")]


async def test_an_event_that_is_gone_is_no_error(house: House) -> None:
    await process_gateway_event(house, str(new_id()))


async def test_a_failed_processing_is_tried_again_and_never_lost(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payment = await ordered(house, await person(house))
    provider.pay(payment.gateway_order_id)
    await deliver(client, provider.event(payment.gateway_order_id))
    provider.down = True
    with pytest.raises(GatewayError):
        await process_all(house)
    assert [row.mark for row in await rows(house, INBOX)] == ["received"]
    provider.down = False
    await process_all(house)
    assert (await now(house, payment)).state == "captured"
    assert [row.mark for row in await rows(house, INBOX)] == ["processed"]


async def test_lost_webhooks_are_made_up_for_by_asking(
    house: House, provider: FakeGateway, pass_time: Callable[..., Awaitable[None]]
) -> None:
    payment = await ordered(house, await person(house))
    provider.pay(payment.gateway_order_id)
    await pass_time(minutes=9)
    assert (await payments.reconcile(house)).asked == 0
    await pass_time(minutes=2)
    await reconcile_with_gateways(house)
    assert (await now(house, payment)).state == "captured"
    await books_are_right(house)


async def test_asking_a_silent_gateway_changes_nothing_and_goes_on(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    pass_time: Callable[..., Awaitable[None]],
) -> None:
    payment = await ordered(house, await person(house))
    await deliver(client, provider.event(payment.gateway_order_id, "captured"))
    provider.down = True
    await pass_time(minutes=11, run=False)
    done = await payments.reconcile(house)
    assert (done.asked, done.changed, done.unanswered) == (1, 0, 2)
    provider.down = False
    provider.pay(payment.gateway_order_id)
    assert (await payments.reconcile(house)).changed == 1
    assert [row.mark for row in await rows(house, INBOX)] == ["ignored"]


async def test_a_payment_that_expired_long_ago_is_left_alone(
    house: House, provider: FakeGateway, pass_time: Callable[..., Awaitable[None]]
) -> None:
    await ordered(house, await person(house))
    await pass_time(hours=25)
    assert (await payments.reconcile(house)).asked == 1
    await pass_time(hours=25)
    assert (await payments.reconcile(house)).asked == 0


async def test_a_capture_after_expiry_is_told_as_late(house: House, provider: FakeGateway) -> None:
    payment = await ordered(house, await person(house))
    async with open_unit(house) as unit:
        await payments.expire_payments(unit, SUBJECT)
    seen = provider.pay(payment.gateway_order_id)
    async with open_unit(house) as unit:
        await apply(unit, payment.id, seen)
        told = [(type(event), event.late, event.subject) for event in unit.emitted]
    assert told == [(payments.PaymentCaptured, True, SUBJECT)]
    assert (await now(house, payment)).state == "captured"
    assert await balance(house, ledger.escrow(SUBJECT)) == 100


async def test_a_second_capture_of_one_order_is_parked(
    house: House, provider: FakeGateway, client: httpx.AsyncClient
) -> None:
    payment = await captured(house, provider, await person(house))
    provider.pay(payment.gateway_order_id, payment_id="pay_second")
    await deliver(client, provider.event(payment.gateway_order_id))
    await process_all(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("parked", "second_capture")]


async def test_webhook_callback_and_reconciler_at_once_capture_once(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payment = await ordered(house, await person(house))
    provider.pay(payment.gateway_order_id)
    for _ in range(5):
        await deliver(client, provider.event(payment.gateway_order_id))
    items = await rows(house, "SELECT id FROM gateway_inbox")
    webhooks = [process_gateway_event(house, str(item.id)) for item in items * 3]
    await asyncio.gather(*webhooks, *(ask_again(house) for _ in range(5)))
    assert await balance(house, ledger.escrow(SUBJECT)) == 100
    assert len(await rows(house, "SELECT 1 FROM ledger_transactions")) == 1
    await books_are_right(house)


NEWS = st.lists(st.sampled_from(["failed", "authorized", "captured", "created"]), max_size=6)


@settings(max_examples=15)
@given(before=NEWS, after=NEWS, declined=st.booleans(), paid=st.booleans())
async def test_any_order_repetition_or_loss_of_events_ends_the_same(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    before: list[str],
    after: list[str],
    *,
    declined: bool,
    paid: bool,
) -> None:
    payment = await ordered(house, await person(house), subject=f"booking:{new_id()}")
    order_id = payment.gateway_order_id
    if declined:
        provider.decline(order_id)
    for status in before:
        await deliver(client, provider.event(order_id, status))
    await process_all(house)
    if paid:
        provider.pay(order_id)
    for status in after:
        await deliver(client, provider.event(order_id, status))
    await process_all(house)
    await ask_again(house)
    expected = "captured" if paid else "failed" if declined else "created"
    assert (await now(house, payment)).state == expected
    assert await balance(house, ledger.escrow(payment.subject)) == (100 if paid else 0)
    await books_are_right(house)
