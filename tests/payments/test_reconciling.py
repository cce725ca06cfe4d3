"""Webhooks lost, late, repeated or out of order, and the asking that makes up for them."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends import ledger, payments
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from kalends.payments.jobs import process_gateway_event, reconcile_with_gateways
from kalends.payments.service.apply import apply
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    INBOX,
    SUBJECT,
    ask_again,
    balance,
    books_are_right,
    deliver,
    now,
    ordered,
    person,
    process_all,
    rows,
)

NEWS = st.lists(st.sampled_from(["failed", "authorized", "captured", "created"]), max_size=6)


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
