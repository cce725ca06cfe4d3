"""The sandbox bank on the real application, and a merchant that writes down every webhook."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace

import httpx
import pytest

from kalends.adapters.sandbox import SandboxGateway
from kalends.core.gateways import GatewayEvent
from kalends.core.house import House, Ports
from tests.emulators.stripe.driver import StripeProvider, stripe_provider
from tests.emulators.stripe.process import stripe_emulator
from tests.fixtures.apps import app_of

BASE_URL = "http://kalends.test"
WEBHOOK = "/api/v2/payments/webhook/sandbox"


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """Webhooks go to the merchant's notebook, everything else to the application."""

    inner: httpx.AsyncBaseTransport | None = None
    webhooks: list[httpx.Request] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == WEBHOOK:
            self.webhooks.append(request)
            return httpx.Response(self.answers.pop(0) if self.answers else 200)
        assert self.inner is not None
        return await self.inner.handle_async_request(request)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def gateway(wire: Wire, house: House) -> SandboxGateway:
    secret = house.settings.sandbox_secret
    assert secret is not None
    client = httpx.AsyncClient(transport=wire)
    return SandboxGateway(BASE_URL, secret.get_secret_value(), client)


@pytest.fixture
async def bank(house: House, gateway: SandboxGateway, wire: Wire) -> House:
    """The house whose sandbox adapter speaks to the house's own application."""
    bank = replace(house, ports=Ports(gateways={"sandbox": gateway}, mail=house.ports.mail))
    wire.inner = httpx.ASGITransport(app_of(bank, "bank"), raise_app_exceptions=False)
    return bank


@pytest.fixture
async def browser(bank: House, wire: Wire) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=wire, base_url=BASE_URL) as http:
        yield http


@pytest.fixture
def events(wire: Wire, gateway: SandboxGateway) -> Callable[[], list[GatewayEvent]]:
    """What the merchant reads out of the webhooks that have arrived."""

    def read() -> list[GatewayEvent]:
        return [gateway.parse_webhook(r.content, dict(r.headers)) for r in wire.webhooks]

    return read


@pytest.fixture(scope="session")
def stripe_address() -> Iterator[str]:
    """One emulator of Stripe for all tests of this process; each begins with empty books."""
    with stripe_emulator() as address:
        yield address


@pytest.fixture
async def stripe(stripe_address: str) -> AsyncIterator[StripeProvider]:
    async with stripe_provider(stripe_address) as provider:
        yield provider
