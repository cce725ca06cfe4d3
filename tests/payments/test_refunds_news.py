"""Webhooks about refunds: in any order, repeated, lost, of others; the end is the same, the money too."""

import asyncio
import itertools

import httpx
import pytest
from sqlalchemy import text

from kalends import ledger, payments
from kalends.core.gateways import GatewayRefund, RefundStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments.jobs import process_gateway_event
from kalends.payments.service.refund_apply import apply_refund
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    INBOX,
    Run,
    ask_again,
    balance,
    captured,
    deliver,
    inr,
    now,
    person,
    process_all,
    rows,
)
from tests.payments.refunding import (
    as_it_is,
    history,
    key_of,
    news,
    one_refund,
    provider_and_books_agree,
    refunding,
    send,
    tell,
)

# What a gateway says of one refund while it is made: four events, delivered in whatever order.
SAID = ("created", "processed", "failed", "speed_changed")
_LONG_AGO = text("UPDATE refunds SET state_since = state_since - interval '1 day'")
EVERY_ORDER = tuple(itertools.permutations(SAID))


@pytest.fixture
def house(house: House) -> House:
    return refunding(house)


@pytest.fixture
async def sent(house: House, provider: FakeGateway) -> payments.RefundFacts:
    """A refund of 60 that waits at its bank."""
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    await send(house, made)
    return await as_it_is(house, made)


async def test_the_banks_word_completes_a_refund(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    sent: payments.RefundFacts,
    run_jobs: Run,
) -> None:
    provider.end_refund(key_of(sent), RefundStatus.processed)
    await tell(client, news(provider, key_of(sent), "processed"))
    await run_jobs(house)
    assert (await as_it_is(house, sent)).state == "completed"
    assert [tuple(row) for row in await rows(house, INBOX)] == [("processed", None)]
    await provider_and_books_agree(house, provider)


@pytest.mark.parametrize("end", ["processed", "failed"])
async def test_every_order_of_every_event_ends_the_same(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, end: str
) -> None:
    """Twice each; the provider's own record changes while they are under way."""
    expected = {"processed": ("completed", 0), "failed": ("failed", 60)}[end]
    payer = await person(house)
    for number, said in enumerate(EVERY_ORDER):
        await captured(house, provider, payer, 60, purpose=f"part{number}")
        made = await one_refund(house, payer, 60, key=f"cancel:{number}")
        await send(house, made)
        for place, status in enumerate((*said, *said)):
            if place == number % len(said):
                provider.end_refund(key_of(made), RefundStatus.processed)
            if place == number % len(said) + 3 and end == "failed":
                provider.end_refund(key_of(made), RefundStatus.failed)
            await tell(client, news(provider, key_of(made), status))
            if number % 2:
                await process_all(house)
        await process_all(house)
        waiting = await balance(house, ledger.refunds_payable(made.id))
        assert ((await as_it_is(house, made)).state, waiting) == expected, said
    marks = {tuple(row) for row in await rows(house, INBOX)}
    assert marks == {("processed", None)}
    await provider_and_books_agree(house, provider)


async def test_the_same_word_from_everywhere_at_once_is_heard_once(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, sent: payments.RefundFacts
) -> None:
    provider.end_refund(key_of(sent), RefundStatus.processed)
    for _ in range(5):
        await tell(client, news(provider, key_of(sent), "processed"))
    items = await rows(house, "SELECT id FROM gateway_inbox")
    webhooks = [process_gateway_event(house, str(item.id)) for item in items * 3]
    await asyncio.gather(*webhooks, *(send(house, sent) for _ in range(5)))
    assert await history(house, sent) == ["request", "approve", "process", "complete"]
    await provider_and_books_agree(house, provider)


async def test_a_word_that_comes_before_the_answer_is_understood_by_its_key(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    provider.lost, provider.refund_status = True, RefundStatus.processed
    with pytest.raises(Exception, match="lost"):
        await send(house, made)
    await tell(client, news(provider, key_of(made), "processed"))
    await process_all(house)
    assert (await as_it_is(house, made)).state == "completed"
    await provider_and_books_agree(house, provider)


async def test_a_word_about_nobody_knows_what_is_taken_up_when_the_answer_comes(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, run_jobs: Run
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    provider.lost, provider.refund_status = True, RefundStatus.processed
    with pytest.raises(Exception, match="lost"):
        await send(house, made)
    await tell(client, news(provider, key_of(made), "processed", payment_id=None))
    await process_all(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("parked", "foreign_refund")]
    provider.lost = False
    await send(house, made)
    await run_jobs(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("processed", None)]
    assert (await as_it_is(house, made)).state == "completed"


async def test_a_refund_from_the_gateways_own_console_is_parked_and_moves_nothing(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payment = await captured(house, provider, await person(house))
    made = await provider.refund(
        payment_id=f"pay_{payment.gateway_order_id}", amount=inr(30), key="typed-by-hand"
    )
    for payment_id in (made.payment_id, "pay_of_nobody", made.payment_id):
        await tell(client, news(provider, "typed-by-hand", "processed", payment_id=payment_id))
    await process_all(house)
    assert sorted(tuple(row) for row in await rows(house, INBOX)) == [
        ("ignored", "already parked: foreign_refund"),
        ("ignored", "already parked: foreign_refund"),
        ("parked", "foreign_refund"),
    ]
    assert (await now(house, payment)).refunded == inr(0)
    assert await balance(house, ledger.gateway("sandbox")) == 100
    await deliver(client, provider.event(payment.gateway_order_id))
    await process_all(house)
    reasons = {row.reason for row in await rows(house, INBOX) if row.mark == "parked"}
    assert reasons == {"foreign_refund", "refunded_at_gateway"}


async def test_our_own_refunds_are_no_surprise_at_the_payment(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    sent: payments.RefundFacts,
) -> None:
    order_id = next(iter(provider.orders))
    provider.end_refund(key_of(sent), RefundStatus.processed)
    await deliver(client, provider.event(order_id))
    await process_all(house)
    await ask_again(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("processed", None)]
    await one_refund(house, sent.user_id, 40, key="more", destination=payments.Destination.wallet)
    await provider.refund(payment_id=f"pay_{order_id}", amount=inr(40), key="typed-by-hand")
    await deliver(client, provider.event(order_id))
    await process_all(house)
    assert [row.reason for row in await rows(house, INBOX)] == [None, "refunded_at_gateway"], (
        "what went to the wallet was not asked of the gateway"
    )


async def test_a_refund_of_another_amount_or_payment_is_parked(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, sent: payments.RefundFacts
) -> None:
    before = provider.refunds[key_of(sent)]
    odd = GatewayRefund(
        before.refund_id, before.payment_id, RefundStatus.processed, inr(61), before.key
    )
    provider.refunds[key_of(sent)] = odd
    await tell(client, news(provider, key_of(sent), "processed"))
    await process_all(house)
    await send(house, sent)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("parked", "refund_mismatch")]
    assert (await as_it_is(house, sent)).state == "processing"


async def test_what_asking_finds_out_is_parked_once(
    house: House, provider: FakeGateway, sent: payments.RefundFacts
) -> None:
    before = provider.refunds[key_of(sent)]
    provider.refunds[key_of(sent)] = GatewayRefund(
        before.refund_id, before.payment_id, RefundStatus.processed, inr(61), before.key
    )
    for _ in range(3):
        await send(house, sent)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("parked", "refund_mismatch")]


async def test_an_earlier_attempt_that_turns_out_paid_is_shown_and_not_booked(
    house: House, provider: FakeGateway, sent: payments.RefundFacts
) -> None:
    first = provider.refunds[key_of(sent)]
    provider.end_refund(key_of(sent), RefundStatus.failed)
    await send(house, sent)
    async with open_unit(house) as unit:
        await unit.session.execute(_LONG_AGO)
    await send(house, sent)
    again = await as_it_is(house, sent)
    assert (again.state, again.attempt) == ("processing", 2)
    paid = GatewayRefund(
        first.refund_id, first.payment_id, RefundStatus.processed, inr(60), first.key
    )
    async with open_unit(house) as unit:
        assert (await apply_refund(unit, sent.id, paid)).reason == "second_refund"
    assert (await as_it_is(house, sent)).gateway_refund_id == again.gateway_refund_id


async def test_an_event_about_no_refund_is_ignored(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    await tell(client, provider.event(None, "created", about="refund"))
    await process_all(house)
    assert [tuple(row) for row in await rows(house, INBOX)] == [("ignored", "not about a refund")]
