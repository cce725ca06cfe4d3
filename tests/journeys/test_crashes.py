"""Killed at every failpoint between booking and settlement; afterwards everything is true, once."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kalends import ledger
from kalends.catalog import RoomFacts
from kalends.core.failpoints import NAMES
from kalends.core.house import House
from kalends.core.settings import Settings
from kalends.core.unit import open_unit
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import scalar
from tests.fixtures.places import a_room
from tests.fixtures.rentals import GIVEN_BACK, LETTERS, Customer, rent_twice
from tests.fixtures.servers import POLL, Server, eventually
from tests.journeys.conftest import NewServer

RATE = 40000
MOST_ROUNDS = 12
# The web server commits in this order: booking, wish to pay, reading it back, order at the provider, order
# noted, money taken, webhook stored. Later numbers fall into the second booking and its cancellation.
OF_THE_WEB = (
    "bookings.created",
    "unit.before_commit:1",
    "unit.after_commit:1",
    "unit.before_commit:2",
    "payments.order_created",
    "unit.after_commit:4",
    "unit.before_commit:5",
    "sandbox.captured",
    "unit.before_commit:6",
    "unit.after_commit:6",
    "payments.webhook_stored",
    "payments.refunded",
    "unit.after_commit:9",
)
OF_THE_WORKER = (
    "payments.captured",
    "unit.before_commit:5",
    "unit.after_commit:7",
    "notifications.before_send",
    "bookings.released",
    "notifications.after_send",
    "unit.before_commit:12",
    "unit.after_commit:15",
)
# Where the worker dies while money goes back to the method that paid (test_refund_crashes.py).
OF_A_REFUND = (
    "payments.refund_sending",
    "payments.refund_sent",
    "payments.refund_sending:2",
    "payments.refund_sent:2",
)
# Where the worker dies while a provider is paid and a card dispute is decided (test_payout_crashes.py).
OF_A_PAYOUT = (
    "payments.payout_sending",
    "payments.payout_sent",
    "payments.payout_booked",
    "payments.dispute_booked",
    "payments.dispute_booked:2",
)
_BUSY = """
    SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))
         + (SELECT count(*) FROM timers WHERE due_at <= kalends_now() AND NOT dead)
"""


@dataclass
class Mortal:
    """A server that is killed at one failpoint after the other, and started again each time."""

    server: Server
    failpoints: Sequence[str] = ()
    hit: list[str] = field(default_factory=list)

    @property
    def next(self) -> str:
        return next(iter(self.failpoints[len(self.hit) :]), "")

    async def tend(self) -> None:
        while True:
            if self.server.exit_code is not None:
                assert self.server.exit_code == -signal.SIGKILL
                self.hit.append(self.next)
                await self.server.start(self.next)
            await asyncio.sleep(POLL)


@asynccontextmanager
async def tended(*mortals: Mortal) -> AsyncIterator[None]:
    for mortal in mortals:
        await mortal.server.start(mortal.next)
    keepers = [asyncio.create_task(mortal.tend()) for mortal in mortals]
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.cancel()
        ended = await asyncio.gather(*keepers, return_exceptions=True)
        for mortal in mortals:
            await mortal.server.stop()
        assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A dead worker's jobs come back soon."""
    return settings.model_copy(update={"stalled_after_seconds": 2})


def test_every_failpoint_is_on_the_way() -> None:
    """A new failpoint must be added to one of the lists above."""
    on_the_way = (*OF_THE_WEB, *OF_THE_WORKER, *OF_A_REFUND, *OF_A_PAYOUT)
    assert {point.partition(":")[0] for point in on_the_way} == NAMES


@pytest.mark.req("H-005")
@pytest.mark.parametrize(
    ("of_the_web", "of_the_worker"),
    [(OF_THE_WEB, ()), ((), OF_THE_WORKER)],
    ids=["web_server", "worker"],
)
async def test_everything_is_true_and_happened_once_after_every_kill(
    house: House,
    new_server: NewServer,
    expect_green: Callable[[], Awaitable[None]],
    of_the_web: Sequence[str],
    of_the_worker: Sequence[str],
) -> None:
    room = await a_room(house, rate=RATE)
    guests = await crowd(house, MOST_ROUNDS)
    await _forget_welcomes(house)
    web = Mortal(new_server(), of_the_web)
    worker = Mortal(new_server(worker=True, beside=web.server), of_the_worker)
    rounds = 0
    async with tended(web, worker), httpx.AsyncClient(base_url=web.server.url) as http:
        while web.next or worker.next:
            assert rounds < MOST_ROUNDS, f"not reached: {web.next or worker.next}"
            await rent_twice(Customer(http, guests[rounds]), room)
            rounds += 1
            await eventually(lambda: _is_idle(house))
        statement = (await http.get("/sandbox/statement")).json()
    assert web.hit == list(of_the_web)
    assert worker.hit == list(of_the_worker)
    await expect_green()
    await _expect_each_thing_once(house, rounds)
    await _expect_money_where_it_belongs(house, room, guests[:rounds], statement)


async def _forget_welcomes(house: House) -> None:
    """What signing up caused is not of this journey."""
    async with open_unit(house) as unit:
        await unit.session.execute(text("DELETE FROM procrastinate_jobs"))


async def _is_idle(house: House) -> bool:
    return bool(await scalar(house, _BUSY) == 0)


async def _expect_each_thing_once(house: House, rounds: int) -> None:
    assert await _counted(house, "SELECT state FROM payments") == {
        "captured": rounds,
        "partially_refunded": rounds,
    }
    assert await _counted(house, "SELECT state FROM refunds") == {"completed": rounds}
    states = await _counted(
        house, "SELECT CASE state WHEN 'closed' THEN 'released' ELSE state END FROM bookings"
    )
    assert states == {"released": rounds, "cancelled": rounds}
    letters = await _counted(house, "SELECT template FROM messages")
    assert letters == Counter({template: rounds * count for template, count in LETTERS.items()})
    assert await _counted(house, "SELECT state FROM messages") == {"sent": letters.total()}
    assert await scalar(house, "SELECT count(*) FROM procrastinate_jobs") == 0
    assert await scalar(house, "SELECT count(*) FROM timers WHERE dead") == 0


async def _counted(house: House, query: str) -> Counter[str]:
    async with open_unit(house, read_only=True) as unit:
        return Counter((await unit.session.execute(text(query))).scalars())


async def _expect_money_where_it_belongs(
    house: House, room: RoomFacts, guests: Sequence[Guest], statement: dict[str, Any]
) -> None:
    back = RATE * GIVEN_BACK // 100
    async with open_unit(house, read_only=True) as unit:
        gateway = await ledger.balance(unit, ledger.gateway("sandbox"))
        provider = await ledger.balance(unit, ledger.provider_available(room.provider_id))
        wallets = [await ledger.balance(unit, ledger.wallet(guest.id)) for guest in guests]
    assert gateway.amount == statement["totals"][0]["balance"] == 2 * RATE * len(guests)
    assert provider.amount == (2 * RATE - back) * len(guests)
    assert [wallet.amount for wallet in wallets] == [back] * len(guests)
