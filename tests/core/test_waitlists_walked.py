"""Waitlists against their own data: every step from every state by everybody, every timer at its time."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from kalends.bookings.rules.processes import WAITLIST
from kalends.bookings.service.waiting.machine import WAITLISTS
from kalends.bookings.types import Slot
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.process import Transition
from kalends.core.states import Order, fire
from kalends.core.unit import Unit
from tests.fixtures.deals import at_hour
from tests.fixtures.places import a_room
from tests.fixtures.timing import Timing, expect_timer, timers_of
from tests.fixtures.waiting import a_line
from tests.fixtures.walks import Ground, try_everything_in


async def _act(unit: Unit, entry_id: UUID, step: Transition, actor: ActorKind) -> None:
    """By the engine; what is offered is the time that was wished."""
    row = await WAITLISTS.lock(unit, entry_id)
    assert row is not None
    if actor is ActorKind.customer:
        unit.principal = Principal(actor, row.customer_id)
    start = row.during.lower
    end = start + timedelta(minutes=row.minutes)
    slot = Slot("room", row.target_id, start, end, end) if step.name == "offer" else None
    await fire(unit, WAITLISTS, entry_id, step.name, Order(actor, None, slot))


async def _an_entry(house: House, client: httpx.AsyncClient, pass_time: Callable) -> UUID:
    """Somebody waits for time that has just been freed and that nobody has looked at yet."""
    line = await a_line(house, client, pass_time, await a_room(house), await at_hour(house))
    _, entry = await line.somebody()
    await line.call_off(run=False)
    return UUID(entry)


async def test_every_step_of_waiting(house: House, client: httpx.AsyncClient, pass_time) -> None:
    ground = Ground(house, WAITLISTS, WAITLIST, _act)
    entry_id = await _an_entry(house, client, pass_time)
    for state in WAITLIST.states:
        await try_everything_in(ground, entry_id, state)


@pytest.mark.parametrize("name", ["expire", "lapse"])
async def test_every_timer_of_waiting(
    house: House, client: httpx.AsyncClient, pass_time, name: str
) -> None:
    ground = Ground(house, WAITLISTS, WAITLIST, _act)

    async def make(_: int) -> UUID:
        return await _an_entry(house, client, pass_time)

    [timer] = [one for one in timers_of(WAITLIST) if one[0].name == name]
    await expect_timer(ground, make, Timing(*timer))
