"""Complaints about events: about one vendor's line, or all of them; each line's money is its own."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from kalends import ledger, payments
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API
from tests.fixtures.events import Party, a_party, served
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import Headers, operator, signed_up

PRICES = [400_000, 100_000, 80_000]
CONFIRMED = {"X-Confirm-Action": "true"}
VENUE, CATERER, BAND = range(3)


@pytest.fixture
async def party(house: House, loopback: Loopback) -> AsyncIterator[Party]:
    """An event that is over: the venue has asked for its reservation, the others have not."""
    async with served(house, loopback) as (market, client):
        made = await a_party(market, client, PRICES)
        await made.approved()
        await made.pay()
        await made.pay("balance")
        for row in await rows(made, VENUE):
            if row["milestone"] == "reservation":
                await request(made, VENUE, row["id"])
        await made.until(made.start)
        await made.pass_time(hours=6)
        assert await made.state() == "released"
        yield made


async def rows(party: Party, n: int) -> list[dict[str, Any]]:
    """The milestones of the n-th line."""
    return [row for row in await party.payouts() if row["line"] == party.lines[n]]


async def states(party: Party, n: int) -> list[str]:
    return sorted(row["state"] for row in await rows(party, n))


async def request(party: Party, n: int, payout_id: UUID) -> httpx.Response:
    url = f"{API}/payouts/{payout_id}/request"
    return await party.client.post(url, headers=party.vendors[n].headers)


async def complain(party: Party, who: Headers, **more: Any) -> httpx.Response:
    body = {"booking_id": party.id, "reason": "not_as_described", "statement": "It was cold."}
    return await party.client.post(f"{API}/disputes", json=body | more, headers=who)


async def opened(party: Party, who: Headers, **more: Any) -> dict[str, Any]:
    answer = await complain(party, who, **more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def decided(
    party: Party, dispute_id: str, state: str, refund: int | None = None
) -> dict[str, Any]:
    headers = await operator(party.house, party.client) | CONFIRMED
    url = f"{API}/admin/disputes/{dispute_id}"
    outcome: dict[str, Any] = {"note": "We have read both sides."}
    if refund is not None:
        outcome["refund_amount"] = {"amount": refund, "currency": "INR"}
    for step in ("under_review", state):
        body = {"state": step, "outcome": outcome}
        answer = await party.client.patch(url, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
    await party.pass_time()
    found: dict[str, Any] = answer.json()
    return found


async def seen_by(party: Party, who: Headers) -> list[str]:
    answer = await party.client.get(f"{API}/disputes", headers=who)
    return [one["id"] for one in answer.json()["items"]]


async def available(party: Party, n: int) -> int:
    account = ledger.provider_available(UUID(party.vendors[n].provider_id))
    async with open_unit(party.house, read_only=True) as unit:
        return (await ledger.balance(unit, account)).amount


def rupees(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "INR"}


BEFORE = ["eligible", "eligible", "locked", "locked"]


async def test_a_complaint_about_one_line_freezes_that_line_and_no_other(party: Party) -> None:
    assert await states(party, CATERER) == await states(party, BAND) == BEFORE
    dispute = await opened(party, party.me, line_id=party.lines[CATERER])
    assert (dispute["line_id"], dispute["claimed"]) == (party.lines[CATERER], rupees(100_000))
    assert dispute["others"] == []
    assert await states(party, CATERER) == ["held"] * 4
    assert await states(party, BAND) == BEFORE
    held = [row["id"] for row in await rows(party, CATERER) if row["milestone"] == "reservation"]
    assert (await request(party, CATERER, held[0])).status_code == 409
    free = [row["id"] for row in await rows(party, BAND) if row["state"] == "locked"]
    assert (await request(party, BAND, free[0])).status_code == 200
    stranger = await signed_up(party.client)
    for who in (party.me, party.vendors[CATERER].headers):
        assert await seen_by(party, who) == [dispute["id"]]
    for who in (party.vendors[VENUE].headers, party.vendors[BAND].headers, stranger):
        assert await seen_by(party, who) == []
        url = f"{API}/disputes/{dispute['id']}"
        assert (await party.client.get(url, headers=who)).status_code == 404
    again = await complain(party, party.me, line_id=party.lines[CATERER])
    assert again.json()["type"] == "/problems/already-disputed"
    await party.sound()


async def test_resolved_lets_the_line_go_back_to_where_it_was(party: Party) -> None:
    dispute = await opened(party, party.me, line_id=party.lines[CATERER])
    await decided(party, dispute["id"], "resolved")
    assert await states(party, CATERER) == BEFORE
    free = [row["id"] for row in await rows(party, CATERER) if row["state"] == "locked"]
    assert (await request(party, CATERER, free[0])).status_code == 200
    await party.sound()


async def test_a_part_comes_from_the_right_line_and_its_vendor_gets_the_rest(party: Party) -> None:
    others = [await party.earned(VENUE), await party.earned(BAND)]
    in_escrow = sum(r["gross"] for r in await rows(party, BAND) if r["state"] == "locked")
    purse = await party.purse()
    dispute = await opened(party, party.me, line_id=party.lines[CATERER])
    done = await decided(party, dispute["id"], "adjusted", 30_000)
    assert done["given_back"] == rupees(30_000)
    assert await party.purse() == purse + 30_000
    assert await states(party, CATERER) == ["cancelled"] * 4
    assert await party.escrow() == in_escrow  # the band's reservation, whole
    assert [await party.earned(VENUE), await party.earned(BAND)] == others
    # Half was released (less 10 % and 18 % of that); of the other half 200.00 is left, and its fees.
    assert await available(party, CATERER) == 44_100 + 17_640
    line = (await party.read())["details"]["lines"][CATERER]
    assert line["refunded"]["amount"] == 30_000
    assert (await party.read())["refunded"]["amount"] == 30_000
    await party.sound()


async def test_what_a_vendor_has_had_comes_back_from_that_vendor_alone(party: Party) -> None:
    in_escrow, caterers = await party.escrow(), await party.earned(CATERER)
    assert in_escrow == (PRICES[CATERER] + PRICES[BAND]) // 2
    for row in await rows(party, VENUE):
        if row["state"] == "locked":
            assert (await request(party, VENUE, row["id"])).status_code == 200
    dispute = await opened(party, party.me, line_id=party.lines[VENUE])
    assert set(await states(party, VENUE)) == {"held"}
    await decided(party, dispute["id"], "refunded")
    assert await party.escrow() == in_escrow
    assert await party.earned(CATERER) == caterers
    # All of the price went back; the fees of its two halves were not the vendor's.
    assert await available(party, VENUE) == -PRICES[VENUE] * 118 // 1000
    url = f"{API}/bookings/{party.id}/documents"
    listed = (await party.client.get(url, headers=party.vendors[VENUE].headers)).json()["items"]
    [note] = [one for one in listed if one["kind"] == "credit_note"]
    assert note["total"] == rupees(PRICES[VENUE])
    await party.sound()


async def test_a_complaint_about_the_whole_event_is_one_about_each_line(party: Party) -> None:
    first = await opened(party, party.me, amount=rupees(290_000))
    ids = [first["id"], *first["others"]]
    assert len(ids) == len(PRICES)
    of_vendor = [await seen_by(party, vendor.headers) for vendor in party.vendors]
    assert sorted(one for [one] in of_vendor) == sorted(ids)
    assert sorted(await seen_by(party, party.me)) == sorted(ids)
    for n, vendor in enumerate(party.vendors):
        answer = await party.client.get(f"{API}/disputes/{of_vendor[n][0]}", headers=vendor.headers)
        assert answer.json()["claimed"] == rupees(PRICES[n] // 2)  # half of all was claimed
        assert set(await states(party, n)) == {"held"}
    purse = await party.purse()
    await decided(party, of_vendor[VENUE][0], "resolved")
    await decided(party, of_vendor[CATERER][0], "refunded")
    await decided(party, of_vendor[BAND][0], "adjusted", 1)
    assert await party.purse() == purse + PRICES[CATERER] + 1
    lines = (await party.read())["details"]["lines"]
    assert [line["refunded"]["amount"] for line in lines] == [0, PRICES[CATERER], 1]
    assert await party.escrow() == sum(
        row["gross"] for row in await rows(party, VENUE) if row["state"] == "locked"
    )
    await party.sound()


async def test_a_vendor_complains_about_its_own_line_only(party: Party) -> None:
    band = party.vendors[BAND].headers
    foreign = await complain(party, band, line_id=party.lines[VENUE])
    assert foreign.status_code == 404
    mine = await opened(party, band)
    assert (mine["line_id"], mine["role"], mine["others"]) == (party.lines[BAND], "provider", [])
    assert await seen_by(party, party.vendors[VENUE].headers) == []
    rest = await opened(party, party.me)  # the lines that nobody complains about yet
    assert len(rest["others"]) == 1
    assert (await complain(party, party.me)).json()["type"] == "/problems/already-disputed"
    unknown = await complain(party, party.me, line_id=party.id)
    assert unknown.status_code == 404
    await party.sound()


async def test_promised_money_is_not_given_back_beside_the_lines(party: Party) -> None:
    """A refund of a payment would take of every vendor's promise; the line has to be named."""
    boss = await operator(party.house, party.client) | CONFIRMED
    async with open_unit(party.house, read_only=True) as unit:
        payment = (await payments.payments_of(unit, f"booking:{party.id}"))[0].id
    body = {"reason": "sorry", "amount": rupees(1_000)}
    answer = await party.client.post(f"{API}/payments/{payment}/refund", json=body, headers=boss)
    assert answer.json()["type"] == "/problems/not-refundable", answer.text
    await party.sound()
