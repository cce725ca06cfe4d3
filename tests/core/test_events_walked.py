"""Events, their lines, and the subscriptions of organisers against their own data, in a real database."""

from collections.abc import AsyncIterator
from itertools import count
from uuid import UUID

import pytest

from kalends.app.wiring import load_rooms
from kalends.billing.processes import SUBSCRIPTIONS
from kalends.billing.repository import subscriptions
from kalends.bookings import MACHINE
from kalends.bookings.schemas.events import EventRequest
from kalends.bookings.service.events.machine import EVENT_LINES
from kalends.bookings.service.organising.create import draft_event
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.states import Order, begin, fire
from kalends.core.unit import open_unit
from tests.fixtures.crowds import crowd
from tests.fixtures.deals import at_hour, with_money
from tests.fixtures.events import Party, a_party, event, served
from tests.fixtures.grounds import act_on_event, acting, circumstances_of_booking
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import user_id_of
from tests.fixtures.profiles import house_with
from tests.fixtures.timing import Timing, expect_timer, timers_of
from tests.fixtures.walks import Ground, try_everything_in

load_rooms()
EVENT, LINE = MACHINE.processes["event"], EVENT_LINES.processes["event_line"]
SUBSCRIPTION = SUBSCRIPTIONS.processes["subscription"]


@pytest.fixture
async def party(house: House, loopback: Loopback) -> AsyncIterator[Party]:
    async with served(house, loopback) as (market, client):
        found = await a_party(market, client, [300_000, 90_001])
        await with_money(market, await user_id_of(client, found.me), 10_000_000)
        yield found


async def test_every_step_of_an_event(party: Party) -> None:
    await party.draft()
    ground = Ground(party.house, MACHINE, EVENT, act_on_event, circumstances_of_booking())
    for state in EVENT.states:
        await try_everything_in(ground, UUID(party.id), state)
    await party.sound()


async def test_every_step_of_an_events_line(party: Party) -> None:
    await party.draft()
    await party.submit()
    ground = Ground(party.house, EVENT_LINES, LINE, acting(EVENT_LINES))
    for state in LINE.states:
        await try_everything_in(ground, UUID(party.lines[1]), state)
    await party.sound()


async def test_every_step_of_a_subscription(party: Party) -> None:
    ground = Ground(
        party.house,
        SUBSCRIPTIONS,
        SUBSCRIPTION,
        acting(SUBSCRIPTIONS),
        paths={"cancelled": frozenset({"abandon"})},
    )
    unpaid, active = [await _unpaid_subscription(party.house) for _ in range(2)]
    async with open_unit(party.house) as unit:
        await fire(unit, SUBSCRIPTIONS, active, "activate", Order(ActorKind.gateway))
    for state in SUBSCRIPTION.states:
        await try_everything_in(ground, active if state == "cancelled" else unpaid, state)
    await party.sound()


async def test_every_timer_of_a_subscription(party: Party) -> None:
    ground = Ground(party.house, SUBSCRIPTIONS, SUBSCRIPTION, acting(SUBSCRIPTIONS))

    async def make(_: int) -> UUID:
        return await _unpaid_subscription(party.house)

    for timer in timers_of(SUBSCRIPTION):
        await expect_timer(ground, make, Timing(*timer))


async def test_every_timer_of_an_event(party: Party) -> None:
    other = await a_party(party.house, party.client, [100_000, 50_000])
    await with_money(party.house, await user_id_of(other.client, other.me), 10_000_000)
    # Where no subscriptions are sold, so that none ends on the way.
    house = house_with(party.house, features={"subscriptions": False})
    days = count(30)

    async def make(n: int) -> UUID:
        one = (party, other)[n]
        start = await at_hour(house, days=next(days) if n == 0 else 30)
        one.start = start if n == 0 else party.start
        organiser = Principal(ActorKind.customer, await user_id_of(one.client, one.me))
        async with open_unit(house, organiser) as unit:
            body = event(one.start, one.vendors)
            return (await draft_event(unit, EventRequest.model_validate(body))).id

    ground = Ground(house, MACHINE, EVENT, act_on_event)
    for timer in timers_of(EVENT):
        await expect_timer(ground, make, Timing(*timer))


async def _unpaid_subscription(house: House) -> UUID:
    [guest] = await crowd(house, 1)
    async with open_unit(house) as unit:
        plan = unit.profile.subscriptions.plans[0]
        row = await subscriptions.add(unit, guest.id, plan)
        assert row is not None
        await begin(unit, SUBSCRIPTIONS, row, ActorKind.customer)
        found: UUID = row.id
        return found
