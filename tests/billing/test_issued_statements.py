"""Monthly statements: a draft while the month lasts, one numbered document for ever after it."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from pypdf import PdfReader

from kalends import billing, ledger
from kalends.app import postgres
from kalends.app.asgi import serve
from kalends.billing import StatementContent
from kalends.billing.errors import TotalsDiffer
from kalends.billing.jobs import issue_statements_of_last_month
from kalends.billing.rules.statements import check, month_before, running
from kalends.billing.types import Movement
from kalends.core.checks import run_checks
from kalends.core.clock import advance
from kalends.core.gateways import PayoutStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments.service.monthly_books import MOST_LINES
from tests.billing.paperwork import PROVIDER, inr
from tests.fixtures.deals import scalar
from tests.fixtures.gateways import FakeGateway, with_gateway
from tests.fixtures.people import manager_of
from tests.fixtures.places import a_venue
from tests.payments.payout_words import API, Seller, claw_back, earn, paid_seller

ZONE = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def there(house: House) -> tuple[House, FakeGateway]:
    return with_gateway(house)


@pytest.fixture
async def seller(there: tuple[House, FakeGateway], client: httpx.AsyncClient) -> Seller:
    """One who earned 900.00 and is still waiting for 300.00 of it."""
    serve(client._transport.app, there[0])
    made = await paid_seller(there[0], client, there[1], 90_000)
    await made.asked(30_000)
    return made


async def to_next_month(house: House, day: int = 1) -> str:
    """Go to a day of the next month, early in the morning; return the month that is over."""
    async with open_unit(house) as unit:
        now = unit.now.astimezone(ZONE)
        first = (now.replace(day=1) + timedelta(days=32)).replace(day=day)
        begins = first.replace(hour=0, minute=30, second=0)
        await advance(unit.session, int((begins - now).total_seconds()))
    return now.strftime("%Y-%m")


async def read(seller: Seller, path: str) -> httpx.Response:
    answer = await seller.client.get(f"{API}/statements{path}", headers=seller.owner)
    assert answer.status_code == 200, answer.text
    return answer


def words(answer: httpx.Response) -> str:
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def wrong(house: House) -> dict[str, Any]:
    async with open_unit(house, read_only=True) as unit:
        return await run_checks(unit)


@pytest.mark.req("I-040")
async def test_a_months_statement_is_issued_once_when_it_is_over_and_sent_to_who_runs_the_provider(
    seller: Seller, there: tuple[House, FakeGateway], run_jobs: Any
) -> None:
    house, gateway = there
    await issue_statements_of_last_month(house)
    assert (await read(seller, "")).json()["items"] == []
    month = await to_next_month(house)
    draft = (await read(seller, f"/{month}")).json()
    assert draft["document"] is None
    paper = await read(seller, f"/{month}/statement.pdf")
    assert "Draft of a statement" in words(paper)
    for _ in range(2):
        await issue_statements_of_last_month(house)
    [issued] = (await read(seller, "")).json()["items"]
    assert issued["number"].endswith("-000001")
    assert issued["total"] == {"amount": 90_000, "currency": "INR"}
    assert (await read(seller, f"/{month}")).json()["document"] == issued
    gateway.payout_status = PayoutStatus.processed
    await earn(house, gateway, seller.id, 20_000)
    await seller.sent(10_000)
    await claw_back(house, seller.id, 150_000)
    assert await printed(seller, month, issued["number"]) == ("INR 0.00", "INR 900.00")
    document = await seller.client.get(f"{API}/documents/{issued['id']}", headers=seller.owner)
    assert [line["amount"]["amount"] for line in document.json()["lines"]] == [90_000]
    again = await to_next_month(house)
    await issue_statements_of_last_month(house)
    owes = (await read(seller, f"/{again}")).json()["document"]
    assert (owes["number"][-6:], owes["total"]["amount"]) == ("000002", -50_000)
    assert await printed(seller, again, owes["number"]) == ("INR 900.00", "-INR 500.00")
    await _every_day_is_of(seller, again)
    await to_next_month(house)
    await issue_statements_of_last_month(house)
    assert len((await read(seller, "")).json()["items"]) == 2
    await run_jobs(house)
    assert await letters_to(seller) == [
        (f"Your statement for {month}", [f"statement-{issued['number']}.pdf"]),
        (f"Your statement for {again}", [f"statement-{owes['number']}.pdf"]),
    ]
    assert await wrong(house) == {}


async def _every_day_is_of(seller: Seller, month: str) -> None:
    """Half past midnight in India is the day before in UTC."""
    days = re.findall(r"\d{4}-\d\d-\d\d", words(await read(seller, f"/{month}/statement.pdf")))
    assert f"{month}-01" in days[2:]
    assert {day[:7] for day in days} == {month}


async def printed(seller: Seller, month: str, number: str) -> tuple[str, ...]:
    """The balances before and after on the PDF of that number."""
    text = words(await read(seller, f"/{month}/statement.pdf"))
    assert f"Statement {number}" in text
    found = [re.search(rf"{name} balance (-?INR [\d.,]+)", text) for name in ("Opening", "Closing")]
    return tuple(one[1] for one in found if one)


async def letters_to(seller: Seller) -> list[tuple[str, list[str]]]:
    """Subjects and attachments of the statements that were sent to the owner, oldest first."""
    me = await seller.client.get(f"{API}/auth/me", headers=seller.owner)
    sent = await seller.client.get("/dev/messages", params={"to": me.json()["email"]})
    found = [x for x in sent.json()["items"] if x["subject"].startswith("Your statement")]
    return [(x["subject"], [a["filename"] for a in x["attachments"]]) for x in found[::-1]]


async def test_a_statement_is_issued_once_however_many_ask_and_shown_to_nobody_else(
    seller: Seller, there: tuple[House, FakeGateway]
) -> None:
    house, gateway = there
    other = await paid_seller(house, seller.client, gateway, 5_000)
    month = await to_next_month(house)
    rounds = await asyncio.gather(*(billing.issue_statements(house) for _ in range(4)))
    assert sum(one.refused for one in rounds) == 0
    assert await scalar(house, "SELECT count(*) FROM documents WHERE kind = 'statement'") == 2
    assert (
        await scalar(house, "SELECT last_number FROM document_series WHERE kind = 'statement'") == 2
    )
    stranger = await manager_of(house, seller.client, (await a_venue(house)).provider_id)
    named = {"provider_id": str(seller.id)}
    [mine] = (await read(seller, "")).json()["items"]
    for path in (f"{month}", f"{month}/statement.pdf"):
        for who, status in ((stranger, 404), (other.owner, 404), (seller.operator, 200)):
            url = f"{API}/statements/{path}"
            answer = await seller.client.get(url, params=named, headers=who)
            assert answer.status_code == status, path
    url = f"{API}/documents/{mine['id']}"
    assert (await seller.client.get(url, headers=other.owner)).status_code == 404


async def test_a_long_month_is_told_by_days_and_still_adds_up(
    seller: Seller, there: tuple[House, FakeGateway]
) -> None:
    house = there[0]
    gift = ledger.promotions(), ledger.provider_available(seller.id)
    async with open_unit(house) as unit:
        for number in range(MOST_LINES):
            await ledger.move(unit, ledger.Move(f"tip:{number}", "tip", *gift, inr(1)))
    month = await to_next_month(house)
    async with open_unit(house) as unit:
        issued = await billing.issue_statement(unit, seller.id, month)
    told = [(x["description"], x["amount"]) for x in issued.content["lines"]]
    assert sorted(told) == [("Earned", 90_000), (f"Tip ({MOST_LINES} times)", MOST_LINES)]
    assert issued.total == inr(90_000 + MOST_LINES)
    assert await wrong(house) == {}


async def test_before_its_end_a_month_has_no_statement(
    seller: Seller, there: tuple[House, FakeGateway]
) -> None:
    async with open_unit(there[0]) as unit:
        month = unit.now.astimezone(ZONE).strftime("%Y-%m")
        with pytest.raises(ValueError, match="not over"):
            await billing.issue_statement(unit, seller.id, month)


async def test_the_checks_see_a_statement_that_is_not_the_journals(
    seller: Seller, there: tuple[House, FakeGateway], cluster: postgres.Cluster, database: str
) -> None:
    house = there[0]
    await to_next_month(house)
    await issue_statements_of_last_month(house)
    assert await wrong(house) == {}
    with psycopg.connect(cluster.dsn(database, "postgres"), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE documents SET total = total + 1 WHERE kind = 'statement'")
    assert (await wrong(house)).keys() == {"B20.statements"}


def test_balances_and_movements_must_fit() -> None:
    moved = [Movement(datetime(2026, 11, 5, tzinfo=UTC), "release", None, 1, inr(90))]
    lines = tuple(running(inr(10), moved))
    days = date(2026, 11, 1), date(2026, 11, 30)
    check(StatementContent(PROVIDER, *days, inr(10), inr(100), lines))
    with pytest.raises(TotalsDiffer):
        check(StatementContent(PROVIDER, *days, inr(10), inr(101), lines))


@pytest.mark.parametrize(
    ("now", "zone", "month"),
    [
        (datetime(2026, 11, 30, 18, 29, tzinfo=UTC), "Asia/Kolkata", None),
        (datetime(2026, 11, 30, 18, 30, tzinfo=UTC), "Asia/Kolkata", "2026-11"),
        (datetime(2027, 1, 7, 12, 0, tzinfo=UTC), "Africa/Lagos", "2026-12"),
        (datetime(2027, 1, 8, 12, 0, tzinfo=UTC), "Africa/Lagos", None),
    ],
)
def test_a_month_ends_in_the_marketplaces_zone_and_is_issued_within_a_week(
    now: datetime, zone: str, month: str | None
) -> None:
    assert month_before(now, zone) == month
