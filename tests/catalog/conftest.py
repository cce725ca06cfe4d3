"""Who talks to the catalogue in these tests, and a count of the statements that an act costs."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from kalends.core.clock import marketplace_now
from kalends.core.house import House
from kalends.core.unit import Unit, new_session
from tests.fixtures.markets import market_app, market_of
from tests.fixtures.people import Headers, operator, signed_up
from tests.performance.statements import counted

VENUE = {
    "name": "Parvati House",
    "city": "Pune",
    "address": "4 Sinhagad Road, Pune 411030",
    "time_zone": "Asia/Kolkata",
    "lat": 18.4966,
    "lng": 73.8408,
    "description": "A house with three halls.",
    "contact_email": "desk@parvati.test",
    "contact_phone": "+91 20 2555 0101",
    "photos": ["https://photos.test/front.jpg", "/media/garden.jpg"],
    "capacity": 300,
}
ROOM = {
    "name": "Garden Hall",
    "capacity": 120,
    "rate_per_hour": {"amount": 250000, "currency": "INR"},
    "description": "Opens to the garden.",
    "amenities": ["wifi", "stage"],
    "photos": ["/media/hall.jpg"],
}


@pytest.fixture
async def as_operator(house: House, client: httpx.AsyncClient) -> Headers:
    return await operator(house, client)


@pytest.fixture
async def as_customer(client: httpx.AsyncClient) -> Headers:
    return await signed_up(client)


@pytest.fixture
async def reading(house: House) -> AsyncIterator[Unit]:
    """A read-only unit of the system. It does not count as open, so that the test may call the API too."""
    async with new_session(house, read_only=True) as session:
        yield Unit(house, session, await marketplace_now(session))


@pytest.fixture
def new_venue() -> dict[str, Any]:
    return dict(VENUE)


@pytest.fixture
def new_room() -> dict[str, Any]:
    return dict(ROOM)


@pytest.fixture
def statements(house: House) -> Any:
    """`with statements() as seen:` collects the SQL that runs meanwhile."""

    return lambda: counted(house)


@pytest.fixture
def market(house: House) -> House:
    """A marketplace of providers with services and staff."""
    return market_of(house)


@pytest.fixture
async def guests(market: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that marketplace."""
    transport = httpx.ASGITransport(market_app(market), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        yield http
