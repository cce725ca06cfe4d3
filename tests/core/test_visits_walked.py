"""Visits against their own data: every step from every state by everybody, in a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from uuid import UUID

import pytest

from kalends.app.wiring import load_rooms
from kalends.bookings import MACHINE
from kalends.core.house import House
from tests.fixtures.asking import Street, open_street
from tests.fixtures.deals import with_money
from tests.fixtures.grounds import (
    a_customer,
    act_on_booking,
    circumstances_of_booking,
    confirmed_by_customer,
    with_trial,
)
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import user_id_of
from tests.fixtures.timing import Timing, expect_timer, timers_of
from tests.fixtures.walks import Ground, try_everything_in

load_rooms()
# A visit always waits for the customer's code: only that lets its money go at once.
BY_CODE = frozenset({"force_complete"})
AVOIDED = dict.fromkeys(("release", "ask_rating", "close"), BY_CODE)
INSTANT, FLEXI, TRIAL = (MACHINE.processes[name] for name in ("instant", "flexi", "trial"))


@pytest.fixture
async def street(house: House, loopback: Loopback) -> AsyncIterator[Street]:
    async with open_street(house, loopback) as found:
        await with_money(found.house, await user_id_of(found.client, found.me), 10_000_000)
        yield found


def _ground(street: Street, name: str) -> Ground:
    return Ground(
        street.house,
        MACHINE,
        MACHINE.processes[name],
        act_on_booking,
        circumstances_of_booking("end_time", "customer_confirm", "otp"),
        detours=frozenset({"confirm_release", "auto_release"}),
        paths={"pending_clearance": frozenset({"leave_open"}), "released": frozenset({"release"})},
    )


async def test_every_step_of_an_instant_booking(street: Street) -> None:
    booking_id = UUID(await street.booked(await street.artist()))
    for state in INSTANT.states:
        await try_everything_in(_ground(street, "instant"), booking_id, state)
    await street.expect_green()


async def test_every_step_of_a_flexi_booking_and_of_its_trial(street: Street) -> None:
    main, _ = await with_trial(street, await street.artist(type="flexi"), 0)
    for state in FLEXI.states:
        await try_everything_in(_ground(street, "flexi"), main, state)
    _, trial = await with_trial(street, await street.artist(type="flexi"), 5000)
    for state in TRIAL.states:
        await try_everything_in(_ground(street, "trial"), trial, state)
    await street.expect_green()


@pytest.mark.parametrize("name", ["instant", "flexi"])
async def test_every_timer_of_a_visit(street: Street, name: str) -> None:
    artists, hours = [await street.artist(type=name) for _ in range(2)], count(30)

    async def make(n: int) -> UUID:
        street.me = await a_customer(street)
        if name == "flexi":
            return (await with_trial(street, artists[n], 0, next(hours)))[0]
        return UUID(await street.booked(artists[n], hours=next(hours)))

    ground = replace(_ground(street, name), paths={})
    for timer in timers_of(MACHINE.processes[name], but={"auto_release"}):
        await expect_timer(ground, make, Timing(*timer, AVOIDED.get(timer[0].name, frozenset())))


async def test_every_timer_of_a_trial(street: Street) -> None:
    artists, hours = [await street.artist(type="flexi") for _ in range(2)], count(30)

    async def make(n: int) -> UUID:
        street.me = await a_customer(street)
        return (await with_trial(street, artists[n], 5000, next(hours)))[1]

    async def make_slower(n: int) -> UUID:
        trial = await make(n)
        await confirmed_by_customer(street.house, trial)
        return trial

    ground = replace(_ground(street, "trial"), paths={})
    for step, source in timers_of(TRIAL):
        slower = step.name in {"await_clearance", "auto_release"}
        shut = frozenset({"release" if slower else "await_clearance"})
        await expect_timer(ground, make_slower if slower else make, Timing(step, source, shut))
