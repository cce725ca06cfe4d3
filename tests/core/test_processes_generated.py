"""Every process against its own data: each transition × each state × each actor, clocks, drawings."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from kalends.app.wiring import load_rooms
from kalends.bookings import MACHINE
from kalends.bookings.service.cancel import override_cancellation
from kalends.bookings.service.pay import pay_from_wallet
from kalends.core.checks import run_checks
from kalends.core.clock import advance, marketplace_now
from kalends.core.errors import Problem, TransitionNotAllowed
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind, Principal
from kalends.core.process import After, Process, Transition, mermaid, table
from kalends.core.states import MACHINES, Machine, actions, refusal
from kalends.core.timekeeper import fire_due
from kalends.core.unit import Unit, open_unit, session_scope
from tests.fixtures.deals import at_hour, marketplace_time, scalar
from tests.fixtures.places import a_room
from tests.fixtures.profiles import house_with
from tests.fixtures.stages import (
    COLUMNS,
    GUARDED,
    NOW,
    RENTAL,
    VARIANTS,
    a_booking_in,
    fire_transition,
    fitting,
    is_open,
    state_of,
)

load_rooms()
PROCESSES = [(m, p) for m in MACHINES.values() for p in m.processes.values()]
NAMED = pytest.mark.parametrize(
    ("machine", "process"), PROCESSES, ids=[f"{m.name}-{p.name}" for m, p in PROCESSES]
)
SUPERVISOR = Principal(ActorKind.operator, roles=frozenset({"super_admin"}))
TIMED = [(t, source) for t in RENTAL.transitions if t.clock for source in t.sources]
# Under the usual rules every state; under others those in which these change something.
_CHANGED = ("confirmed", "completed", "pending_clearance", "released")
STAGES = [("end_time", state) for state in RENTAL.states if state != "pending_clearance"] + [
    (variant, state)
    for variant in VARIANTS
    if variant != "end_time"
    for state in _CHANGED
    if variant != "deposit" or state != "pending_clearance"
]
_PAIRS = 6


def _subject(process: Process, state: str, **columns: Any) -> Any:
    values = {**COLUMNS, **columns}
    return SimpleNamespace(
        id=new_id(), process=process.name, state=state, state_since=NOW, version=1, **values
    )


@NAMED
def test_a_step_is_refused_unless_state_and_actor_are_listed(
    machine: Machine, process: Process
) -> None:
    for state in process.states:
        for transition in process.transitions[1:]:
            subject = _subject(process, state, **fitting(transition.guards))
            for actor in ActorKind:
                listed = state in transition.sources and actor in transition.by
                problem = refusal(machine, subject, transition.name, {actor}, NOW)
                assert (problem is None) == listed, (transition.name, state, actor)
                if problem:
                    _expect_explained(machine, subject, actor, problem)


def _expect_explained(machine: Machine, subject: Any, actor: ActorKind, problem: Problem) -> None:
    """The refusal says where it stands and what this actor could do instead."""
    assert isinstance(problem, TransitionNotAllowed)
    possible = actions(machine, subject, {actor}, NOW)
    assert problem.fields == {"state": subject.state, "actions": possible}
    mine = [t for t in machine.process_of(subject).leaving(subject.state) if actor in t.by]
    assert possible == [t.name for t in mine if _lets_through(machine, subject, t)]


def _lets_through(machine: Machine, subject: Any, transition: Transition) -> bool:
    return not any(machine.guards[guard](subject, NOW) for guard in transition.guards)


@NAMED
def test_each_guard_of_a_step_can_refuse_it_alone(machine: Machine, process: Process) -> None:
    assert machine.guards.keys() <= GUARDED.keys()
    for transition in process.transitions[1:]:
        for guard in transition.guards:
            columns = fitting(transition.guards)
            for state in transition.sources:
                refused = _subject(process, state, **columns | GUARDED[guard][1])
                for actor in transition.by:
                    assert refusal(machine, refused, transition.name, {actor}, NOW)
                    assert transition.name not in actions(machine, refused, {actor}, NOW)


@NAMED
def test_nobody_can_create_what_exists(machine: Machine, process: Process) -> None:
    first = process.transitions[0]
    assert first.sources == ()
    for state in process.states:
        for actor in ActorKind:
            assert refusal(machine, _subject(process, state), first.name, {actor}, NOW)


@NAMED
def test_the_drawing_and_the_table_show_every_edge(machine: Machine, process: Process) -> None:
    drawing, rows = mermaid(process), table(process).splitlines()
    assert f"[*] --> {process.initial}" in drawing
    for transition in process.transitions:
        for source in transition.sources:
            edge = f"    {source} --> {transition.target or source}: {transition.name} by "
            assert edge in drawing
        row = next(row for row in rows if row.startswith(f"| {transition.name} |"))
        words = (*transition.sources, *transition.by, *transition.guards, *transition.effects)
        assert all(word in row for word in words)
    assert len(rows) == 2 + len(process.transitions)
    for state in process.terminal:
        assert f"{state} --> [*]" in drawing


@pytest.mark.parametrize(("variant", "state"), STAGES)
async def test_each_listed_step_of_a_rental_works_and_each_other_is_refused(
    house: House, variant: str, state: str
) -> None:
    house, start = _under(house, variant), await at_hour(house)
    booking_id = await a_booking_in(house, state, start=start)
    if VARIANTS[variant][1]:
        await _pass(house, int((start - await marketplace_time(house)).total_seconds()) + 60)
    for transition in RENTAL.transitions[1:]:
        for actor in ActorKind:
            async with session_scope(house) as session:
                unit = Unit(house, session, await marketplace_now(session))
                row = await MACHINE.lock(unit, booking_id)
                guarded = any(MACHINE.guards[g](row, unit.now) for g in transition.guards)
                if transition.allows(state, actor) and not guarded:
                    await _expect_step(unit, booking_id, transition, (state, actor))
                else:
                    await _expect_refusal(unit, booking_id, transition, (state, actor))
                await session.rollback()


def _under(house: House, variant: str) -> House:
    return house_with(house, **VARIANTS[variant][0])


def _rules_of(house: House, transition: Transition) -> str:
    """The first rules under which no guard but the clock's stands in the step's way."""
    if {"owes", "owes_balance"} & {*transition.guards}:
        return "deposit"
    timeless = replace(transition, guards=tuple(g for g in transition.guards if g != "begun"))
    return next(name for name in VARIANTS if is_open(_under(house, name), timeless))


async def _expect_step(
    unit: Unit, booking_id: UUID, transition: Transition, given: tuple[str, ActorKind]
) -> None:
    """The state, its history and everything else is written, and holds at commit."""
    before = await state_of(unit, booking_id)
    await fire_transition(unit, booking_id, transition, given[1])
    await unit.write_jobs()
    await unit.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    after = await state_of(unit, booking_id)
    expected = transition.target or given[0]
    assert (after.state, after.to_state) == (expected, expected)
    assert (after.transition, after.actor_kind) == (transition.name, given[1].value)
    assert after.version == after.seq == before.version + 1
    assert await run_checks(unit) == {}


async def _expect_refusal(
    unit: Unit, booking_id: UUID, transition: Transition, given: tuple[str, ActorKind]
) -> None:
    with pytest.raises(TransitionNotAllowed) as refused:
        await fire_transition(unit, booking_id, transition, given[1])
    assert refused.value.fields["state"] == given[0]
    assert (await state_of(unit, booking_id)).state == given[0]


@pytest.mark.parametrize(("transition", "source"), TIMED, ids=[f"{t.name}-{s}" for t, s in TIMED])
async def test_a_timer_of_a_rental_fires_at_its_time_and_not_before(
    house: House, transition: Transition, source: str
) -> None:
    house, start = _under(house, _rules_of(house, transition)), await at_hour(house)
    booking_id = await a_booking_in(house, source, start=start)
    due = await _due(house, booking_id, transition.name)
    assert due == await _expected(house, booking_id, transition, start)
    ahead = int((due - await marketplace_time(house)).total_seconds())
    if ahead > 2:
        await _pass(house, ahead - 2)
        await fire_due(house)
        assert await _fired(house, booking_id, transition.name) == 0
        await _pass(house, 3)
    await asyncio.gather(fire_due(house), fire_due(house))
    assert await _fired(house, booking_id, transition.name) == 1
    await fire_due(house)
    assert await _fired(house, booking_id, transition.name) == 1
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}


async def _expected(
    house: House, booking_id: UUID, transition: Transition, start: datetime
) -> datetime:
    policy = await scalar(house, "SELECT policy FROM bookings WHERE id = :id", id=booking_id)
    since = await scalar(house, "SELECT state_since FROM bookings WHERE id = :id", id=booking_id)
    clock = transition.clock
    if isinstance(clock, After):
        moment: datetime = since + timedelta(minutes=policy["minutes"][clock.policy])
        return moment
    assert clock is not None
    anchor = start if clock.anchor == "start" else start + timedelta(hours=1)
    return anchor - timedelta(minutes=policy["minutes"][clock.before] if clock.before else 0)


async def test_a_reminder_whose_time_has_passed_is_not_sent(house: House) -> None:
    soon = (await marketplace_time(house) + timedelta(hours=3)).replace(
        minute=0, second=0, microsecond=0
    )
    booking_id = await a_booking_in(house, "confirmed", start=soon)
    timers = "SELECT array_agg(transition ORDER BY transition) FROM timers WHERE subject_id = :id"
    assert await scalar(house, timers, id=booking_id) == ["complete"]


async def test_a_payment_and_the_end_of_the_hold_have_one_winner(house: House) -> None:
    winners = await _race(house, "awaiting_payment", minutes=16, action=_pay)
    assert set(winners) <= {"pay", "payment_timeout"}


async def test_the_end_of_a_booking_and_its_cancellation_have_one_winner(house: House) -> None:
    winners = await _race(house, "confirmed", minutes=8 * 24 * 60, action=_cancel)
    assert set(winners) <= {"release", "override_cancel"}


async def test_the_release_of_money_and_its_refund_have_one_winner(house: House) -> None:
    winners = await _race(house, "completed", minutes=0, action=_cancel)
    assert set(winners) <= {"release", "override_cancel"}


async def _race(
    house: House, state: str, *, minutes: int, action: Callable[[House, UUID], Awaitable[None]]
) -> list[str]:
    """Bookings whose timers are due, and people who act on them at the same time; who came last."""
    start, room = await at_hour(house), await a_room(house)
    ids = [
        await a_booking_in(house, state, start=start + timedelta(hours=n), room=room)
        for n in range(_PAIRS)
    ]
    await _pass(house, 60 * minutes)
    await asyncio.gather(fire_due(house), fire_due(house), *(action(house, i) for i in ids))
    await fire_due(house)
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}
        return [(await state_of(unit, booking_id)).transition for booking_id in ids]


async def _pay(house: House, booking_id: UUID) -> None:
    customer = await scalar(house, "SELECT customer_id FROM bookings WHERE id = :id", id=booking_id)
    with suppress(TransitionNotAllowed):
        async with open_unit(house, Principal(ActorKind.customer, customer)) as unit:
            await pay_from_wallet(unit, booking_id)


async def _cancel(house: House, booking_id: UUID) -> None:
    with suppress(TransitionNotAllowed):
        async with open_unit(house, SUPERVISOR) as unit:
            await override_cancellation(unit, booking_id, "flooded", 50)


async def _pass(house: House, seconds: int) -> None:
    async with open_unit(house) as unit:
        await advance(unit.session, seconds)


async def _due(house: House, booking_id: UUID, name: str) -> datetime:
    query = "SELECT due_at FROM timers WHERE subject_id = :id AND transition = :name"
    due: datetime = await scalar(house, query, id=booking_id, name=name)
    return due


async def _fired(house: House, booking_id: UUID, name: str) -> int:
    query = "SELECT count(*) FROM booking_transitions WHERE subject_id = :id AND transition = :name"
    count: int = await scalar(house, query, id=booking_id, name=name)
    return count
