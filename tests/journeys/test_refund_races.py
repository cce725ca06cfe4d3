"""Refunds that meet each other, releases, webhooks and operators: one legal outcome, to the last unit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from kalends import ledger, payments
from kalends.app import postgres
from kalends.core.checks import run_checks
from kalends.core.gateways import About, RefundStatus
from kalends.core.house import House, Ports
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from kalends.core.worker import drain
from kalends.payments.jobs import process_gateway_event, send_refund_to_gateway
from kalends.payments.repository import payments as records
from kalends.payments.service.webhook import receive_webhook
from tests.fixtures.gateways import FakeGateway
from tests.journeys.conftest import DatabaseLog
from tests.payments.money import SUBJECT, balance, captured, inr, now, person, rows
from tests.payments.refunding import (
    ORIGINAL,
    WALLET,
    as_it_is,
    history,
    key_of,
    one_refund,
    order,
    provider_and_books_agree,
    refunded,
    refunding,
)

CROWD = 50
REFUSALS = (ledger.InsufficientFunds, payments.RefundExceedsCapture)
RunJobs = Callable[[House], Awaitable[None]]


@pytest.fixture
def provider() -> FakeGateway:
    fake = FakeGateway()
    fake.refund_status = RefundStatus.processed
    return fake


@pytest.fixture
def house(house: House, provider: FakeGateway) -> House:
    return replace(refunding(house), ports=Ports({"sandbox": provider}, house.ports.mail))


async def at_once(*works: Awaitable[Any]) -> list[Any]:
    """Let all begin at the same moment; what one of them was refused is its result."""
    gate = asyncio.Barrier(len(works))

    async def begin(work: Awaitable[Any]) -> Any:
        await gate.wait()
        try:
            return await work
        except REFUSALS as refusal:
            return refusal

    return list(await asyncio.gather(*(begin(work) for work in works)))


def done(results: Sequence[Any]) -> list[Any]:
    return [result for result in results if not isinstance(result, Exception)]


async def release(house: House, payee: UUID) -> Any:
    async with open_unit(house) as unit:
        wish = payments.ReleaseOrder(SUBJECT, payee, inr(0), (), "release:1")
        return await payments.release_escrow(unit, wish)


@pytest.mark.parametrize("destination", [ORIGINAL, WALLET])
async def test_fifty_refunds_of_sixty_on_a_hundred_give_back_sixty(
    house: House,
    provider: FakeGateway,
    database_log: DatabaseLog,
    destination: payments.Destination,
) -> None:
    payer = await person(house)
    payment = await captured(house, provider, payer)
    wishes = [order(payer, 60, f"cancel:{n}", destination=destination) for n in range(CROWD)]
    results = await at_once(*(refunded(house, wish) for wish in wishes))
    await drain(house)
    assert len(done(results)) == 1
    assert (await now(house, payment)).refunded == inr(60)
    given = await balance(house, ledger.wallet(payer)) + 100 - provider.total()
    assert given == 60
    assert database_log.is_without_deadlocks()
    await provider_and_books_agree(house, provider)


async def test_one_key_fifty_times_is_one_refund(
    house: House, provider: FakeGateway, database_log: DatabaseLog
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    results = await at_once(*(refunded(house, order(payer, 60)) for _ in range(CROWD)))
    await drain(house)
    assert len({refund.id for [refund] in results}) == 1
    assert len(provider.refunds) == 1
    assert database_log.is_without_deadlocks()
    await provider_and_books_agree(house, provider)


async def test_a_refund_and_a_release_share_the_escrow_exactly(
    house: House, provider: FakeGateway, database_log: DatabaseLog
) -> None:
    for _ in range(5):
        payer, payee, subject = await person(house), new_id(), f"order:{new_id()}"
        await captured(house, provider, payer, subject=subject)
        wish = payments.ReleaseOrder(subject, payee, inr(0), (), f"release:{subject}")
        back = replace(order(payer, 60, f"cancel:{subject}"), subject=subject)
        await at_once(refunded(house, back), _released(house, wish))
        await drain(house)
        earned = await balance(house, ledger.provider_available(payee))
        assert earned in {40, 100}
        assert await balance(house, ledger.escrow(subject)) == 0
    assert database_log.is_without_deadlocks()
    await provider_and_books_agree(house, provider)


async def _released(house: House, wish: payments.ReleaseOrder) -> Any:
    async with open_unit(house) as unit:
        return await payments.release_escrow(unit, wish)


async def test_a_request_and_a_release_never_give_the_same_money_twice(
    house: House, provider: FakeGateway
) -> None:
    payer, payee = await person(house), new_id()
    await captured(house, provider, payer)
    asked = order(payer, 60, within_policy=False)
    await at_once(refunded(house, asked), release(house, payee))
    escrow = await balance(house, ledger.escrow(SUBJECT))
    earned = await balance(house, ledger.provider_available(payee))
    assert (escrow, earned) in {(60, 40), (0, 100)}
    await provider_and_books_agree(house, provider)


async def test_jobs_webhooks_and_the_reconciler_complete_a_refund_once(
    house: House, provider: FakeGateway, database_log: DatabaseLog
) -> None:
    provider.refund_status = RefundStatus.pending
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    await send_refund_to_gateway(house, str(made.id))
    sent = provider.end_refund(key_of(made), RefundStatus.processed)
    for _ in range(5):
        event = provider.news(About.refund, sent.refund_id, "processed", payment_id=sent.payment_id)
        await receive_webhook(house, "sandbox", *event)
    items = [row.id for row in await rows(house, "SELECT id FROM gateway_inbox")]
    await at_once(
        *(process_gateway_event(house, str(item)) for item in items * 4),
        *(send_refund_to_gateway(house, str(made.id)) for _ in range(10)),
        *(payments.reconcile(house) for _ in range(5)),
    )
    assert await history(house, made) == ["request", "approve", "process", "complete"]
    assert (await as_it_is(house, made)).state == "completed"
    assert database_log.is_without_deadlocks()
    await provider_and_books_agree(house, provider)


async def test_the_first_send_twenty_times_at_once_is_one_refund_at_the_gateway(
    house: House, provider: FakeGateway
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    await at_once(*(send_refund_to_gateway(house, str(made.id)) for _ in range(20)))
    assert list(provider.refunds) == [key_of(made)]
    assert (await as_it_is(house, made)).attempt == 1
    await provider_and_books_agree(house, provider)


async def test_late_failures_and_retries_at_once_never_pay_twice(
    house: House, provider: FakeGateway, pass_time: Callable[..., Awaitable[None]]
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    await send_refund_to_gateway(house, str(made.id))
    failed = provider.end_refund(key_of(made), RefundStatus.failed)
    for _ in range(3):
        event = provider.news(
            About.refund, failed.refund_id, "failed", payment_id=failed.payment_id
        )
        await receive_webhook(house, "sandbox", *event)
    items = [row.id for row in await rows(house, "SELECT id FROM gateway_inbox")]
    await at_once(*(process_gateway_event(house, str(item)) for item in items * 5))
    assert await balance(house, ledger.gateway("sandbox")) == 100
    await pass_time(minutes=11, run=False)
    await at_once(*(payments.ask_open_refunds(house) for _ in range(10)))
    assert list(provider.refunds) == [key_of(made), key_of(made, 2)]
    assert (await as_it_is(house, made)).state == "completed"
    assert provider.total() == 40
    await provider_and_books_agree(house, provider)


async def test_the_control_without_lock_and_constraint_gives_back_too_much(
    house: House, provider: FakeGateway, cluster: postgres.Cluster, database: str
) -> None:
    """What the first race would find if a refund only looked before it took."""
    payer = await person(house)
    payment = await captured(house, provider, payer)
    with psycopg.connect(cluster.dsn(database, "kalends"), autocommit=True) as owner:
        owner.execute("ALTER TABLE payments DROP CONSTRAINT ck_payments_returned_within_amount")
    looked = asyncio.Barrier(10)

    async def look_then_take() -> None:
        async with open_unit(house) as unit:
            [row] = await records.of_subject(unit, SUBJECT)
            await looked.wait()
            if row.refunded + 60 <= row.amount:
                await records.add_refunded(unit, row.id, 60)

    await asyncio.gather(*(look_then_take() for _ in range(10)))
    assert (await now(house, payment)).refunded == inr(600)
    async with open_unit(house, read_only=True) as unit:
        assert {"B5", "B6"} <= set(await run_checks(unit, money_only=True))
