"""Appointments against their own data: each step × state × actor, before and after the start, and each timer."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from kalends.app.wiring import load_rooms
from kalends.bookings import MACHINE, pay_from_wallet
from kalends.core.checks import run_checks
from kalends.core.clock import advance, marketplace_now
from kalends.core.errors import TransitionNotAllowed
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.process import Transition
from kalends.core.unit import Unit, open_unit, session_scope
from tests.fixtures.loopback import Loopback
from tests.fixtures.markets import market_app
from tests.fixtures.people import user_id_of
from tests.fixtures.salons import Salon, a_salon, salon_house
from tests.fixtures.stages import fire_transition, is_open, state_of, way_to

load_rooms()
APPOINTMENT = MACHINE.processes["appointment"]
TIMELY = {"nearly_begun", "begun", "customer_overdue", "provider_overdue"}
# Where the way there depends on who has to approve, and when.
RULES = {
    "none": {*APPOINTMENT.states} - {"awaiting_provider", "no_show"},
    "after_payment": {"awaiting_payment", "awaiting_provider", "confirmed"},
    "before_payment": {"awaiting_payment", "awaiting_provider", "declined_with_option"},
}
HOURS = {"weekly": [{"weekday": d, "opens": "00:00", "closes": "24:00"} for d in range(7)]}
# Whatever the time of day: the marketplace's clock at which each of these begins.
CLOCKS = {"none": 17, "after_payment": 23, "before_payment": 0}
ENDS = {"expired", "cancelled", "closed", "no_show"}


async def _salon(house: House, loopback: Loopback, approval: str) -> Salon:
    rules = {"approval": approval, "early_start_minutes": 1440, "max_live_holds": 100}
    market = salon_house(house, booking=rules)
    loopback.app = market_app(market)
    http = httpx.AsyncClient(transport=loopback, base_url="http://kalends.test")
    return await a_salon(market, http, hours=HOURS)


@pytest.mark.parametrize("approval", RULES)
async def test_each_listed_step_of_an_appointment_works_and_each_other_is_refused(
    house: House, loopback: Loopback, approval: str
) -> None:
    await reach_hour(house, CLOCKS[approval])
    salon = await _salon(house, loopback, approval)
    start = (await salon.at(0, days=0)) + timedelta(hours=CLOCKS[approval] + 3)
    stages = {
        state: await _booking_in(salon, state, start + timedelta(hours=2 * n))
        for n, state in enumerate(sorted(RULES[approval], key=lambda s: s != "confirmed"))
    }
    for state, booking_id in stages.items():
        await _try_every_step(salon.house, booking_id, state)
        await _expect_timers(salon.house, booking_id)
    if "confirmed" in stages:
        await salon.reach(start + timedelta(minutes=45))
        await _try_every_step(salon.house, stages["confirmed"], "confirmed")
    for _ in range(4):  # done, cleared, released, closed
        await salon.pass_time(hours=24 * 30)
    for booking_id in stages.values():
        async with open_unit(salon.house, read_only=True) as unit:
            assert (await state_of(unit, booking_id)).state in ENDS
    await salon.expect_green()


async def reach_hour(house: House, hour: int) -> None:
    """Let the clock pass to the next such full hour, in UTC."""
    async with open_unit(house) as unit:
        today = unit.now.replace(hour=hour, minute=0, second=0, microsecond=0)
        await advance(unit.session, int((today - unit.now).total_seconds()) % 86400 + 1)


async def _booking_in(salon: Salon, state: str, start: datetime) -> UUID:
    """Walked there by the process's own steps, with real money."""
    booking_id = UUID(await salon.booked("colour", start, "asha"))
    me = Principal(ActorKind.customer, await user_id_of(salon.client, salon.me))
    async with open_unit(salon.house, read_only=True) as unit:
        here = (await state_of(unit, booking_id)).state
    for step in way_to(APPOINTMENT, state, lambda t: _open_now(salon.house, t), start=here):
        async with open_unit(salon.house, me) as unit:
            if step.name in {"pay", "pay_unapproved"}:
                await pay_from_wallet(unit, booking_id)
            else:
                await fire_transition(unit, booking_id, step, step.by[0])
    return booking_id


def _open_now(house: House, step: Transition) -> bool:
    timeless = tuple(g for g in step.guards if g not in TIMELY | {"nothing_paid", "something_paid"})
    first = house.profile.booking.approval == "before_payment"
    if first and step.name in {"pay", "approve_unpaid"}:
        return True
    if first and step.name in {"approve", "pay_unapproved", "unapproved"}:
        return False
    return is_open(
        house, Transition(step.name, step.sources, step.target, step.by, guards=timeless)
    )


async def _try_every_step(house: House, booking_id: UUID, state: str) -> None:
    for step in APPOINTMENT.transitions:
        for actor in ActorKind:
            if not step.sources:
                continue
            async with session_scope(house) as session:
                unit = Unit(house, session, await marketplace_now(session))
                row = await MACHINE.lock(unit, booking_id)
                refused = any(MACHINE.guards[g](row, unit.now) for g in step.guards)
                if step.allows(state, actor) and not refused:
                    await _expect_step(unit, booking_id, step, actor)
                else:
                    with pytest.raises(TransitionNotAllowed):
                        await fire_transition(unit, booking_id, step, actor)
                await session.rollback()


async def _expect_step(unit: Unit, booking_id: UUID, step: Transition, actor: ActorKind) -> None:
    before = await state_of(unit, booking_id)
    await fire_transition(unit, booking_id, step, actor)
    await unit.write_jobs()
    await unit.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    after = await state_of(unit, booking_id)
    assert after.state == after.to_state == (step.target or before.state)
    assert (after.transition, after.actor_kind) == (step.name, actor.value)
    assert await run_checks(unit) == {}, step.name


async def _expect_timers(house: House, booking_id: UUID) -> None:
    """Each timer of the state is set for its time, unless a guard would refuse it then."""
    async with open_unit(house, read_only=True) as unit:
        row = (
            await unit.session.execute(
                text("SELECT * FROM bookings WHERE id = :id"), {"id": booking_id}
            )
        ).one()
        found = await unit.session.execute(
            text("SELECT transition, due_at FROM timers WHERE subject_id = :id"), {"id": booking_id}
        )
        timers = {row.transition: row.due_at for row in found}
        expected = {}
        for step in APPOINTMENT.timed(row.state):
            assert step.clock is not None
            due = step.clock.due(MACHINE.facts(row))
            if not any(MACHINE.guards[g](row, max(due, unit.now)) for g in step.guards):
                expected[step.name] = due
        late = {n for n in expected if n not in timers}
        assert late <= {"remind", "overrun"}
        assert timers == {n: due for n, due in expected.items() if n in timers}
