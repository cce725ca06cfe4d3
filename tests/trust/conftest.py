"""Stays that are over, about which somebody may complain."""

from collections.abc import Awaitable, Callable

import pytest

from tests.fixtures.stays import a_stay
from tests.trust.complaints import Case, a_case

NewCase = Callable[..., Awaitable[Case]]


@pytest.fixture
def new_case(house, client, with_profile, run_jobs, pass_time) -> NewCase:
    """`await new_case("operator")`: its money waits for that rule; by default it was released."""

    async def make(release_on: str = "end_time", **sections) -> Case:
        with_profile(**{"escrow": {"release_on": release_on}, **sections})
        return await a_case(await a_stay(house, client, run_jobs, pass_time))

    return make
