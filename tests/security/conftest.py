"""One marketplace with two halves and everybody in it, without limits on how often one may ask."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from kalends.app.asgi import create_app
from kalends.app.wiring import build_house
from kalends.core.house import House
from kalends.core.settings import Settings
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


@pytest.fixture(scope="session")
def documented(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """An application to look at, not to ask: it has no database."""
    settings = Settings(kalends_home=tmp_path_factory.mktemp("documented"))
    return create_app(build_house(settings, "postgresql+asyncpg://nobody@localhost/none"))


@pytest.fixture(scope="session")
def calls(documented: FastAPI) -> list[Call]:
    return calls_of(documented)


@pytest.fixture(scope="session")
def schemas(documented: FastAPI) -> dict[str, Any]:
    """The documented models by name."""
    found: dict[str, Any] = documented.openapi()["components"]["schemas"]
    return found


@pytest.fixture
async def world(open_house: House, door: httpx.AsyncClient) -> AsyncIterator[World]:
    """Everybody and their things. What the application logs about thousands of requests is dropped."""
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    yield await build_world(open_house, door)
    structlog.reset_defaults()
