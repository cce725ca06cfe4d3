"""Killed around the call that gives money back: it is given back once, and both books say so."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from kalends import ledger
from kalends.core.house import House
from kalends.core.settings import Settings
from kalends.core.unit import open_unit
from kalends.profiles import __file__ as profiles
from tests.fixtures.crowds import crowd
from tests.fixtures.deals import scalar
from tests.fixtures.places import a_room
from tests.fixtures.rentals import GIVEN_BACK, Customer, rent_twice
from tests.fixtures.servers import eventually
from tests.journeys.conftest import NewServer
from tests.journeys.test_crashes import OF_A_REFUND, Mortal, tended

RATE = 40000
MOST_ROUNDS = 8
_BUSY = """
    SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))
         + (SELECT count(*) FROM timers WHERE due_at <= kalends_now() AND NOT dead)
         + (SELECT count(*) FROM refunds WHERE state <> 'completed')
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Money goes back the way it was paid, and a dead worker's jobs come back soon."""
    text = (Path(profiles).parent / "hall-booking.toml").read_text("utf-8")
    profile = tmp_path / "the-way-it-was-paid.toml"
    changed = text.replace('destination = "wallet"', 'destination = "original_method"')
    assert changed != text
    profile.write_text(changed, "utf-8")
    return settings.model_copy(update={"stalled_after_seconds": 2, "profile": str(profile)})


async def test_a_refund_is_given_back_once_after_every_kill(
    house: House, new_server: NewServer, expect_green: Callable[[], Awaitable[None]]
) -> None:
    room, guests = await a_room(house, rate=RATE), await crowd(house, MOST_ROUNDS)
    web = Mortal(new_server())
    worker = Mortal(new_server(worker=True, beside=web.server), OF_A_REFUND)
    rounds = 0
    async with tended(web, worker), httpx.AsyncClient(base_url=web.server.url) as http:
        while worker.next:
            assert rounds < MOST_ROUNDS, f"not reached: {worker.next}"
            await rent_twice(Customer(http, guests[rounds]), room)
            rounds += 1
            await eventually(lambda: _is_idle(house))
        statement = (await http.get("/sandbox/statement")).json()
    assert worker.hit == list(OF_A_REFUND)
    await expect_green()
    back = RATE * GIVEN_BACK // 100 * rounds
    assert await scalar(house, "SELECT sum(amount)::bigint FROM refunds") == back
    async with open_unit(house, read_only=True) as unit:
        gateway = await ledger.balance(unit, ledger.gateway("sandbox"))
    assert gateway.amount == statement["totals"][0]["balance"] == 2 * RATE * rounds - back
    attempts = await scalar(house, "SELECT max(attempt) FROM refunds")
    assert attempts == 1, "nothing was sent under a second name"


async def _is_idle(house: House) -> bool:
    return bool(await scalar(house, _BUSY) == 0)
