"""Every test of the contract meets every provider. One emulator of each serves all tests of a process."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from kalends.core.house import House
from tests.adapters.contract.provider import Ability, Provider
from tests.adapters.contract.sandbox import Sandbox, sandbox_provider
from tests.emulators.razorpay.driver import Razorpay, razorpay_provider, running_emulator
from tests.emulators.stripe.driver import StripeProvider, stripe_provider

PROVIDERS = ("sandbox", "razorpay", "stripe")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*abilities): what a provider must be able to do")


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> Provider:
    """Each provider in turn, without a past; a test that needs what it cannot do is left out."""
    found: Provider = request.getfixturevalue(f"the_{request.param}")
    for marker in request.node.iter_markers("needs"):
        missing = set(map(Ability, marker.args)) - found.abilities
        if missing:
            pytest.skip(f"{found.name} has no {', '.join(sorted(missing))}")
    return found


@pytest.fixture
async def the_sandbox(house: House, app: FastAPI) -> AsyncIterator[Sandbox]:
    async with sandbox_provider(house, app) as driver:
        yield driver


@pytest.fixture(scope="session")
async def razorpay_url() -> AsyncIterator[str]:
    async with running_emulator() as url:
        yield url


@pytest.fixture
async def the_razorpay(razorpay_url: str) -> AsyncIterator[Razorpay]:
    async with razorpay_provider(razorpay_url) as driver:
        yield driver


@pytest.fixture
async def the_stripe(stripe_address: str) -> AsyncIterator[StripeProvider]:
    async with stripe_provider(stripe_address) as driver:
        yield driver
