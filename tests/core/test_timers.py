"""A timer that fails holds up no other, is tried again with pauses, and in the end shown to a person."""

from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from kalends.core.house import House
from kalends.core.timekeeper import MAX_ATTEMPTS, fire_due
from kalends.core.timers import dead_timers, revive_timers
from kalends.core.unit import open_unit
from tests.fixtures.deals import at_hour, scalar
from tests.fixtures.stages import a_booking_in

PassTime = Callable[..., Awaitable[None]]
STATE = "SELECT state FROM bookings WHERE id = :id"


@pytest.fixture
async def broken(house: House) -> UUID:
    """An unpaid booking of a process that nobody knows, so that no transition of it can be finished."""
    booking_id = await a_booking_in(house, "awaiting_payment", start=await at_hour(house))
    await _set_process(house, booking_id, "forgotten")
    return booking_id


async def _set_process(house: House, booking_id: UUID, process: str) -> None:
    async with house.engine.begin() as connection:
        change = text("UPDATE bookings SET process = :process WHERE id = :id")
        await connection.execute(change, {"process": process, "id": booking_id})


async def _timer(house: House, booking_id: UUID) -> Any:
    async with open_unit(house, read_only=True) as unit:
        query = text("SELECT *, due_at - kalends_now() AS pause FROM timers WHERE subject_id = :id")
        return (await unit.session.execute(query, {"id": booking_id})).one()


async def test_a_timer_that_fails_holds_up_no_other(
    house: House, broken: UUID, pass_time: PassTime
) -> None:
    sound = await a_booking_in(house, "awaiting_payment", start=await at_hour(house))
    await pass_time(minutes=16)
    assert await scalar(house, STATE, id=sound) == "expired"
    assert await scalar(house, STATE, id=broken) == "awaiting_payment"
    timer = await _timer(house, broken)
    assert timer.attempts >= 1  # a slow machine has time for another one
    assert (timer.last_error, timer.dead) == ("KeyError", False)


async def test_the_pauses_grow_and_the_last_failure_is_final(
    house: House, broken: UUID, pass_time: PassTime
) -> None:
    await pass_time(minutes=16)
    pauses = [(await _timer(house, broken)).pause]
    for _ in range(MAX_ATTEMPTS - 1):
        await pass_time(minutes=10)
        pauses.append((await _timer(house, broken)).pause)
    assert all(earlier < later for earlier, later in pairwise(pauses[:8]))
    assert (await _timer(house, broken)).attempts == MAX_ATTEMPTS
    await pass_time(hours=2)
    async with open_unit(house, read_only=True) as unit:
        (dead,) = await dead_timers(unit)
    assert (dead.subject_id, dead.attempts) == (broken, MAX_ATTEMPTS)


async def test_a_dead_timer_can_be_given_another_life(
    house: House, broken: UUID, pass_time: PassTime
) -> None:
    await pass_time(minutes=16)
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE timers SET dead = true, attempts = 10"))
    await _set_process(house, broken, "rental")
    await fire_due(house)
    assert await scalar(house, STATE, id=broken) == "awaiting_payment"
    async with open_unit(house) as unit:
        await revive_timers(unit)
    await fire_due(house)
    assert await scalar(house, STATE, id=broken) == "expired"
    assert await scalar(house, "SELECT count(*) FROM timers WHERE dead") == 0
