"""What becomes of an event when somebody is silent, and of money that a vendor has been paid already."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from kalends.core.house import House
from tests.fixtures.deals import API, scalar
from tests.fixtures.events import Party, a_party, served
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import operator

PRICES = [300_000, 90_001, 70_002]
TAKEN = "SELECT count(*) FROM allocations WHERE active AND booking_id = :id"
WALKED = "SELECT array_agg(transition ORDER BY seq) FROM booking_transitions WHERE subject_id = :id"
SOON = timedelta(minutes=2)


@pytest.fixture
async def party(house: House, loopback: Loopback) -> AsyncIterator[Party]:
    async with served(house, loopback) as (market, client):
        yield await a_party(market, client, PRICES)


async def _steps(party: Party) -> list[str]:
    found: list[str] = await scalar(party.house, WALKED, id=party.id)
    return found


async def _letters(party: Party, kind: str) -> list[dict[str, Any]]:
    sent = (await party.client.get("/dev/messages")).json()["items"]
    return [letter for letter in sent if kind in letter["subject"]]


@pytest.mark.req("C-35", "C-36")
async def test_a_balance_that_never_comes_ends_the_event_as_if_the_organiser_had(
    party: Party,
) -> None:
    await party.approved()
    await party.pay()
    deposit = (await party.read())["paid"]["amount"]
    await party.until(party.start - timedelta(hours=72) - SOON)
    assert "remind_balance" not in await _steps(party)
    await party.until(party.start - timedelta(hours=72) + SOON)
    due = await party.read()
    assert (await _steps(party))[-1] == "remind_balance"
    assert due["due"]["amount"] == sum(PRICES) - deposit
    await party.until(party.start - timedelta(hours=48) - SOON)
    assert await party.state() == "confirmed"
    before = await party.purse()
    await party.until(party.start - timedelta(hours=48) + SOON)
    ended = await party.read()
    assert (ended["state"], ended["cancelled_by"]) == ("cancelled", "system")
    assert ended["cancellation_reason"] == "the balance was not paid in time"
    back = await party.purse() - before
    assert abs(back - deposit / 2) < len(PRICES)  # from 48 to 24 hours before: half of it
    lines = ended["details"]["lines"]
    assert sum(line["refunded"]["amount"] for line in lines) == back
    assert {line["state"] for line in lines} == {"cancelled"}
    assert [n for n in range(3) if await party.earned(n) > 0] == [0, 1, 2]
    assert (await party.escrow(), await scalar(party.house, TAKEN, id=party.id)) == (0, 0)
    late = {"booking_id": party.id, "purpose": "balance"}
    refused = await party.client.post(f"{API}/payments/create-order", json=late, headers=party.me)
    assert (refused.status_code, refused.json()["state"]) == (409, "cancelled")
    await party.sound()


async def test_a_balance_that_comes_in_the_time_of_grace_keeps_the_event(party: Party) -> None:
    await party.approved()
    await party.pay()
    await party.until(party.start - timedelta(hours=60))
    await party.pay("balance")
    await party.until(party.start + SOON)
    assert await party.state() == "in_progress"
    assert "balance_unpaid" not in await _steps(party)
    await party.sound()


async def test_a_vendor_that_never_answers_ends_the_event_and_nobodys_time_stays_taken(
    party: Party,
) -> None:
    await party.draft()
    await party.submit()
    await party.vendor(0, "approve")
    await party.pass_time(hours=24 * 7 - 1)
    assert (await party.state(), await scalar(party.house, TAKEN, id=party.id)) == (
        "awaiting_provider",
        3,
    )
    await party.pass_time(hours=2)
    ended = await party.read()
    assert (ended["state"], ended["cancellation_reason"]) == (
        "cancelled",
        "it was not settled in time",
    )
    assert (await _steps(party))[-1] == "no_answer"
    assert {line["state"] for line in ended["details"]["lines"]} == {"cancelled"}
    assert await scalar(party.house, TAKEN, id=party.id) == 0
    for n in range(3):
        late = await party.vendor(n, "approve", None, 409)
        assert late["type"] == "/problems/transition-not-allowed"
    assert len(await _letters(party, "ancelled")) > 0
    await party.draft()  # the same time can be asked for again
    await party.submit()
    await party.sound()


async def test_an_answer_in_the_last_moment_counts_and_the_payment_has_its_own_clock(
    party: Party,
) -> None:
    await party.draft()
    await party.submit()
    await party.pass_time(hours=24 * 7 - 1)
    for n in range(3):
        await party.vendor(n, "approve")
    assert await party.state() == "awaiting_payment"
    await party.pass_time(hours=71)
    assert await party.state() == "awaiting_payment"
    await party.pass_time(hours=2)
    assert (await party.state(), (await _steps(party))[-1]) == ("cancelled", "payment_timeout")
    assert await scalar(party.house, TAKEN, id=party.id) == 0
    await party.sound()


@pytest.mark.parametrize("steps", ["draft", "submit", "approved"])
async def test_what_is_not_settled_at_its_start_is_too_late(party: Party, steps: str) -> None:
    party.start = party.start - timedelta(days=28)
    await party.draft()
    await party.pass_time(hours=1)  # from then on the clocks of the state end after the start
    if steps != "draft":
        await party.submit()
    if steps == "approved":
        for n in range(3):
            await party.vendor(n, "approve")
    before = await party.state()
    await party.until(party.start - SOON)
    assert await party.state() == before
    await party.until(party.start + SOON)
    assert (await party.state(), (await _steps(party))[-1]) == ("cancelled", "too_late")
    assert await scalar(party.house, TAKEN, id=party.id) == 0
    await party.submit(409)
    await party.sound()


@pytest.mark.req("S-065", "X-10")
async def test_what_a_vendor_was_paid_already_comes_back_from_that_vendor_alone(
    party: Party,
) -> None:
    boss = await operator(party.house, party.client) | {"X-Confirm-Action": "true"}
    await party.approved()
    await party.pay()
    await _paid_out(party, 0, boss)
    had = [await party.earned(n) for n in range(3)]
    deposit, before = (await party.read())["paid"]["amount"], await party.purse()
    url = f"{API}/admin/bookings/{party.id}/cancel"
    body = {"reason": "flooded", "refund_percent": 100}
    ended = await party.client.post(url, json=body, headers=boss)
    assert ended.status_code == 200, ended.text
    await party.pass_time()
    assert await party.purse() - before == deposit  # the organiser gets back all of it
    assert await party.escrow() == 0
    paid = next(r for r in await party.payouts() if r["state"] == "paid")
    assert await party.earned(0) == had[0] - paid["gross"] < 0
    assert [await party.earned(n) for n in (1, 2)] == had[1:] == [0, 0]
    lines = (await party.read())["details"]["lines"]
    assert all(line["refunded"] == line["paid"] for line in lines)
    await party.sound()


async def _paid_out(party: Party, n: int, boss: dict[str, str]) -> None:
    """The n-th vendor's reservation lies in its bank."""
    owner = party.vendors[n].headers
    account = {"holder": "Asha Rao", "account_number": "001234567890", "routing": "HDFC0001234"}
    given = await party.client.post(f"{API}/providers/bank-details", json=account, headers=owner)
    assert given.status_code == 201, given.text
    await party.pass_time()
    vouch = f"{API}/admin/bank-accounts/{given.json()['id']}/verify"
    known = await party.client.post(vouch, json={"reason": "seen"}, headers=boss)
    assert known.json()["state"] == "verified", known.text
    rows = await party.payouts()
    wanted = next(
        r for r in rows if r["line"] == party.lines[n] and r["milestone"] == "reservation"
    )
    asked = await party.client.post(f"{API}/payouts/{wanted['id']}/request", headers=owner)
    assert asked.status_code == 200, asked.text
    url = f"{API}/admin/payouts/{wanted['id']}/approve"
    done = await party.client.post(url, json={"reason": "as agreed"}, headers=boss)
    assert done.status_code == 200, done.text
    for _ in range(2):  # handed over, then paid by the bank
        await party.pass_time(hours=1)
    states = {r["id"]: r["state"] for r in await party.payouts()}
    assert states[wanted["id"]] == "paid"
