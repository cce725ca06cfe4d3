"""The database is killed under load; what was answered is there when it comes back."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kalends.app import postgres
from kalends.app.migrate import migrate
from kalends.app.wiring import build_house
from kalends.catalog import RoomFacts
from kalends.core.checks import run_checks
from kalends.core.settings import Settings
from kalends.core.unit import open_unit
from tests.fixtures.crowds import crowd
from tests.fixtures.deals import API, at_hour, rental, scalar
from tests.fixtures.places import a_room
from tests.fixtures.rentals import Customer
from tests.fixtures.servers import Server, eventually, running

CUSTOMERS, EACH = 16, 4


@pytest.fixture
def durable() -> Iterator[postgres.Cluster]:
    """A server of our own that writes to the disk before it answers."""
    home = Path(tempfile.mkdtemp(prefix="kalends-test-"))
    home.chmod(0o755)
    cluster = postgres.start(home, durable=True)
    migrate(cluster.url())
    yield cluster
    postgres.discard(home)
    shutil.rmtree(home, ignore_errors=True)


@pytest.mark.req("H-005")
async def test_no_acknowledged_booking_is_lost_when_the_database_is_killed(
    durable: postgres.Cluster, settings: Settings, tmp_path: Path
) -> None:
    house = build_house(settings, durable.url(user="kalends_app"))
    room, guests = await a_room(house), await crowd(house, CUSTOMERS)
    server = Server(
        house.settings, durable.url(user="kalends_app"), tmp_path / "server.log", worker=True
    )
    acknowledged: list[dict[str, Any]] = []
    async with running(server), httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        customers = [Customer(http, guest) for guest in guests]
        first = await at_hour(house)
        load = [
            asyncio.create_task(
                _book_some(customer, room, first + timedelta(hours=EACH * n), acknowledged)
            )
            for n, customer in enumerate(customers)
        ]

        async def under_way() -> bool:
            return len(acknowledged) >= CUSTOMERS

        await eventually(under_way)
        assert not all(task.done() for task in load)
        await house.close()  # our own connections, which die with it
        os.kill(durable.pid, signal.SIGKILL)
        await eventually(lambda: _is_dead(durable))
        survivor = postgres.start(durable.home)
        assert survivor.socket_dir == durable.socket_dir
        await asyncio.gather(*load)
    present = await scalar(house, "SELECT array_agg(number ORDER BY number) FROM bookings")
    assert present == sorted(booking["number"] for booking in acknowledged)
    assert len(present) == CUSTOMERS * EACH
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}
    await house.close()


async def _book_some(
    customer: Customer, room: RoomFacts, start: Any, acknowledged: list[dict[str, Any]]
) -> None:
    for number in range(EACH):
        body = rental(room.id, start + timedelta(hours=number), 1)
        key = f"{customer.guest.id}:{number}"
        acknowledged.append(await customer.ask(f"POST {API}/bookings", body, key=key))


async def _is_dead(cluster: postgres.Cluster) -> bool:
    return not postgres.running(cluster)
