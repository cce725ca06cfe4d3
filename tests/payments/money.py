"""Words for the tests of payments."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from kalends import ledger, payments
from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import open_unit
from kalends.identity import NewPerson, register_person
from kalends.payments.jobs import process_gateway_event
from tests.fixtures.gateways import FakeGateway

INBOX = "SELECT mark, reason FROM gateway_inbox ORDER BY id"
Run = Callable[[House], Awaitable[None]]
SUBJECT = "order:0193a1b2-0000-7000-8000-000000000001"


def inr(amount: int) -> Money:
    return Money(amount, "INR")


async def person(house: House) -> UUID:
    async with open_unit(house) as unit:
        new = NewPerson(f"{new_id()}@example.com", "no password", "Asha", None)
        return (await register_person(unit, new)).id


def request(payer: UUID, amount: int = 100, **changes: Any) -> payments.PaymentRequest:
    facts = {"subject": SUBJECT, "purpose": "full", "gateway": "sandbox"}
    return payments.PaymentRequest(payer_id=payer, amount=inr(amount), **(facts | changes))


async def ordered(
    house: House, payer: UUID, amount: int = 100, **changes: Any
) -> payments.PaymentFacts:
    """A payment whose order the provider knows."""
    async with open_unit(house) as unit:
        payment = await payments.request_payment(unit, request(payer, amount, **changes))
    return await payments.place_order(house, payment.id)


async def captured(
    house: House, provider: FakeGateway, payer: UUID, amount: int = 100, **changes: Any
) -> payments.PaymentFacts:
    """A payment that was paid and noticed."""
    payment = await ordered(house, payer, amount, **changes)
    provider.pay(payment.gateway_order_id)
    await ask_again(house)
    return await now(house, payment)


async def ask_again(house: House) -> payments.Reconciled:
    """Reconcile as if every open payment had been open too long."""
    async with open_unit(house) as unit:
        minutes = house.profile.payments.open_payment_minutes
        later = text("UPDATE payments SET created_at = created_at - make_interval(mins => :m)")
        await unit.session.execute(later, {"m": minutes})
    return await payments.reconcile(house)


async def now(house: House, payment: payments.PaymentFacts) -> payments.PaymentFacts:
    async with open_unit(house, read_only=True) as unit:
        found = await payments.payments_of(unit, payment.subject)
    return next(one for one in found if one.id == payment.id)


async def fund(house: House, user: UUID, amount: int) -> None:
    async with open_unit(house) as unit:
        order = ledger.Move(
            key=f"gift:{new_id()}",
            kind="adjustment",
            debit=ledger.promotions(),
            credit=ledger.wallet(user),
            amount=inr(amount),
        )
        await ledger.move(unit, order)


async def balance(house: House, account: ledger.Account) -> int:
    async with open_unit(house, read_only=True) as unit:
        return (await ledger.balance(unit, account)).amount


async def books_are_right(house: House) -> None:
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit, money_only=True) == {}


async def rows(house: House, query: str, **values: Any) -> list[Any]:
    async with open_unit(house, read_only=True) as unit:
        return list((await unit.session.execute(text(query), values)).all())


async def deliver(
    client: httpx.AsyncClient, event: tuple[bytes, dict[str, str]], gateway: str = ""
) -> httpx.Response:
    """Send a webhook as the provider would."""
    body, headers = event
    path = "/api/v2/payments/webhook" + (f"/{gateway}" if gateway else "")
    return await client.post(path, content=body, headers=headers)


async def waiting_jobs(house: House, name: str) -> int:
    query = (
        "SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = :name AND status = 'todo'"
    )
    return (await rows(house, query, name=name))[0].n


async def process_all(house: House) -> None:
    """Handle what was received, as the worker would, without its own waiting."""
    for item in await rows(house, "SELECT id FROM gateway_inbox WHERE mark = 'received'"):
        await process_gateway_event(house, str(item.id))
