"""Milestones: promised from escrow, asked for, released when due."""

import asyncio

import httpx
import pytest

from kalends import ledger, payments
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments.jobs import send_payout_to_gateway
from tests.fixtures.gateways import FakeGateway
from tests.payments.milestone_words import Event, an_event
from tests.payments.money import balance, books_are_right, inr
from tests.payments.payout_words import API, a_seller


@pytest.fixture
async def event(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Event:
    return await an_event(house, client, provider)


@pytest.mark.req("S-065", "S-066", "S-091", "S-020", "S-031")
async def test_a_payment_becomes_two_locked_payouts_for_each_vendor(event: Event) -> None:
    made = await event.promise()
    assert [(p.milestone, p.state, p.amount.amount) for p in made] == [
        ("reservation", "locked", 2646),
        ("completion", "locked", 6174),
    ]
    assert {(p.subject, p.line) for p in made} == {(event.subject, "1")}
    assert await event.escrow() == 10_000
    assert await event.seller.money() == (0, 0)
    await books_are_right(event.seller.house)


@pytest.mark.req("S-093")
async def test_a_lines_payouts_are_made_once(event: Event) -> None:
    first = await event.promise(5_000)
    again = await asyncio.gather(*(event.promise(5_000) for _ in range(5)))
    assert all(made == first for made in again)
    other = await event.promise(5_000, instalment="balance")
    assert {p.id for p in other}.isdisjoint(p.id for p in first)


async def test_no_more_is_promised_than_lies_in_escrow(event: Event) -> None:
    await event.promise(6_000)
    with pytest.raises(payments.MilestonesExceedEscrow):
        await event.promise(4_001, line="2")
    await event.promise(4_000, line="2")
    await books_are_right(event.seller.house)


async def test_without_milestones_in_the_profile_there_are_none(house: House, event: Event) -> None:
    async with open_unit(house) as unit:
        order = payments.MilestoneOrder(event.subject, "1", event.seller.id, inr(100), inr(0))
        assert await payments.create_milestone_payouts(unit, order) == []


@pytest.mark.req("S-004", "S-067", "S-032", "C-36")
async def test_a_vendor_asks_for_its_reservation_and_an_operator_lets_it_leave(
    event: Event, provider: FakeGateway
) -> None:
    reservation, completion = await event.promise()
    asked = await event.request(reservation.id)
    assert (asked.status_code, asked.json()["state"]) == (200, "eligible")
    assert await event.escrow() == 7_000
    assert await event.seller.money() == (0, 2646)
    early = await event.request(completion.id)
    assert early.json()["type"] == "/problems/milestone-not-due"
    assert (await event.request(reservation.id)).status_code == 409
    await event.seller.decided(str(reservation.id), "approve")
    await send_payout_to_gateway(event.seller.house, str(reservation.id))
    assert [p.amount.amount for p in provider.payouts.values()] == [2646]
    await books_are_right(event.seller.house)


@pytest.mark.req("C-36", "I-027")
async def test_the_completion_falls_due_when_the_work_is_done(event: Event) -> None:
    reservation, completion = await event.promise()
    assert await event.complete() == [completion.id]
    assert await event.complete() == []
    assert await event.states() == ["locked", "eligible"]
    assert (await event.request(reservation.id)).status_code == 200
    assert await event.escrow() == 0
    assert await event.seller.money() == (0, 8820)
    assert await balance(event.seller.house, ledger.commission()) == 1_000
    assert await balance(event.seller.house, ledger.tax("gst")) == 180
    await books_are_right(event.seller.house)


async def test_another_vendor_finds_nothing(
    house: House, client: httpx.AsyncClient, event: Event
) -> None:
    reservation, _ = await event.promise()
    stranger = await a_seller(house, client)
    path = f"{API}/payouts/{reservation.id}/request"
    assert (await client.post(path, headers=stranger.owner)).status_code == 404
    assert (await event.seller.decide(str(reservation.id), "approve")).status_code == 409
