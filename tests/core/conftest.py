"""A small application of a test's own routes, behind the real edge."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.app.middleware import RequestContext
from kalends.core import problems
from kalends.core.clock import marketplace_now
from kalends.core.edge import Edge, Routes, mount
from kalends.core.hot import Directory
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.policy import POLICIES, Rule
from kalends.core.principal import ANONYMOUS, ActorKind, Principal
from kalends.core.ratelimit import RateLimiter

Rules = dict[str, Rule]


class FewKnown:
    """An authenticator for which a token is the caller's role; the database knows all but `gone`."""

    caller = """
        SELECT kalends_now() AS now, gen_random_uuid() AS user_id,
               json_build_array(CAST(:caller_user AS text))::text AS roles, CAST(NULL AS text) AS memberships
        WHERE CAST(:caller_user AS text) <> 'gone'
    """

    def claims(self, token: str) -> Any:
        return Caller(token)

    async def principal(self, session: AsyncSession, claims: Any) -> tuple[datetime, Principal]:
        return await marketplace_now(session), ANONYMOUS

    def values(self, claims: Any) -> dict[str, Any]:
        return {"caller_user": claims.subject}

    def known(self, claims: Any, roles: list[str], memberships: list[Any]) -> Principal:
        return Principal(ActorKind.operator, new_id(), frozenset(roles))


@dataclass(frozen=True)
class Caller:
    subject: str


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
        app.state.edge = Edge(house, FewKnown(), RateLimiter(house.reader))
        problems.install(app)
        mount(app, routes, "")
        app.router.middleware_stack = Directory(app.router.middleware_stack, app.routes)
        app.add_middleware(RequestContext, settings=house.settings)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 123))
        async with httpx.AsyncClient(transport=transport, base_url="http://edge.test") as http:
            yield http

    return serving
