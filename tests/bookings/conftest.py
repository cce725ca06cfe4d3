"""Stays under any rules."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from kalends.core.house import House
from tests.fixtures.asking import Street, open_street
from tests.fixtures.loopback import Loopback
from tests.fixtures.stays import Stay, a_stay

NewStay = Callable[..., Awaitable[Stay]]


@pytest.fixture
async def street(house: House, loopback: Loopback) -> AsyncIterator[Street]:
    """A marketplace of artists, with a customer in it."""
    async with open_street(house, loopback) as found:
        yield found


@pytest.fixture
def new_stay(house, client, with_profile, run_jobs, pass_time) -> NewStay:
    """`await new_stay("otp")`: a paid booking whose money is released by that rule."""

    async def make(release_on: str = "end_time", **sections) -> Stay:
        with_profile(**{"escrow": {"release_on": release_on}, **sections})
        return await a_stay(house, client, run_jobs, pass_time)

    return make
