"""What gateways tell us: signed, stored, handled once; nothing leads back from captured."""

import httpx
import pytest

from kalends import ledger
from kalends.core.gateways import GatewayError
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.payments.jobs import process_gateway_event
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    INBOX,
    SUBJECT,
    Run,
    balance,
    books_are_right,
    captured,
    deliver,
    now,
    ordered,
    person,
    process_all,
    rows,
    waiting_jobs,
)


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
