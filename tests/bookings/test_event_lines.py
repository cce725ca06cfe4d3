"""The vendors' lines of an event: shares to the last unit, every order of answers, and nobody's time for half."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.billing import settle_by
from kalends.bookings.rules.event_lines import all_agreed, total_of
from kalends.bookings.service.events.money import shares_of
from kalends.bookings.service.events.terms import fees_of
from kalends.bookings.service.organising.create import MOST_EVER
from kalends.bookings.types.events import EventLine
from kalends.core.house import House
from kalends.core.money import Money
from tests.fixtures.deals import API, scalar
from tests.fixtures.events import Party, a_party, a_vendor, an_organiser, event, served
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import operator

PRICES = [300_000, 90_001, 70_002]
TAKEN = """
    SELECT count(*) FROM allocations a JOIN bookings b ON b.id = a.booking_id
    WHERE a.active AND b.id = :id
"""
GST = {"name": "gst", "base": "commission", "basis_points": 1800}


def rupees(amount: int) -> Money:
    return Money(amount, "INR")


def a_line(price: int, allocated: int = 0, **more: Any) -> EventLine:
    policy = {"commission_bp": 1000, "taxes": [GST], "commission_base": "price", "price_tax_bp": 0}
    values: dict[str, Any] = {
        "position": 0, "provider_name": "Asha", "service_name": "Dinner", "room_id": None, "role": "service",
        "buffer_minutes": 0, "state": "approved", "countered": None, "note": "", "returned": rupees(0),
    }  # fmt: skip
    ids = {name: uuid4() for name in ("id", "booking_id", "provider_id", "service_id")}
    money = {"asked": rupees(price), "agreed": rupees(price), "allocated": rupees(allocated)}
    return EventLine(**{**values, **ids, **money, "policy": policy, **more})


@pytest.fixture
async def party(house: House, loopback: Loopback) -> AsyncIterator[Party]:
    async with served(house, loopback) as (market, client):
        yield await a_party(market, client, PRICES)


async def test_an_event_takes_place_where_its_venue_is(party: Party) -> None:
    """A venue that was replaced in the draft, and never asked, has no part in the event."""
    first = (await party.draft())["provider"]["id"]
    assert first == party.vendors[0].provider_id
    other = await a_vendor(party.client, "venue", 200_000)
    moved = await party.organiser(0, "replace", other.line())
    shown = await party.client.get(f"{API}/providers/{other.provider_id}")
    assert moved["provider"]["id"] == other.provider_id
    assert moved["place"]["name"] == shown.json()["name"]
    await party.submit()
    await party.read(party.vendors[0].headers, 404)
    assert (await party.read(other.headers))["id"] == party.id


@pytest.mark.req("S-062", "S-063", "S-064")
@settings(max_examples=150)
@given(st.lists(st.integers(100, 10**9), min_size=1, max_size=8), st.integers(1, 99))
def test_a_deposit_and_its_balance_are_divided_to_the_last_unit(
    prices: list[int], percent: int
) -> None:
    total = rupees(sum(prices))
    deposit, balance = total.split([percent, 100 - percent])
    lines = [a_line(price) for price in prices]
    first = shares_of(lines, deposit)
    assert sum(share.amount.amount for share in first) == deposit.amount
    paid = {share.line.id: share for share in first}
    later = [replace(x, allocated=paid[x.id].amount if x.id in paid else rupees(0)) for x in lines]
    second = shares_of(later, balance)
    for share in second:
        assert share.amount.amount == share.line.asked.amount - share.line.allocated.amount
    assert sum(share.amount.amount for share in second) == balance.amount
    for share in (*first, *second):
        taken = sum((tax for _, tax in share.taxes), share.commission)
        assert rupees(0) <= taken < share.amount
    if min(prices) * min(percent, 100 - percent) > 10_000:  # nothing too small to be divided
        commission = sum(share.commission.amount for share in (*first, *second))
        assert commission == sum(settle_by(fees_of(x), x.price).commission.amount for x in lines)


@given(st.permutations(["approved", "countered", "declined", "pending", "replaced", "removed"]))
def test_an_event_is_ready_when_all_that_stand_have_approved(states: list[str]) -> None:
    lines = [a_line(100, role="venue"), *(a_line(100, state=state) for state in states)]
    assert not all_agreed(lines)
    settled = [line for line in lines if line.state in {"approved", "replaced", "removed"}]
    assert all_agreed(settled)
    assert not all_agreed([line for line in settled if line.role != "venue"])
    assert total_of(lines, "INR").amount == 100 * 4  # who declined or was replaced costs nothing


@pytest.mark.req("S-026", "S-030", "S-055", "S-056", "S-057", "S-058", "C-14", "X-36")
async def test_every_order_of_answers_leads_to_the_same_event(party: Party) -> None:
    other = await a_vendor(party.client, "service", 65_000)
    for order in permutations(range(3)):
        if party.id:
            await party.ask("cancel", party.me, {"reason": "another day"})
        await party.draft()
        await party.submit()
        for n in order:
            assert await party.state() == "awaiting_provider"
            await _answered(party, n, other)
        booking = await party.read()
        assert booking["state"] == "awaiting_payment"
        assert booking["price"]["total"]["amount"] == PRICES[0] + 65_000 + 80_000
        assert await scalar(party.house, TAKEN, id=party.id) == 3
    await _thinks_better_of_it(party)
    await party.sound()


async def _answered(party: Party, n: int, other: Any) -> None:
    """The venue agrees, the second is replaced after it declined, the third bargains."""
    if n == 0:
        await party.vendor(0, "approve")
    elif n == 1:
        await party.vendor(1, "decline", {"note": "We are away."})
        assert await scalar(party.house, TAKEN, id=party.id) == 2
        first, party.vendors[1] = party.vendors[1], other
        await party.organiser(1, "replace", other.line())
        await party.vendor(1, "approve")
        party.vendors[1] = first
    else:
        for price in (85_000, 80_000):  # the last offer is the one that counts
            await party.vendor(2, "counter", {"price": {"amount": price, "currency": "INR"}})
        await party.vendor(2, "approve", None, 409)
        last = {"price": {"amount": 80_000, "currency": "INR"}}
        await party.organiser(2, "accept-counter", last)


async def _thinks_better_of_it(party: Party) -> None:
    """One that had approved declines after all: the event waits for vendors again."""
    await party.vendor(0, "decline", {"note": "The roof leaks."})
    assert await party.state() == "awaiting_provider"
    assert await scalar(party.house, TAKEN, id=party.id) == 2
    await party.organiser(0, "remove", None, 422)  # a venue has to stay
    await party.organiser(0, "replace", party.vendors[0].line())
    await party.vendor(0, "approve")
    assert await party.state() == "awaiting_payment"
    await party.organiser(2, "remove")
    assert (await party.read())["price"]["total"]["amount"] == PRICES[0] + 65_000
    await party.pass_time(hours=24 * 4)
    assert await party.state() == "cancelled"
    assert await scalar(party.house, TAKEN, id=party.id) == 0


async def test_an_event_whose_only_vendor_declines_waits_for_another(party: Party) -> None:
    party.vendors = party.vendors[:1]
    await party.draft()
    await party.submit()
    mine = await party.vendor(0, "decline", {"note": "The roof leaks."})
    assert (mine["state"], mine["price"]["total"]["amount"]) == ("awaiting_provider", 0)
    assert (await party.read())["lines"] == []
    assert await scalar(party.house, TAKEN, id=party.id) == 0
    listed = await party.client.get(f"{API}/bookings/me", headers=party.me)
    assert listed.json()["items"][0]["lines"] == []
    await party.organiser(0, "replace", party.vendors[0].line())
    await party.vendor(0, "approve")
    assert await party.state() == "awaiting_payment"
    await party.sound()


async def test_a_suspended_vendor_agrees_to_nothing_and_changes_are_bounded(party: Party) -> None:
    boss = await operator(party.house, party.client) | {"X-Confirm-Action": "true"}
    await party.draft()
    await party.submit()
    price = {"price": {"amount": 99_000, "currency": "INR"}}
    await party.vendor(1, "counter", price)
    for n in (1, 2):
        url = f"{API}/admin/providers/{party.vendors[n].provider_id}/suspend"
        done = await party.client.patch(url, json={"reason": "papers ran out"}, headers=boss)
        assert done.status_code == 200, done.text
    refused = await party.organiser(1, "accept-counter", price, 409)
    assert refused["type"] == "/problems/takes-no-bookings"
    assert (await party.vendor(2, "approve", None, 409))["type"] == "/problems/takes-no-bookings"
    await party.draft(lines=[party.vendors[0].line()] * 20)
    for _ in range(MOST_EVER - 20):
        await party.organiser(0, "replace", party.vendors[0].line())
    bounded = await party.organiser(0, "replace", party.vendors[0].line(), 409)
    assert bounded["type"] == "/problems/too-many-changes"


async def test_whoever_loses_one_vendor_holds_nobody(house: House, loopback: Loopback) -> None:
    async with served(house, loopback) as (market, client):
        party = await a_party(market, client, [100_000, 50_000, 40_000, 30_000, 20_000])
        drafts = []
        for _ in range(4):  # all want the fourth vendor, besides a venue and others
            me = await an_organiser(market, client)
            body = event(party.start, party.vendors)
            made = await client.post(f"{API}/bookings", json=body, headers=me)
            drafts.append((made.json()["id"], me))
        answers = await asyncio.gather(
            *(client.post(f"{API}/bookings/{n}/submit", headers=me) for n, me in drafts)
        )
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [200, 409, 409, 409]
        for (booking, me), answer in zip(drafts, answers, strict=True):
            held = await scalar(market, TAKEN, id=booking)
            assert held == (5 if answer.status_code == 200 else 0)
            state = (await client.get(f"{API}/bookings/{booking}/status", headers=me)).json()
            assert state["state"] == ("awaiting_provider" if answer.status_code == 200 else "draft")
            if answer.status_code == 409:
                assert answer.json()["type"] == "/problems/slot-taken"
        await party.sound()
