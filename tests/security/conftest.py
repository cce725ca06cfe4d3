"""One marketplace with two halves and everybody in it, without limits on how often one may ask."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from kalends.app.asgi import create_app
from kalends.core.house import House
from tests.conftest import BASE_URL
from tests.fixtures.loopback import Loopback
from tests.security.calls import Call, calls_of
from tests.security.world import World, build_world


@pytest.fixture
def open_house(house: House) -> House:
    """The house without rate limits, where a customer may hold many slots."""
    booking = house.profile.booking.model_copy(update={"max_live_holds": 100_000})
    profile = house.profile.model_copy(update={"rate_limits": {}, "booking": booking})
    return replace(house, profile=profile)


@pytest.fixture
async def door(open_house: House, loopback: Loopback) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the house without limits."""
    loopback.app = create_app(open_house)
    transport = httpx.ASGITransport(loopback.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
        yield http


@pytest.fixture
def calls(open_house: House) -> list[Call]:
    return calls_of(create_app(open_house))


@pytest.fixture
async def world(open_house: House, door: httpx.AsyncClient) -> World:
    return await build_world(open_house, door)
