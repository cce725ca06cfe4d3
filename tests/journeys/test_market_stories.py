"""The demos' stories, told to a real server over HTTP by everybody who appears in them."""

import io
from collections.abc import Awaitable, Callable

import httpx
import pytest
from rich.console import Console

from kalends.app.demo.market.load import load_market
from kalends.app.demo.plays import PLAYS
from kalends.app.demo.teller import Teller
from kalends.core.house import House
from kalends.core.settings import Settings
from tests.fixtures.servers import running
from tests.journeys.conftest import NewServer

MARKETS = sorted(PLAYS.keys() - {"hall-booking"})  # the halls' demo is its own long test


@pytest.fixture(params=MARKETS)
def market(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(settings: Settings, market: str) -> Settings:
    return settings.model_copy(update={"profile": market})


async def test_the_story_of_a_market_ends_well(
    house: House, market: str, new_server: NewServer, expect_green: Callable[[], Awaitable[None]]
) -> None:
    heard: list[tuple[str, int, int]] = []
    assert await load_market(house, lambda *told: heard.append(told))
    assert not await load_market(house, lambda *told: heard.append(told))
    assert {(what, done) for what, done, of in heard if done == of} == {
        ("people", heard[0][2]),
        ("sellers", heard[-1][2]),
    }
    server, said = new_server(worker=True), io.StringIO()
    async with running(server), httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        try:
            await PLAYS[market].tell(Teller(http, Console(file=said, width=120)))
        finally:
            print(said.getvalue())  # noqa: T201 - where it broke; pytest shows it on a failure only
        people = (await http.get("/dev/people")).json()["items"]
        assert {"operator", "owner", "customer"} <= {role for p in people for role in p["roles"]}
    await expect_green()
