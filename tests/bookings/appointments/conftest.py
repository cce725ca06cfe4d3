"""Salons under any rules."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from kalends.core.house import House
from tests.fixtures.loopback import Loopback
from tests.fixtures.markets import market_app
from tests.fixtures.salons import Salon, a_salon, salon_house

NewSalon = Callable[..., Awaitable[Salon]]


@pytest.fixture
async def guests(house: House, loopback: Loopback) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a marketplace of salons."""
    loopback.app = market_app(salon_house(house))
    async with httpx.AsyncClient(transport=loopback, base_url="http://kalends.test") as http:
        yield http


@pytest.fixture
def new_salon(house: House, guests: httpx.AsyncClient) -> NewSalon:
    """`await new_salon(booking={"approval": "after_payment"})`"""

    async def make(**rules: dict) -> Salon:
        market = salon_house(house, **rules)
        market_app(market)
        return await a_salon(market, guests)

    return make
