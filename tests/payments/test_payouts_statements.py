"""Statements and money pages: the journal's figures, to whom they belong."""

from uuid import uuid4

import httpx
import pytest

from kalends import ledger, payments
from kalends.core.clock import advance
from kalends.core.gateways import PayoutStatus
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import manager_of, operator, signed_up, user_id_of
from tests.fixtures.places import a_venue
from tests.payments.money import captured, fund, inr, person
from tests.payments.payout_words import API, Seller, claw_back, earn, paid_seller

MONTH = 32 * 24 * 3600


@pytest.fixture
async def seller(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Seller:
    """One who has earned 900 in this month and begins the next."""
    return await paid_seller(house, client, provider, 90_000)


async def month_now(house: House) -> str:
    from zoneinfo import ZoneInfo

    async with open_unit(house, read_only=True) as unit:
        return unit.now.astimezone(ZoneInfo(house.profile.time_zone)).strftime("%Y-%m")


async def a_month_later(house: House) -> str:
    async with open_unit(house) as unit:
        await advance(unit.session, MONTH)
    return await month_now(house)


async def statement(seller: Seller, month: str, **query: str) -> dict:
    answer = await seller.client.get(
        f"{API}/statements/{month}", params=query, headers=seller.owner
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def amounts(position: dict) -> dict[str, int]:
    return {name: money["amount"] for name, money in position.items()}


@pytest.mark.req("M-039")
async def test_a_statement_tells_the_month_from_balance_to_balance(
    seller: Seller, provider: FakeGateway
) -> None:
    before = await month_now(seller.house)
    month = await a_month_later(seller.house)
    subject = await earn(seller.house, provider, seller.id, 20_000, commission=2_000)
    provider.payout_status = PayoutStatus.processed
    await seller.sent(30_000)
    await seller.asked(10_000)
    await claw_back(seller.house, seller.id, 5_000)
    told = await statement(seller, month)
    assert amounts(told["opening"]) == {"available": 90_000, "reserved": 0}
    assert amounts(told["closing"]) == {"available": 63_000, "reserved": 10_000}
    assert amounts(told["totals"]) == {
        "gross": 20_000,
        "commission": 2_000,
        "tax": 0,
        "net": 18_000,
        "taken_back": 5_000,
        "paid_out": 30_000,
    }
    assert [line["kind"] for line in told["items"]] == [
        "release",
        "payout",
        "payout_paid",
        "payout",
        "clawback",
    ]
    release = told["items"][0]
    assert (release["reference_kind"], release["reference_id"]) == tuple(subject.split(":"))
    assert (release["gross"]["amount"], release["commission"]["amount"]) == (20_000, 2_000)
    moved = sum(line["available"]["amount"] for line in told["items"])
    assert moved == 63_000 - 90_000
    earlier = await statement(seller, before)
    assert amounts(earlier["closing"]) == amounts(told["opening"])


async def test_a_statement_is_read_page_by_page(seller: Seller, provider: FakeGateway) -> None:
    for _ in range(4):
        await earn(seller.house, provider, seller.id, 100)
    month, seen, cursor = await month_now(seller.house), [], {}
    while True:
        page = await statement(seller, month, limit="2", **cursor)
        seen += [line["id"] for line in page["items"]]
        assert amounts(page["closing"]) == {"available": 90_400, "reserved": 0}
        if not page["next_cursor"]:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 5


async def test_a_quiet_month_ends_as_it_began(seller: Seller) -> None:
    month = await a_month_later(seller.house)
    told = await statement(seller, month)
    assert told["items"] == []
    assert told["opening"] == told["closing"]
    assert (await statement(seller, "2000-01"))["closing"]["available"]["amount"] == 0


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "26-01", "2026-00", "November"])
async def test_a_month_that_is_none_is_refused(seller: Seller, month: str) -> None:
    answer = await seller.client.get(f"{API}/statements/{month}", headers=seller.owner)
    assert answer.status_code == 422


@pytest.mark.req("G-057")
async def test_a_statement_is_the_providers_and_the_operators_only(
    house: House, client: httpx.AsyncClient, seller: Seller
) -> None:
    month, other = await month_now(house), await a_venue(house)
    path, named = f"{API}/statements/{month}", {"provider_id": str(seller.id)}
    for stranger in (
        await manager_of(house, client, other.provider_id),
        await manager_of(house, client, other.provider_id, other.id),
    ):
        assert (await client.get(path, params=named, headers=stranger)).status_code == 404
    customer = await signed_up(client)
    assert (await client.get(path, params=named, headers=customer)).status_code == 403
    seen = await client.get(path, params=named, headers=seller.operator)
    assert seen.json() == await statement(seller, month)
    nobody = {"provider_id": str(uuid4())}
    assert (await client.get(path, params=nobody, headers=seller.operator)).status_code == 404


@pytest.mark.req("M-142")
async def test_the_settlement_report_adds_up_every_provider(
    house: House, client: httpx.AsyncClient, seller: Seller, provider: FakeGateway
) -> None:
    other = await paid_seller(house, client, provider, 40_000)
    provider.payout_status = PayoutStatus.processed
    await other.sent(15_000)
    await other.asked(20_000)
    support, month = await operator(house, client, "support"), await month_now(house)
    found, cursor = {}, {}
    while True:
        days = {"from": f"{month}-01", "to": f"{month}-28", "limit": "1"} | cursor
        if int((await today(house))[-2:]) > 28:
            days["to"] = await today(house)
        path = f"{API}/admin/reports/settlement"
        page = (await client.get(path, params=days, headers=support)).json()
        found |= {one["provider_id"]: one for one in page["items"]}
        if not page["next_cursor"]:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(found) == 2
    mine = found[str(other.id)]
    assert amounts(mine["totals"])["paid_out"] == 15_000
    assert (mine["available"]["amount"], mine["open"]["amount"]) == (5_000, 20_000)
    assert amounts(found[str(seller.id)]["totals"])["net"] == 90_000


@pytest.mark.parametrize("days", [("2026-02-02", "2026-02-01"), ("2020-01-01", "2026-01-01")])
async def test_a_report_is_bounded(seller: Seller, days: tuple[str, str]) -> None:
    query = {"from": days[0], "to": days[1]}
    path = f"{API}/admin/reports/settlement"
    answer = await seller.client.get(path, params=query, headers=seller.operator)
    assert answer.status_code == 422


async def today(house: House) -> str:
    async with open_unit(house, read_only=True) as unit:
        return unit.now.date().isoformat()


async def wallet(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, int]:
    answer = await client.get(f"{API}/wallet/balance", headers=headers)
    return amounts(answer.json())


@pytest.mark.req("G-059", "G-051")
async def test_who_runs_a_provider_sees_its_figures(
    house: House, client: httpx.AsyncClient, seller: Seller, provider: FakeGateway
) -> None:
    waiting = {"subject": f"booking:{new_id()}", "provider_id": seller.id}
    await captured(house, provider, await person(house), 7_000, **waiting)
    await seller.asked(10_000)
    await claw_back(house, seller.id, 1_000)
    assert await wallet(client, seller.owner) == {
        "balance": 0,
        "total_revenue": 89_000,
        "pending_escrow": 7_000,
        "available_payout": 79_000,
    }


@pytest.mark.req("G-058")
async def test_staff_sees_tips_and_never_the_owners_figures(
    house: House, client: httpx.AsyncClient, seller: Seller
) -> None:
    venue = await a_venue(house, provider_id=seller.id)
    stylist = await manager_of(house, client, seller.id, venue.id)
    tip = ledger.Move(
        key="tip:1",
        kind="tip",
        debit=ledger.promotions(),
        credit=ledger.staff_tips(await user_id_of(client, stylist)),
        amount=inr(250),
    )
    async with open_unit(house) as unit:
        await ledger.move(unit, tip)
    assert await wallet(client, stylist) == {"balance": 0, "tips_only": 250}


async def test_a_customer_sees_the_wallet_and_nothing_else(
    house: House, client: httpx.AsyncClient, seller: Seller
) -> None:
    customer = await signed_up(client)
    await fund(house, await user_id_of(client, customer), 300)
    assert await wallet(client, customer) == {"balance": 300}


async def test_a_milestone_that_waits_is_pending(
    house: House, client: httpx.AsyncClient, seller: Seller, provider: FakeGateway
) -> None:
    from tests.payments.payout_words import with_payout

    staged = with_payout(house, milestones=("completion",))
    subject = f"booking:{new_id()}"
    await captured(staged, provider, await person(house), 7_000, subject=subject)
    async with open_unit(staged) as unit:
        order = payments.MilestoneOrder(subject, "1", seller.id, inr(6_000), Money(0, "INR"))
        await payments.create_milestone_payouts(unit, order)
    assert (await wallet(client, seller.owner))["pending_escrow"] == 6_000
