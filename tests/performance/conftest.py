"""A marketplace in which every list is long, without rate limits: those have statements of their own."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from kalends.app.asgi import serve
from kalends.core.clock import advance
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.core.worker import drain
from tests.fixtures.crowds import crowd
from tests.fixtures.deals import paid_at_sandbox, with_earnings, with_money
from tests.fixtures.loopback import Loopback
from tests.fixtures.markets import market_app, market_of
from tests.fixtures.people import PASSWORD
from tests.fixtures.places import a_room, a_venue, an_addon
from tests.security.calls import BANK
from tests.security.makers import new_payout, new_review
from tests.security.world import World, build_world

LONG = 21  # one more than fits on a page


@pytest.fixture
async def app(house: House, loopback: Loopback) -> FastAPI:
    """The application with every feature that a marketplace may have."""
    loopback.app = market_app(market_of(house))
    return loopback.app


@pytest.fixture
async def world(house: House, app: FastAPI, client: httpx.AsyncClient) -> World:
    house = market_of(house)
    rules = house.profile.booking
    booking = rules.model_copy(
        update={
            "max_live_holds": 100_000,
            "window_days": 100_000,
            "series": rules.series.model_copy(update={"max_unpaid": 100_000}),
            "waitlist": rules.waitlist.model_copy(update={"max_open": 100_000}),
        }
    )
    payout = house.profile.payout.model_copy(update={"bank_change_hold_hours": 0})
    profile = house.profile.model_copy(
        update={"rate_limits": {}, "booking": booking, "payout": payout}
    )
    free = replace(house, profile=profile)
    serve(app, free)
    return await build_world(free, client)


@pytest.fixture
async def crowded(world: World) -> World:
    """The same, with so many rows of everything that a page is full."""
    await _fill_the_catalogue(world)
    await _fill_the_diary(world)
    await _fill_the_drawer(world)
    await _fill_the_purses(world)
    await crowd(world.house, LONG)
    mine = world.halves["near"].customer
    for _ in range(LONG):
        await world.post("auth/login", {"email": mine.email, "password": PASSWORD}, mine.headers)
    await drain(world.house)
    return world


async def _fill_the_catalogue(world: World) -> None:
    half = world.halves["near"]
    for _ in range(LONG):
        room = await a_room(world.house, half.venue)
        await world.post("favourites", {"room_id": str(room.id)}, half.customer.headers)
        await an_addon(world.house, half.venue)
        await a_venue(world.house)


async def _fill_the_diary(world: World) -> None:
    half = world.halves["near"]
    assert half.customer.user_id is not None
    for _ in range(LONG):
        half.things.update(await new_review(world, half))
        await with_money(world.house, half.customer.user_id, 100)
    async with open_unit(world.house) as unit:
        await advance(unit.session, 20 * 24 * 3600)
    world.start += timedelta(days=40)
    for _ in range(LONG):
        body = {"booking_id": await world.new_booking(half.customer, half.room_id)}
        await world.post("payments/create-order", body, half.customer.headers)
    for _ in range(2):
        booking_id = await world.new_booking(half.customer, half.room_id)
        await paid_at_sandbox(world.client, half.customer.headers, booking_id, "wrong-amount")


async def _fill_the_drawer(world: World) -> None:
    """Receipts of bookings that were paid."""
    half = world.halves["near"]
    for _ in range(LONG):
        booking_id = await world.new_booking(half.customer, half.room_id)
        path = f"bookings/{booking_id}/pay"
        await world.post(path, {"method": "wallet"}, half.customer.headers)


async def _fill_the_purses(world: World) -> None:
    """Payouts of this month, each with its own earnings, and providers with money."""
    half = world.halves["near"]
    async with open_unit(world.house, read_only=True) as unit:
        world.month = unit.now.strftime("%Y-%m")
    for _ in range(LONG):
        await new_payout(world, half)
        body = BANK | {"provider_id": half.things["provider_id"]}
        await world.post("providers/bank-details", body, half.owner.headers)
        await with_earnings(world.house, (await a_venue(world.house)).provider_id, 100)
