"""One marketplace with two halves and everybody in it, without limits on how often one may ask."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from kalends.app.asgi import serve
from kalends.core.house import House
from tests.fixtures.loopback import Loopback
from tests.fixtures.markets import market_app, market_of
from tests.security.calls import Call, calls_of
from tests.security.world import World, build_world


@pytest.fixture
async def app(house: House, loopback: Loopback) -> FastAPI:
    """The application with every feature that a marketplace may have."""
    loopback.app = market_app(market_of(house))
    return loopback.app


@pytest.fixture
def open_house(house: House) -> House:
    """The house with every feature and without rate limits, where a customer may hold many slots."""
    house = market_of(house)
    rules = house.profile.booking
    booking = rules.model_copy(
        update={
            "max_live_holds": 100_000,
            "window_days": 100_000,
            "series": rules.series.model_copy(update={"max_unpaid": 100_000}),
            "waitlist": rules.waitlist.model_copy(update={"max_open": 100_000}),
        }
    )
    payout = house.profile.payout.model_copy(update={"bank_change_hold_hours": 0})
    enquiries = house.profile.enquiries.model_copy(update={"max_open": 100_000})
    profile = house.profile.model_copy(
        update={
            "rate_limits": {},
            "booking": booking,
            "payout": payout,
            "enquiries": enquiries,
        }
    )
    return replace(house, profile=profile)


@pytest.fixture
async def door(open_house: House, app: FastAPI, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of the house without limits."""
    serve(app, open_house)
    return client


@pytest.fixture
def calls(app: FastAPI) -> list[Call]:
    return calls_of(app)


@pytest.fixture
def schemas(app: FastAPI) -> dict[str, Any]:
    """The documented models by name."""
    found: dict[str, Any] = app.openapi()["components"]["schemas"]
    return found


@pytest.fixture
async def world(open_house: House, door: httpx.AsyncClient) -> AsyncIterator[World]:
    """Everybody and their things. What the application logs about thousands of requests is dropped."""
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    yield await build_world(open_house, door)
    structlog.reset_defaults()
