"""What a month began with is written down once; reports begin there and not at the journal's beginning."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kalends import ledger
from kalends.core.checks import run_checks
from kalends.core.clock import advance
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from kalends.payments.jobs import close_months_of_journal
from kalends.payments.repository import month_report
from kalends.payments.rules.periods import month_of, months_to
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import books_are_right, captured, inr, person, rows
from tests.payments.payout_words import API, Seller, earn, paid_seller

ZONE = "Asia/Kolkata"
OLD = 400  # transactions of the months before
CLOSED = "SELECT DISTINCT at FROM ledger_closings ORDER BY at"


async def days_pass(house: House, days: int) -> None:
    async with open_unit(house) as unit:
        await advance(unit.session, days * 24 * 3600)


async def month_now(house: House) -> str:
    async with open_unit(house, read_only=True) as unit:
        return next(iter(months_to(unit.now.date(), 1)))


async def busy_months(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Seller:
    """Money in two months before this one, and some in this one."""
    seller = await paid_seller(house, client, provider, 90_000)
    for _ in range(2):
        await days_pass(house, 31)
        await captured(house, provider, await person(house), 40_000, subject=f"order:{new_id()}")
        await earn(house, provider, seller.id, 20_000, commission=2_000)
    await days_pass(house, 3)
    return seller


async def told(seller: Seller, house: House) -> list[Any]:
    """Everything that reports say of this month, of the one before and of that before."""
    said = []
    for month in list(months_to(datetime.fromisoformat(f"{await month_now(house)}-15").date(), 3)):
        for path, who in (
            ("admin/settlements/report", seller.operator),
            (f"statements/{month}", seller.owner),
        ):
            query = {"month": month} if path.startswith("admin") else {}
            answer = await seller.client.get(f"{API}/{path}", params=query, headers=who)
            assert answer.status_code == 200, answer.text
            said.append(answer.json())
        days = {"from": f"{month}-02", "to": f"{month}-20"}
        path = f"{API}/admin/reports/settlement"
        answer = await seller.client.get(path, params=days, headers=seller.operator)
        assert answer.status_code == 200, answer.text
        said.append(answer.json())
    return said


async def test_reports_say_the_same_before_and_after_months_are_closed(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    seller = await busy_months(house, client, provider)
    before = await told(seller, house)
    for _ in range(2):
        await close_months_of_journal(house)
    assert len(await rows(house, CLOSED)) >= 2
    assert await told(seller, house) == before
    await earn(house, provider, seller.id, 5_000)
    assert await told(seller, house) != before
    await books_are_right(house)


async def test_a_closing_is_what_reports_begin_with_and_a_wrong_one_is_found(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    await busy_months(house, client, provider)
    since = month_of(await month_now(house), ZONE)[0]
    await close_months_of_journal(house)
    wrong = "INSERT INTO ledger_closings VALUES (:at, 'gateway', 'elsewhere', 'INR', 7)"
    async with open_unit(house) as unit:
        await unit.session.execute(text(wrong), {"at": since})
        found = {one.owner: one.amount for one in await month_report.before(unit, since)}
        assert found["elsewhere"] == 7
        assert set(await run_checks(unit, money_only=True)) == {"B3.closings"}
        await unit.session.rollback()
    with pytest.raises(DBAPIError, match="permission denied"):
        async with open_unit(house) as unit:
            await unit.session.execute(text("UPDATE ledger_closings SET amount = amount + 1"))


async def test_a_month_is_closed_a_day_after_it_ended_and_not_before(house: House) -> None:
    async with open_unit(house) as unit:
        begun = unit.now
        assert not await ledger.close_books(unit, begun)
        assert not await ledger.close_books(unit, begun - ledger.STILL_OPEN / 2)
        assert await ledger.close_books(unit, begun - ledger.STILL_OPEN)


async def test_the_opening_of_a_month_reads_no_more_when_the_history_is_longer(
    house: House,
) -> None:
    await _posted(house, OLD)
    await days_pass(house, 62)
    since = month_of(await month_now(house), ZONE)[0]
    assert await _read(house, since) >= OLD
    await days_pass(house, 2)
    await close_months_of_journal(house)
    assert await _read(house, since) == 0


async def _posted(house: House, times: int) -> None:
    async with open_unit(house) as unit:
        for number in range(times):
            ways = ledger.gateway("sandbox"), ledger.commission()
            await ledger.move(unit, ledger.Move(f"old:{number}", "capture", *ways, inr(100)))


async def _read(house: House, since: datetime) -> int:
    """How many of the journal's transactions the opening of a month looks at."""
    values = {"since": since, "day": since.date(), "currency": "INR"}
    async with open_unit(house, read_only=True) as unit:
        plan = f"EXPLAIN (ANALYZE, FORMAT JSON) {month_report.BEFORE.text}"
        found = (await unit.session.execute(text(plan), values)).scalar_one()
    return sum(_of_journal(found[0]["Plan"]))


def _of_journal(node: dict[str, Any]) -> list[int]:
    mine = []
    if node.get("Relation Name") == "ledger_transactions":
        mine = [round(node["Actual Rows"] * node["Actual Loops"])]
    return mine + [n for child in node.get("Plans", []) for n in _of_journal(child)]
