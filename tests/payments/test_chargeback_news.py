"""News of card disputes: in any order, twice, lost, of others; the end is the same, the money too."""

import asyncio
import itertools
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from kalends import payments
from kalends.core.gateways import DisputeStatus, MovementKind
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.unit import open_unit
from kalends.payments.jobs import process_gateway_event
from kalends.payments.repository import payments as stored
from kalends.payments.service.chargeback_apply import apply_dispute
from tests.fixtures.gateways import FakeGateway
from tests.payments.disputing import LOST, OPEN, WON, Sale, a_sale
from tests.payments.money import INBOX, Run, ordered, person, process_all, rows
from tests.payments.statements import next_day, teller

# What a gateway says of one dispute; in which order it arrives is nobody's promise.
SAID = ("created", "funds_withdrawn", "decided", "closed")
EVERY_ORDER = tuple(itertools.permutations(SAID))


@pytest.fixture
async def sale(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Sale:
    return await a_sale(house, client, provider)


@pytest.mark.parametrize("end", [WON, LOST])
async def test_every_order_of_every_event_ends_the_same(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, end: DisputeStatus
) -> None:
    """Twice each; the network's own view changes while they are under way."""
    kept = {WON: 0, LOST: 100}[end]
    for number, said in enumerate(EVERY_ORDER):
        sale = await a_sale(house, client, provider)
        views = [(OPEN, 0), (OPEN, 100), (end, 100), (end, kept)]
        sale.says(OPEN)
        for place, what in enumerate((*said, *said)):
            if place >= number % 4 and views:
                sale.says(*views.pop(0))
            await sale.tell(what)
            if number % 2:
                await process_all(house)
        for view in views:
            sale.says(*view)
        await process_all(house)
        await sale.tell("closed")
        await process_all(house)
        assert await sale.escrow() == 100 - kept, said
        assert (await sale.paid()).state == ("charged_back" if kept else "captured")
    states = {row.state for row in await rows(house, "SELECT DISTINCT state FROM chargebacks")}
    assert states == {end.value}
    assert {tuple(row) for row in await rows(house, INBOX)} == {("processed", None)}
    await sale.agrees()


async def test_a_dispute_that_is_over_before_we_hear_of_it(sale: Sale) -> None:
    await sale.hear(LOST, 100)
    assert (await sale.history(), await sale.escrow()) == (["open", "lose"], 0)
    await sale.hear(LOST, 100)
    assert await sale.history() == ["open", "lose"]
    await sale.agrees()


async def test_an_older_view_that_comes_late_changes_nothing(
    house: House, provider: FakeGateway, sale: Sale
) -> None:
    older = [sale.says(OPEN), sale.says(OPEN, 100)]
    await sale.hear(WON)
    for view in reversed(older):
        async with open_unit(house) as unit:
            payment = await stored.by_id(unit, sale.payment.id)
            verdict = await apply_dispute(unit, payment, view)
        assert (verdict.step, verdict.reason) == (None, None)
    assert (await sale.state(), await sale.escrow()) == ("won", 100)
    await sale.agrees()


async def test_the_same_news_from_everywhere_at_once_takes_the_money_once(
    house: House, sale: Sale
) -> None:
    sale.says(OPEN, 100)
    for _ in range(5):
        await sale.tell()
    items = await rows(house, "SELECT id FROM gateway_inbox")
    again = [process_gateway_event(house, str(item.id)) for item in items * 3]
    await asyncio.gather(*again, *(payments.ask_open_disputes(house) for _ in range(3)))
    assert await rows(house, "SELECT moves, taken FROM chargebacks") == [(1, 100)]
    await sale.agrees()


async def test_when_all_webhooks_are_lost_asking_finds_the_end(house: House, sale: Sale) -> None:
    await sale.hear(OPEN, 100)
    sale.says(WON)
    await _long_ago(house)
    assert (await payments.ask_open_disputes(house)).changed == 1
    assert (await sale.state(), await sale.escrow()) == ("won", 100)
    assert (await payments.ask_open_disputes(house)).asked == 0
    await sale.agrees()


async def test_a_dispute_that_only_the_statement_tells_of_is_asked_about(
    house: House, provider: FakeGateway, sale: Sale
) -> None:
    told = await teller(house, provider)
    seen = sale.says(OPEN, 100)
    told.tell_everything()
    told.tell(MovementKind.dispute, seen.dispute_id, -100, fee=15)
    await next_day(house)
    assert (await payments.read_statements(house)).open == 1
    assert (await payments.ask_open_disputes(house)).asked == 1
    assert (await sale.state(), await sale.escrow()) == ("open", 0)
    assert (await payments.read_statements(house)).open == 0
    fees = "SELECT sum(amount)::int AS fees FROM ledger_lines WHERE account = 'gateway_fees'"
    assert await rows(house, fees) == [(15,)], "the gateway's own fee is in its statement only"


async def test_a_foreign_dispute_on_a_statement_is_parked_and_not_asked_about_again(
    house: House, provider: FakeGateway, sale: Sale
) -> None:
    told = await teller(house, provider)
    foreign = replace(sale.says(OPEN, 100), payment_id="pay_nobodys", order_id=None)
    provider.disputes = {foreign.dispute_id: foreign}
    told.tell(MovementKind.dispute, foreign.dispute_id, -100)
    await next_day(house)
    await payments.read_statements(house)
    assert [(await payments.ask_open_disputes(house)).asked for _ in range(2)] == [1, 0]
    assert [tuple(row) for row in await rows(house, INBOX)] == [("parked", "unknown_payment")]


async def test_a_gateway_that_does_not_answer_is_asked_again(
    house: House, provider: FakeGateway, sale: Sale, run_jobs: Run
) -> None:
    sale.says(OPEN, 100)
    await sale.tell()
    provider.down = True
    await run_jobs(house)
    assert await rows(house, INBOX) == [("received", None)]
    provider.down = False
    await process_all(house)
    assert await sale.escrow() == 0
    await sale.agrees()


async def test_news_that_comes_before_that_of_the_capture_waits_for_nothing(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payment = await ordered(house, await person(house))
    provider.pay(payment.gateway_order_id)
    sale = Sale(house, client, provider, payment, payment.payer_id)
    await sale.hear(OPEN, 100)
    assert ((await sale.paid()).state, await sale.escrow()) == ("charged_back", 0)
    await sale.agrees()


@pytest.mark.parametrize("foreign", ["payment", "currency"])
async def test_what_does_not_fit_is_parked_once_and_moves_nothing(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, sale: Sale, foreign: str
) -> None:
    if foreign == "payment":
        provider.pay(str(sale.payment.gateway_order_id), payment_id="pay_of_somebody_else")
        sale.says(OPEN, 100)
    else:
        sale.says(OPEN, 100, amount=Money(100, "USD"))
    for _ in range(2):
        await sale.tell()
        await process_all(house)
    reason = {"payment": "unknown_payment", "currency": "currency_mismatch"}[foreign]
    marks = [tuple(row) for row in await rows(house, INBOX)]
    assert marks == [("parked", reason), ("ignored", f"already parked: {reason}")]
    assert await sale.escrow() == 100
    assert await rows(house, "SELECT * FROM chargebacks") == []


async def test_a_contradiction_is_shown_and_not_followed(house: House, sale: Sale) -> None:
    await sale.hear(WON)
    await sale.hear(LOST, 100)
    assert [tuple(row) for row in await rows(house, INBOX)] == [
        ("processed", None),
        ("parked", "dispute_contradiction"),
    ]
    assert await sale.escrow() == 100


async def _long_ago(house: House) -> None:
    async with open_unit(house) as unit:
        later = "UPDATE chargebacks SET asked_at = asked_at - interval '1 hour'"
        await unit.session.execute(text(later))
