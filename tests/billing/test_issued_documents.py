"""Documents: numbered without a gap, equal to the journal, and never changed."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest

from kalends.app import postgres
from kalends.billing import DocumentFacts, DocumentKind, DocumentLine, DocumentOrder, TaxPart, issue
from kalends.billing.errors import TotalsDiffer
from kalends.core.checks import run_checks
from kalends.core.clock import advance
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.billing.paperwork import CUSTOMER, PROVIDER, Sale, a_sale, inr
from tests.fixtures.deals import marketplace_time, scalar


async def issued(house: House, order: DocumentOrder) -> DocumentFacts:
    async with open_unit(house) as unit:
        return await issue(unit, order)


async def found_wrong(house: House) -> dict[str, object]:
    async with open_unit(house) as unit:
        found = await run_checks(unit)
    return {name: rows for name, rows in found.items() if name.startswith("B20")}


async def test_fifty_at_once_have_the_numbers_from_one_to_fifty(house: House) -> None:
    sales = [await a_sale(house) for _ in range(50)]
    documents = await asyncio.gather(*(issued(house, sale.order()) for sale in sales))
    assert sorted(int(d.number.split("-")[1]) for d in documents) == list(range(1, 51))
    assert await found_wrong(house) == {}


async def test_the_same_cause_at_once_is_one_document(house: House) -> None:
    sale = await a_sale(house)
    documents = await asyncio.gather(*(issued(house, sale.order()) for _ in range(10)))
    assert len({d.id for d in documents}) == 1
    assert await scalar(house, "SELECT last_number FROM document_series") == 1


class ChangedMind(Exception):
    """Somebody's; the unit is rolled back."""


async def issued_in_vain(house: House, order: DocumentOrder) -> None:
    async with open_unit(house) as unit:
        raise ChangedMind((await issue(unit, order)).number)


async def test_what_was_rolled_back_leaves_no_gap(house: House) -> None:
    sales = [await a_sale(house) for _ in range(3)]
    first = await issued(house, sales[0].order())
    with pytest.raises(ChangedMind, match="-000002"):
        await issued_in_vain(house, sales[1].order())
    again = await issued(house, sales[2].order())
    assert [d.number.split("-")[1] for d in (first, again)] == ["000001", "000002"]
    assert await found_wrong(house) == {}


async def test_every_issuer_and_every_kind_has_a_series_of_its_own(house: House) -> None:
    sale = await a_sale(house)
    mine = await issued(house, sale.order())
    receipt = await issued(house, sale.order(DocumentKind.receipt, cause=f"capture:{sale.id}"))
    other = await a_sale(house)
    theirs = await issued(house, other.order(issuer=CUSTOMER, recipient=PROVIDER))
    assert [d.number.split("-")[1] for d in (mine, receipt, theirs)] == ["000001"] * 3
    assert mine.number == theirs.number
    assert mine.number != receipt.number


async def test_numbers_begin_anew_in_the_financial_year_of_the_country(house: House) -> None:
    sales = [await a_sale(house) for _ in range(3)]
    now = (await marketplace_time(house)).astimezone(ZoneInfo("Asia/Kolkata"))
    year = now.year + (now.month >= 4)
    begins = datetime(year, 4, 1, tzinfo=ZoneInfo("Asia/Kolkata"))
    async with open_unit(house) as unit:
        await advance(unit.session, int((begins - now).total_seconds()) - 3600)
    old = await issued(house, sales[0].order())
    async with open_unit(house) as unit:
        await advance(unit.session, 3700)
    new = [await issued(house, sale.order()) for sale in sales[1:]]
    numbers = [d.number for d in (old, *new)]
    before, after = f"INVT{(year - 1) % 100:02d}-", f"INVT{year % 100:02d}-"
    assert numbers == [f"{before}000001", f"{after}000001", f"{after}000002"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": (DocumentLine("Courtyard Room", inr(99_999)),)},
        {"cause": "release:of-nothing"},
        {"kind": DocumentKind.receipt},
        {"kind": DocumentKind.commission_invoice},
        {"added": (TaxPart("GST", 1800, inr(1_801)),)},
        {"kind": DocumentKind.statement},
    ],
)
async def test_a_document_that_is_not_what_was_booked_is_not_issued(
    house: House, wrong: dict[str, object]
) -> None:
    sale = await a_sale(house)
    with pytest.raises(TotalsDiffer):
        await issued(house, sale.order(**wrong))
    assert await scalar(house, "SELECT count(*) FROM document_series") == 0


async def test_a_commission_invoice_is_the_commission_and_the_tax_on_it(house: House) -> None:
    sale = await a_sale(house)
    document = await issued(
        house,
        sale.order(
            DocumentKind.commission_invoice,
            lines=(DocumentLine("Commission", sale.commission),),
            added=(TaxPart("GST", 1800, sale.gst),),
        ),
    )
    assert (document.total, document.tax) == (sale.commission + sale.gst, sale.gst)
    assert await found_wrong(house) == {}


async def test_a_document_names_those_it_refers_to_and_stays_as_it_was(house: House) -> None:
    sale = await a_sale(house)
    receipt = await issued(house, sale.order(DocumentKind.receipt, cause=f"capture:{sale.id}"))
    about = ((DocumentKind.receipt, f"capture:{sale.id}"),)
    invoice = await issued(house, sale.order(refers_to=about))
    assert invoice.content["references"] == [receipt.number]
    again = await issued(house, sale.order(facts=(("Colour", "green"),)))
    assert again == invoice


FORBIDDEN = [
    "UPDATE documents SET total = total + 1",
    "DELETE FROM documents",
    "TRUNCATE documents",
    "UPDATE document_series SET last_number = last_number + 2",
    "UPDATE document_series SET last_number = last_number - 1",
    "UPDATE document_series SET year = '1999'",
    "INSERT INTO document_series VALUES ('platform', 'receipt', '2026-27', 5)",
    "DELETE FROM document_series",
    "TRUNCATE document_series",
    "UPDATE commission_rates SET basis_points = 0",
    "DELETE FROM commission_rates",
    "TRUNCATE commission_rates",
    "UPDATE tax_rates SET basis_points = 0",
    "DELETE FROM tax_rates",
    "TRUNCATE tax_rates",
]


@pytest.fixture
async def sold(house: House) -> Sale:
    sale = await a_sale(house)
    await issued(house, sale.order())
    return sale


@pytest.fixture(params=["kalends_app", "kalends"], ids=["as the application", "as the owner"])
def connection(
    request: pytest.FixtureRequest, cluster: postgres.Cluster, database: str, sold: Sale
) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.dsn(database, request.param)) as opened:
        yield opened


def test_the_database_lets_nobody_change_what_was_issued(connection: psycopg.Connection) -> None:
    refusals = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)
    for statement in FORBIDDEN:
        with pytest.raises(refusals), connection.transaction():
            connection.execute(statement)


async def test_the_checks_see_a_gap_and_a_wrong_total(
    house: House, cluster: postgres.Cluster, database: str, sold: Sale
) -> None:
    assert await found_wrong(house) == {}
    with psycopg.connect(cluster.dsn(database, "postgres"), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE documents SET total = total + 1")
        owner.execute("UPDATE document_series SET last_number = last_number + 1")
    assert (await found_wrong(house)).keys() == {"B20", "B20.totals"}
