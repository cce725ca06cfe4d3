"""The operators' report of a month: every column is the journal's, and each day leads to the next."""

import csv
import io
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from kalends import ledger
from kalends.core.clock import advance
from kalends.core.gateways import PayoutStatus, RefundStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import balance, captured, inr, person
from tests.payments.money import rows as rows_of
from tests.payments.payout_words import API, Seller, earn, paid_seller
from tests.payments.refunding import one_refund, refunding, send

PATH = f"{API}/admin/settlements/report"
OUT = ("refunded", "charged_back", "paid_out", "fees")
BOOKED = """
    SELECT coalesce(-sum(amount), 0) AS credits FROM ledger_lines
    WHERE account = ANY(:accounts) AND (CAST(:kind AS text) IS NULL OR kind = :kind)
"""
ZONE = ZoneInfo("Asia/Kolkata")


def days_of(report: dict[str, Any], part: str) -> list[dict[str, Any]]:
    """The rows with plain amounts."""
    return [
        {n: v["amount"] if isinstance(v, dict) else v for n, v in row.items()}
        for row in report[part]
    ]


async def booked(house: House, *accounts: str, kind: str | None = None) -> int:
    values = {"accounts": list(accounts), "kind": kind}
    return int((await rows_of(house, BOOKED, **values))[0].credits)


@dataclass(frozen=True)
class Month:
    house: House
    seller: Seller
    provider: FakeGateway
    month: str


async def days_pass(house: House, days: int) -> str:
    """Let days pass; return the month that it is then."""
    async with open_unit(house) as unit:
        await advance(unit.session, days * 24 * 3600)
    async with open_unit(house, read_only=True) as unit:
        return unit.now.astimezone(ZONE).strftime("%Y-%m")


@pytest.fixture
async def busy(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Month:
    """A month that began with 900.00 and had captures, a payout, a release, a refund and a fee."""
    there = refunding(house)
    seller = await paid_seller(there, client, provider, 90_000)
    async with open_unit(there, read_only=True) as unit:
        today = unit.now.astimezone(ZONE).day
    await days_pass(there, 34 - today)
    guest = await person(there)
    await captured(there, provider, guest, 40_000)
    provider.payout_status = PayoutStatus.processed
    provider.refund_status = RefundStatus.processed
    await seller.sent(30_000)
    await earn(there, provider, seller.id, 20_000, commission=2_000)
    month = await days_pass(there, 1)
    await send(there, await one_refund(there, guest, 15_000))
    async with open_unit(there) as unit:
        ways = ledger.gateway_fees(), ledger.gateway("sandbox")
        await ledger.move(unit, ledger.Move("fee:1", "gateway_fee", *ways, inr(70)))
    return Month(there, seller, provider, month)


async def read(busy: Month, path: str = PATH) -> httpx.Response:
    query = {"month": busy.month}
    answer = await busy.seller.client.get(path, params=query, headers=busy.seller.operator)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.req("M-038")
async def test_each_day_of_a_gateway_leads_to_the_next_and_the_last_to_the_journal(
    busy: Month,
) -> None:
    rows = days_of((await read(busy)).json(), "gateways")
    balance_then = 90_000
    for row in rows:
        balance_then += row["captured"] - sum(row[name] for name in OUT) + row["other"]
        assert row["balance"] == balance_then, row
    assert balance_then == await balance(busy.house, ledger.gateway("sandbox"))
    assert balance_then == busy.provider.total() - 70
    sums = {name: sum(row[name] for row in rows) for name in ("captured", *OUT, "other")}
    assert sums == dict.fromkeys(sums, 0) | {
        "captured": 60_000,
        "refunded": 15_000,
        "paid_out": 30_000,
        "fees": 70,
    }


async def test_what_is_held_for_others_is_what_the_journal_holds(busy: Month) -> None:
    rows = days_of((await read(busy)).json(), "house")
    assert sum(row["commission"] for row in rows) == 2_000
    last = rows[-1]
    assert last["held"] == await booked(busy.house, "escrow") == 25_000
    available, reserved = "provider_available", "provider_reserved"
    assert last["providers"] == await booked(busy.house, available, reserved) == 78_000
    assert last["wallets"] == await booked(busy.house, "customer_wallet")
    assert last["returning"] == await booked(busy.house, "refunds_payable")


async def test_the_table_says_the_same(busy: Month) -> None:
    told, table = (await read(busy)).json(), await read(busy, f"{PATH}.csv")
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == len(told["gateways"]) + len(told["house"])
    last = told["gateways"][-1]["balance"]["amount"]
    assert rows[len(told["gateways"]) - 1]["balance"] == f"{last // 100}.{last % 100:02d}"
    assert {row["currency"] for row in rows} == {"INR"}


async def test_a_month_that_has_not_begun_has_no_days(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    seller = await paid_seller(house, client, provider, 1_000)
    answer = await client.get(PATH, params={"month": "2099-01"}, headers=seller.operator)
    assert answer.json() == {"month": "2099-01", "gateways": [], "house": []}
    for wrong in ("2026-13", "november"):
        refused = await client.get(PATH, params={"month": wrong}, headers=seller.operator)
        assert refused.status_code == 422
    assert (
        await client.get(PATH, params={"month": "2026-01"}, headers=seller.owner)
    ).status_code == 403
