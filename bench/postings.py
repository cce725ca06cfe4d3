"""The ledger without HTTP: units of our own code that post a capture each, in processes of their own.

`python -m bench.postings <plan.json>` posts what the plan says and prints a `Tally` as JSON.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop

from kalends import ledger
from kalends.app.wiring import build_house
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.settings import Settings
from kalends.core.unit import open_unit

from .effort import spent
from .limits import fresh_ids
from .load import WARM_UP, Measured
from .market import Market
from .record import Recorder, Recording, script

HANDS = 16  # units under way at once in a process: as many as it has connections


@dataclass(frozen=True)
class Plan:
    """`rate` is of this process, in postings a second; without it every hand begins anew at once."""

    home: str
    url: str
    seconds: float
    rate: float | None = None


@dataclass
class Tally:
    """Waits in milliseconds after the warm-up. `unanswered` were due and not posted at the end."""

    waits: list[float]
    sent: int
    unanswered: int


async def capture(house: House) -> None:
    """What the ledger does for a captured payment: one transaction, from the gateway to a new escrow."""
    payment = new_id()
    order = ledger.Move(
        key=f"capture:payment:{payment}",
        kind="capture",
        debit=ledger.gateway("sandbox"),
        credit=ledger.escrow(f"booking:{payment}"),
        amount=Money(120_000, house.profile.currency),
        subject=f"booking:{payment}",
        memo="Payment",
    )
    async with open_unit(house) as unit:
        await ledger.move(unit, order)


async def record_capture(house: House, recorder: Recorder) -> Recording:
    """The statements of one capture, once nothing is new to the connection."""
    await recorder.watch(capture(house))
    return await recorder.watch(capture(house))


def limit_script(recording: Recording) -> str:
    """The same statements for pgbench, with every id new."""
    variables = fresh_ids(recording, known=())
    ids = ", ".join(f"gen_random_uuid() AS {name}" for name in variables.values())
    return f"SELECT {ids} \\gset\n" + script(recording, variables)


def posted(
    place: Market, processes: int, seconds: float, rate: float | None
) -> tuple[Measured, float]:
    """Let so many processes post; what they did together, and the processor's milliseconds for each."""
    each = rate / processes if rate else None
    plan = place.home / "postings.json"
    plan.write_text(json.dumps(asdict(Plan(str(place.home), place.url, seconds, each))))
    command = [sys.executable, "-m", "bench.postings", str(plan)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    children = [subprocess.Popen(command, **pipes) for _ in range(processes)]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()  # it is ready: what starting costs is not counted
    before = spent()
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.flush()
    said = [child.communicate()[0] for child in children]
    effort = spent() - before
    if any(child.returncode for child in children):
        raise RuntimeError("a process that posts has failed")
    measured = _together([Tally(**json.loads(one)) for one in said], seconds)
    return measured, effort * 1000 / max(measured.sent, 1)


def _together(tallies: list[Tally], seconds: float) -> Measured:
    waits = sorted(wait for tally in tallies for wait in tally.waits) or [0.0]

    def at(share: float) -> float:
        return round(waits[min(int(len(waits) * share), len(waits) - 1)], 1)

    return Measured(
        round(len(waits) / seconds, 1),
        p50=at(0.5),
        p95=at(0.95),
        p99=at(0.99),
        statuses={"posted": len(waits)},
        sent=sum(tally.sent for tally in tallies),
        unanswered=sum(tally.unanswered for tally in tallies),
    )


class Clerk:
    """Posts until the end, by many hands."""

    def __init__(self, house: House, plan: Plan) -> None:
        self._house, self._plan = house, plan
        self._begin = time.perf_counter() + WARM_UP
        self._end = self._begin + plan.seconds
        self._taken = 0
        self.tally = Tally([], 0, 0)

    async def work(self) -> Tally:
        async with asyncio.TaskGroup() as hands:
            for _ in range(HANDS):
                hands.create_task(self._hand())
        if self._plan.rate:
            due = int(self._plan.rate * (WARM_UP + self._plan.seconds))
            self.tally.unanswered = max(due - self.tally.sent - HANDS, 0)
        return self.tally

    async def _hand(self) -> None:
        while (due := self._next_due()) < self._end:
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            elif time.perf_counter() >= self._end:
                return
            await capture(self._house)
            self.tally.sent += 1
            self._note(due)

    def _next_due(self) -> float:
        if self._plan.rate is None:
            return time.perf_counter()
        self._taken += 1
        return self._begin - WARM_UP + self._taken / self._plan.rate

    def _note(self, due: float) -> None:
        """At a rate what fell due in the window counts, otherwise what was done in it."""
        now = time.perf_counter()
        if self._begin <= (due if self._plan.rate else now) < self._end:
            self.tally.waits.append((now - due) * 1000)


async def _main(plan: Plan) -> Tally:
    house = build_house(Settings(kalends_home=Path(plan.home), database_url=plan.url), plan.url)
    try:
        await capture(house)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        return await Clerk(house, plan).work()
    finally:
        await house.close()


if __name__ == "__main__":
    told = Plan(**json.loads(Path(sys.argv[1]).read_text()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(asdict(runner.run(_main(told)))))
