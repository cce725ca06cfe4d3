"""A house whose payment provider is in memory."""

from dataclasses import replace

import pytest

from kalends.core.house import House, Ports
from tests.fixtures.gateways import FakeGateway


@pytest.fixture
def provider() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def house(house: House, provider: FakeGateway) -> House:
    return replace(house, ports=Ports({"sandbox": provider}, house.ports.mail))
