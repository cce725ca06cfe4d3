"""One run: build the city, find the limits, load the marketplace, for one and for two server processes."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kalends.app.wiring import build_house
from kalends.bookings.rules.policy import Policy
from kalends.core.house import House
from kalends.core.unit import open_unit

from .city import City, build_city
from .effort import spent
from .limits import Limit, booking_scripts, hash_limit, prepare, sql_limit
from .load import Measured, Order
from .market import Market, await_letters, loaded, market, serving, serving_bare
from .postings import limit_script, posted, record_capture
from .record import Recorder, Recording, script
from .timers import measure_timers
from .webhook import webhook_costs
from .works import BOOK, MINE, POST, SEARCH, SIGN_IN, WORKS, Ask, Asks, Work

_SAMPLES = 20  # recorded requests of a reading work, two of each client
_ENOUGH = 40_000  # requests prepared for one load; a faster server starts over
_BOOKINGS_ENOUGH = 500  # bookings prepared per second: they cannot start over
Told = Callable[[str], None]


@dataclass(frozen=True)
class Manner:
    """What to measure: which works, with how many server processes, for how many seconds each; `timers` besides."""

    works: Sequence[Work] = WORKS
    processes: Sequence[int] = (1, 2)
    seconds: float = 8.0
    timers: bool = True


@dataclass
class Found:
    """A work's figures with one number of processes. `limit` is asked once, for all of them."""

    work: Work
    processes: int
    peak: Measured
    steady: Measured
    cost: float  # milliseconds of processor for an answer, in all processes
    limit: Limit
    bare: float

    @property
    def met(self) -> bool:
        """The peak is above the target's rate, and at that rate the slowest hundredth is fast enough."""
        answered = not self.steady.unanswered and not self.peak_faults
        return (
            answered and self.peak.per_second >= self.work.rate and self.steady.p99 < self.work.p99
        )

    @property
    def peak_faults(self) -> dict[str, int]:
        """Answers that nobody should get: server errors, and refusals by the bench's own fault."""
        expected = {"200", "201", "409"} if self.work is BOOK else {"200", "posted"}
        return {s: n for s, n in self.peak.statuses.items() if s not in expected}


@dataclass(frozen=True)
class Results:
    """All figures, and what else was counted, in sentences."""

    found: Sequence[Found]
    notes: Sequence[str]


@dataclass
class Run:
    place: Market
    asks: Asks
    recorded: dict[str, list[Recording]]
    manner: Manner
    found: list[Found] = field(default_factory=list)
    limits: dict[str, Limit] = field(default_factory=dict)
    booking: Ask | None = None
    notes: list[str] = field(default_factory=list)


def measure(manner: Manner, told: Told) -> Results:
    with market() as place:
        told("building the city")
        run = asyncio.run(_prepared(place, manner))
        for work in manner.works:
            for processes in manner.processes:
                told(f"{work.name}, {processes} process{'es' * (processes > 1)}")
                measure_one = _measure_postings if work is POST else _measure_work
                measure_one(run, work, processes)
        if manner.timers:
            told("timers")
            run.notes.append(measure_timers(place, run.asks, manner.seconds).sentence())
        return Results(run.found, run.notes)


async def _prepared(place: Market, manner: Manner) -> Run:
    house = build_house(place.settings, place.url)
    try:
        city = await build_city(house, await _policy(house))
        prepare(place)
        run = Run(place, Asks(city), {}, manner)
        await _record(run, Recorder(house), city)
        run.recorded[POST.name] = [await record_capture(house, Recorder(house))]
        paid = run.asks.booking(city.customers[3], run.asks.fresh_slot())
        run.notes.append(await webhook_costs(house, paid))
        return run
    finally:
        await house.close()


async def _policy(house: House) -> str:
    async with open_unit(house, read_only=True) as unit:
        return json.dumps(Policy.of(unit.profile, now=unit.now, start=unit.now).write())


async def _record(run: Run, recorder: Recorder, city: City) -> None:
    for work in (SEARCH, MINE):
        asks = run.asks.of(work, _SAMPLES // 2)
        await recorder.record(asks[0])  # so that nothing is counted that happens once
        run.recorded[work.name] = [await recorder.record(a) for a in asks for _ in range(2)]
    await recorder.record(run.asks.booking(city.customers[0], run.asks.fresh_slot()))
    slot = run.asks.fresh_slot()
    run.booking = run.asks.booking(city.customers[1], slot)
    made = await recorder.record(run.booking)
    refused = await recorder.record(run.asks.booking(city.customers[2], slot))
    assert (made.status, refused.status) == (201, 409), (made.body, refused.body)
    run.recorded[BOOK.name] = [made, refused]


def _measure_work(run: Run, work: Work, processes: int) -> None:
    seconds = run.manner.seconds
    with serving(run.place, processes) as port:
        _load(run, work, port, None)  # statements are prepared, caches filled, letters started
        await_letters(run.place)
        before = spent()
        peak = _load(run, work, port, None)
        cost = (spent() - before) * 1000 / max(peak.sent, 1)
        await_letters(run.place)
        steady = _load(run, work, port, work.rate)
        await_letters(run.place)
    if work.name not in run.limits:
        run.limits[work.name] = _limit(run, work, peak, seconds / 2)
    run.found.append(
        Found(
            work,
            processes,
            peak,
            steady,
            cost,
            run.limits[work.name],
            _bare(run, work, processes),
        )
    )


def _measure_postings(run: Run, work: Work, processes: int) -> None:
    seconds = run.manner.seconds
    peak, cost = posted(run.place, processes, seconds, None)
    steady, _ = posted(run.place, processes, seconds, work.rate)
    if work.name not in run.limits:
        scripts = [(limit_script(run.recorded[work.name][0]), 1.0)]
        run.limits[work.name] = sql_limit(run.place, scripts, seconds / 2)
    limit = run.limits[work.name]
    run.found.append(Found(work, processes, peak, steady, cost, limit, bare=0.0))


def _load(run: Run, work: Work, port: int, rate: float | None) -> Measured:
    seconds = run.manner.seconds
    count = _ENOUGH if work is not BOOK else int((rate or _BOOKINGS_ENOUGH) * (seconds + 3))
    path = run.place.home / "requests"
    connections = 64 if rate else work.connections
    order = Order(port, str(path), connections, seconds, rate)
    return loaded(run.place, order, run.asks.of(work, count))


def _limit(run: Run, work: Work, peak: Measured, seconds: float) -> Limit:
    if work is SIGN_IN:
        return hash_limit(seconds)
    recorded = run.recorded[work.name]
    if work is BOOK:
        assert run.booking is not None
        share = peak.statuses.get("201", 0) / max(sum(peak.statuses.values()), 1)
        scripts = booking_scripts(run.asks, run.booking, recorded[0], recorded[1], share)
    else:
        scripts = [(script(recording, {}), 1.0) for recording in recorded]
    return sql_limit(run.place, scripts, seconds)


def _bare(run: Run, work: Work, processes: int) -> float:
    """The same number of processes, the same client, an answer of the same length without any work."""
    if work is SIGN_IN:
        return 0.0
    asks = run.asks.of(MINE, 2000)
    with serving_bare(run.place, processes, run.recorded[work.name][0].body) as port:
        order = Order(port, str(run.place.home / "requests"), 64, max(run.manner.seconds / 4, 1))
        return loaded(run.place, order, asks).per_second
