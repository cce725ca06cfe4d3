"""The money of events off the beaten track: card disputes, late payments, refunds that nobody may take from vendors."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from kalends.core.house import House
from tests.fixtures.deals import API, scalar
from tests.fixtures.events import Party, a_party, served
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import operator

PRICES = [500_001, 120_000, 79_999]
TOTAL = sum(PRICES)
NEWEST = """
    SELECT {} FROM payments WHERE subject = 'booking:' || :id ORDER BY id DESC LIMIT 1
"""


@pytest.fixture
async def party(house: House, loopback: Loopback) -> AsyncIterator[Party]:
    async with served(house, loopback) as (market, client):
        yield await a_party(market, client, PRICES)


async def _disputed(party: Party, amount: int | None = None) -> str:
    """The bank takes the last payment back; its name of the dispute."""
    payment = await scalar(party.house, NEWEST.format("gateway_payment_id"), id=party.id)
    body = {"amount": amount} if amount else {}
    answer = await party.client.post(f"/sandbox/payments/{payment}/dispute", json=body)
    assert answer.status_code == 201, answer.text
    await party.pass_time()
    return str(answer.json()["dispute_id"])


async def _ended(party: Party, dispute: str, *, won: bool) -> None:
    answer = await party.client.post(f"/sandbox/disputes/{dispute}/end", json={"won": won})
    assert answer.status_code == 200, answer.text
    await party.pass_time()


async def _boss(party: Party) -> dict[str, str]:
    return await operator(party.house, party.client) | {"X-Confirm-Action": "true"}


def _net(price: int) -> int:
    commission = (price * 10 + 50) // 100
    return price - commission - (commission * 18 + 50) // 100


async def test_vendors_are_paid_after_a_card_dispute_that_was_won_and_what_is_left_of_a_lost_one(
    party: Party,
) -> None:
    await party.approved()
    await party.pay()
    asked = next(
        row
        for row in await party.payouts()
        if (row["line"], row["milestone"]) == (party.lines[0], "reservation")
    )
    url = f"{API}/payouts/{asked['id']}/request"
    assert (await party.client.post(url, headers=party.vendors[0].headers)).status_code == 200
    await party.pay("balance")
    await _ended(party, await _disputed(party), won=True)
    await party.until(party.start)
    await party.pass_time(hours=7)
    assert (await party.state(), await party.escrow()) == ("released", 0)
    for n, price in enumerate(
        PRICES
    ):  # nobody gets of another one's line; of each part its fee is rounded
        assert abs(await party.earned(n) - _net(price)) <= 4
    await party.sound()
    party.start += timedelta(days=2)
    await party.approved()
    await party.pay()
    deposit = (await party.read())["paid"]["amount"]
    await _ended(party, await _disputed(party, 100_000), won=False)
    before = await party.purse()
    done = await party.ask("cancel", party.me, {"reason": "rain"})
    left = deposit - 100_000
    assert done["refund"]["amount"]["amount"] + done["refund"]["fee"]["amount"] == left
    assert await party.purse() - before == done["refund"]["amount"]["amount"] > 0
    assert await party.escrow() == 0
    await party.sound()


async def test_whoever_pays_when_the_balance_would_be_due_pays_everything(party: Party) -> None:
    await party.until(party.start - timedelta(hours=80))
    agreed = await party.approved()
    assert [part["purpose"] for part in agreed["payment_schedule"]] == ["deposit", "balance"]
    await party.until(party.start - timedelta(hours=71))
    late = await party.read()
    assert [part["purpose"] for part in late["payment_schedule"]] == ["full"]
    assert late["payment_schedule"][0]["amount"]["amount"] == TOTAL
    await party.until(party.start - timedelta(hours=40))
    await party.pay()
    await party.pass_time()
    paid = await party.read()
    assert (paid["state"], paid["paid"]["amount"]) == ("confirmed", TOTAL)
    await party.until(party.start - timedelta(hours=1))
    assert await party.state() == "confirmed"
    await party.sound()


async def test_a_deposit_that_arrives_after_the_terms_changed_goes_back(party: Party) -> None:
    await party.until(party.start - timedelta(hours=80))
    await party.approved()
    body = {"booking_id": party.id}
    order = await party.client.post(f"{API}/payments/create-order", json=body, headers=party.me)
    before = await party.purse()
    await party.until(party.start - timedelta(hours=71))
    page = f"/sandbox/checkout/{order.json()['gateway_order_id']}"
    await party.client.post(page, json={"instrument": "success"})
    await party.pass_time()
    assert await party.state() == "awaiting_payment"
    assert await party.escrow() == 0
    assert await party.purse() - before in {0, order.json()["amount"]["amount"]}
    await party.pay()
    assert await party.state() == "confirmed"
    await party.sound()


async def test_a_balance_is_taken_whenever_it_is_paid_and_goes_to_the_vendors(party: Party) -> None:
    boss = await _boss(party)
    await _completed(party, boss)
    assert await party.state() == "completed"
    await party.pay("balance")
    await party.pass_time(hours=1)
    await _everything_is_the_vendors(party)
    party.start += timedelta(days=2)
    await _completed(party, boss)
    await party.pass_time(hours=1)
    assert await party.state() == "released"
    await party.pay("balance")
    await _everything_is_the_vendors(party)
    await party.sound()


async def _everything_is_the_vendors(party: Party) -> None:
    """All that is not released yet are the reservations, for which vendors ask."""
    booking = await party.read()
    assert (booking["state"], booking["paid"]["amount"]) == ("released", TOTAL)
    rows = await party.payouts()
    assert sum(row["gross"] for row in rows) == TOTAL
    states = {(row["milestone"], row["state"]) for row in rows}
    assert states == {("reservation", "locked"), ("completion", "eligible")}
    locked = sum(row["gross"] for row in rows if row["state"] == "locked")
    assert await party.escrow() == locked


async def _completed(party: Party, boss: dict[str, str]) -> None:
    """Ended by an operator with nothing but the deposit paid."""
    await party.approved()
    await party.pay()
    url = f"{API}/admin/bookings/{party.id}/force-complete"
    done = await party.client.post(url, json={"reason": "over"}, headers=boss)
    assert done.status_code == 200, done.text


async def test_what_vendors_were_promised_is_no_operators_to_refund(party: Party) -> None:
    boss = await _boss(party)
    await party.approved()
    await party.pay()
    payment = await scalar(party.house, NEWEST.format("id"), id=party.id)
    for headers in (boss, party.me):
        refused = await _refund(party, payment, headers)
        assert refused.status_code == 409, refused.text
        assert refused.json()["type"] == "/problems/not-refundable"
    await party.sound()
    await party.ask("cancel", party.me, {"reason": "rain"})
    await party.sound()


async def _refund(party: Party, payment: Any, headers: dict[str, str]) -> Any:
    body = {"amount": {"amount": 10_000, "currency": "INR"}, "reason": "goodwill"}
    return await party.client.post(f"{API}/payments/{payment}/refund", json=body, headers=headers)


async def test_a_refund_that_an_operator_rejects_is_the_vendors_of_that_line(
    house: House, loopback: Loopback
) -> None:
    refund = {"destination": "wallet", "auto_approve": False}
    async with served(house, loopback, refund=refund) as (market, client):
        party = await a_party(market, client, PRICES)
        boss = await _boss(party)
        await party.approved()
        await party.pay()
        shares = [line["paid"]["amount"] for line in (await party.read())["details"]["lines"]]
        done = await party.ask("cancel", party.me, {"reason": "rain"})
        before = [await party.earned(n) for n in range(len(PRICES))]
        waiting = await scalar(
            market,
            "SELECT id FROM refunds WHERE subject = 'booking:' || :id AND line = :line",
            id=party.id,
            line=party.lines[1],
        )
        url = f"{API}/admin/refunds/{waiting}/reject"
        said = await client.post(url, json={"reason": "they came after all"}, headers=boss)
        assert said.status_code == 200, said.text
        await party.pass_time()
        after = [await party.earned(n) for n in range(len(PRICES))]
        assert (after[0], after[2]) == (before[0], before[2])
        assert abs(after[1] - _net(shares[1])) <= 2
        line = (await party.read())["details"]["lines"][1]
        assert line["refunded"]["amount"] == 0 < done["refund"]["amount"]["amount"]
        await party.sound()


async def test_vendors_are_told_that_their_job_stands_and_that_it_does_not(party: Party) -> None:
    await party.draft()
    await party.submit()
    await party.organiser(2, "remove")
    for n in (0, 1):
        await party.vendor(n, "approve")
    await party.pay()
    assert len(await _letters(party, "Your job stands")) == 2
    assert len(await _letters(party, "No longer wanted")) == 1
    await party.ask("cancel", party.me, {"reason": "rain"})
    await party.pass_time()
    assert len(await _letters(party, "No longer wanted")) == 3
    mine = await party.read(party.vendors[1].headers)
    assert [line["state"] for line in mine["details"]["lines"]] == ["cancelled"]
    await party.read(party.vendors[2].headers, 404)


async def _letters(party: Party, subject: str) -> list[Any]:
    found = await party.client.get("/dev/messages", params={"limit": 100})
    return [one for one in found.json()["items"] if subject in one["subject"]]
