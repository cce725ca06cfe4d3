"""One emulated Razorpay for the run; every test finds its books empty."""

from collections.abc import AsyncIterator

import pytest

from kalends.adapters.razorpay import RazorpayXGateway
from tests.emulators.razorpay.driver import Razorpay, razorpay_provider, running_emulator


@pytest.fixture(scope="session")
async def emulator() -> AsyncIterator[str]:
    async with running_emulator() as url:
        yield url


@pytest.fixture
async def razorpay(emulator: str) -> AsyncIterator[Razorpay]:
    async with razorpay_provider(emulator) as driver:
        yield driver


@pytest.fixture
def gateway(razorpay: Razorpay) -> RazorpayXGateway:
    return razorpay.adapter
