"""A small application of a test's own routes, behind the real edge."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.app.middleware import RequestContext
from kalends.core import problems
from kalends.core.clock import marketplace_now
from kalends.core.edge import Edge, Routes, mount
from kalends.core.house import House
from kalends.core.policy import POLICIES, Rule
from kalends.core.principal import ANONYMOUS, Principal
from kalends.core.ratelimit import RateLimiter

Rules = dict[str, Rule]


class NobodyKnown:
    """An authenticator for routes that everybody may call."""

    def claims(self, token: str) -> Any:
        raise NotImplementedError

    async def principal(self, session: AsyncSession, claims: Any) -> tuple[datetime, Principal]:
        return await marketplace_now(session), ANONYMOUS


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """The console's painted tracebacks take seconds."""
    renderers = [structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]
    structlog.configure(processors=renderers)
    yield
    structlog.reset_defaults()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`async with serve(house, routes, rules) as http`: a client of these routes alone."""

    @asynccontextmanager
    async def serving(
        house: House, routes: Routes, rules: Rules, *, peer: str = "127.0.0.1"
    ) -> AsyncIterator[httpx.AsyncClient]:
        for route, rule in rules.items():
            monkeypatch.setitem(POLICIES, route, rule)
        app = FastAPI()
        app.state.edge = Edge(house, NobodyKnown(), RateLimiter(house.reads))
        problems.install(app)
        mount(app, routes, "")
        app.add_middleware(RequestContext, settings=house.settings)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 123))
        async with httpx.AsyncClient(transport=transport, base_url="http://edge.test") as http:
            yield http

    return serving
