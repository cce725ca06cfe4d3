"""The edge: where a request becomes a unit of work, and where that unit is committed.

Around every handler: authenticate, count against the limits, open the unit, claim the idempotency key,
run the handler, keep the answer, commit, and only then let the answer leave.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Protocol

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from . import idempotency
from .clock import marketplace_now
from .current import CurrentHouse as CurrentHouse
from .current import CurrentPrincipal as CurrentPrincipal
from .current import CurrentReading as CurrentReading
from .current import CurrentUnit as CurrentUnit
from .endpoints import Endpoint
from .endpoints import Routes as Routes
from .errors import (
    ConfirmationRequired,
    Forbidden,
    ReadOnly,
    Unauthenticated,
)
from .fresh import Witness, check_fresh
from .hot import Hot
from .house import House
from .limits import client_address as client_address
from .limits import count, limit_headers
from .policy import Rule, UnitKind, Who, rule_for
from .principal import ANONYMOUS, Principal
from .problems import documented
from .ratelimit import RateLimiter
from .reading import Reading, Recogniser
from .unit import Unit, finish, open_unit, session_scope

API_PREFIX = "/api/v2"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Authenticator(Recogniser, Witness, Protocol):
    """How identity recognises a caller: first the token alone, then the database."""

    def claims(self, token: str) -> Any:
        """Check signature, audience and shape. Raises Unauthenticated."""
        ...

    async def principal(self, session: AsyncSession, claims: Any) -> tuple[datetime, Principal]:
        """Return the marketplace's time and the principal as the database knows it now."""
        ...


@dataclass(frozen=True)
class Edge:
    """What the edge needs; put into `app.state.edge` by `app.asgi`."""

    house: House
    authenticator: Authenticator
    limiter: RateLimiter


class EdgeRoute(APIRoute):
    """A route whose handler runs inside the edge, under the rule of its row in the policy table."""

    rule: ClassVar[Rule]
    named: ClassVar[str]  # the path in the policy table, without prefixes
    head: ClassVar[str]
    short: ClassVar[Hot | None]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Most routes differ from a request before their first parameter, which is cheap to see."""
        if scope["path"].startswith(self.head):
            return super().matches(scope)
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A hot read goes the short way."""
        if self.short is None or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        response = await _hot_read(Request(scope, receive), self.rule, self.short)
        await response(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await _through_the_edge(request, self, inner)

        return handle


def _route_class(rule: Rule, endpoint: Endpoint, prefix: str) -> type[EdgeRoute]:
    short = Hot(endpoint.handler) if rule.unit is UnitKind.hot else None
    head = (prefix + endpoint.path).partition("{")[0]
    of_this = {"rule": rule, "named": endpoint.path, "head": head, "short": short}
    return type("RuledRoute", (EdgeRoute,), of_this)


def mount(app: FastAPI, routes: Routes, prefix: str, *, in_schema: bool = True) -> None:
    """Add a room's endpoints under `prefix`. Raises MissingPolicy for one without a policy row."""
    for endpoint in routes.endpoints:
        rule = rule_for(endpoint.method, endpoint.path)
        name = f"{routes.tag}_{endpoint.handler.__name__}"
        app.router.add_api_route(
            prefix + endpoint.path,
            endpoint.handler,
            methods=[endpoint.method],
            tags=[routes.tag],
            operation_id=name if in_schema else None,
            include_in_schema=in_schema,
            route_class_override=_route_class(rule, endpoint, prefix),
            responses=documented(endpoint.errors, rule),
            openapi_extra={"x-who": rule.who.value, "x-relation": rule.relation},
            **endpoint.options,
        )


async def _through_the_edge(
    request: Request, route: EdgeRoute, inner: Callable[[Request], Awaitable[Response]]
) -> Response:
    edge: Edge = request.app.state.edge
    rule = route.rule
    # a route with a secret of its own reads the header itself
    claims = None if rule.who is Who.own_credentials else _claims(request, edge)
    verdict = await count(
        edge.limiter, edge.house.profile.rate_limits, rule, _bucket(request, claims)
    )
    _check_mode(request, route, edge)
    if rule.unit is UnitKind.none:
        response = await _without_unit(request, edge, (rule, claims), inner)
    else:
        response = await _in_unit(request, edge, (rule, claims), inner)
    if verdict:
        limit_headers(response, verdict)
    return response


async def _hot_read(request: Request, rule: Rule, short: Hot) -> Response:
    """The caller is recognised by the handler's first statement, and in any case before anything leaves:
    who may not come in does not even learn what is wrong with the request."""
    edge: Edge = request.app.state.edge
    claims = _claims(request, edge)
    verdict = await count(
        edge.limiter, edge.house.profile.rate_limits, rule, _bucket(request, claims)
    )
    admit = partial(_authorise, request, rule)
    token = None if claims is None else (edge.authenticator, claims)
    reading = Reading(edge.house, token, admit)
    try:
        response = await short(request.scope, reading)
    except (Unauthenticated, Forbidden):
        raise
    except Exception:
        await reading.caller()
        raise
    await reading.caller()
    if verdict:
        limit_headers(response, verdict)
    return response


async def _without_unit(
    request: Request,
    edge: Edge,
    who: tuple[Rule, Any],
    inner: Callable[[Request], Awaitable[Response]],
) -> Response:
    rule, claims = who
    principal = ANONYMOUS
    if claims is not None or rule.who not in {Who.public, Who.own_credentials}:
        async with session_scope(edge.house, read_only=True) as session:
            principal = (await _recognised(edge, session, claims)).principal
            _authorise(request, rule, principal)
            await check_fresh(rule, edge.house.profile, edge.authenticator, (session, claims))
    _authorise(request, rule, principal)
    request.state.principal = principal
    return await _remembered(request, edge, (rule, principal), inner)


async def _remembered(
    request: Request,
    edge: Edge,
    who: tuple[Rule, Principal],
    inner: Callable[[Request], Awaitable[Response]],
) -> Response:
    """Replay or keep the answer of a handler that opens its own units.

    The key is kept after the effect, not with it: such handlers are safe to repeat by themselves.
    """
    rule, principal = who
    if not rule.keyed or "idempotency-key" not in request.headers:
        return await inner(request)
    async with open_unit(edge.house, principal) as unit:
        held = await _claim_key(request, unit, rule)
    assert held is not None
    if held.replay:
        return _replay(held.replay)
    response = await inner(request)
    async with open_unit(edge.house, principal) as unit:
        await idempotency.store(unit, held, response.status_code, bytes(response.body))
    return response


async def _in_unit(
    request: Request,
    edge: Edge,
    who: tuple[Rule, Any],
    inner: Callable[[Request], Awaitable[Response]],
) -> Response:
    rule, claims = who
    read_only = rule.unit is UnitKind.read
    async with session_scope(edge.house, read_only=read_only) as session:
        unit = await _recognised(edge, session, claims)
        unit.request_id = request.state.request_id
        request.state.unit = unit
        _authorise(request, rule, unit.principal)
        await check_fresh(rule, edge.house.profile, edge.authenticator, (session, claims))
        held = await _claim_key(request, unit, rule)
        if held and held.replay:
            return _replay(held.replay)
        response = await inner(request)
        if held:
            await idempotency.store(unit, held, response.status_code, bytes(response.body))
        if not read_only:
            await finish(unit)
    return response


def _claims(request: Request, edge: Edge) -> Any:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("send Authorization: Bearer <access token>")
    return edge.authenticator.claims(token)


async def _recognised(edge: Edge, session: AsyncSession, claims: Any) -> Unit:
    if claims is None:
        unit = Unit(edge.house, session, await marketplace_now(session))
        unit.principal = ANONYMOUS
        return unit
    now, principal = await edge.authenticator.principal(session, claims)
    structlog.contextvars.bind_contextvars(user_id=str(principal.user_id))
    unit = Unit(edge.house, session, now)
    unit.principal = principal
    return unit


def _authorise(request: Request, rule: Rule, principal: Principal) -> None:
    if (
        rule.who is not Who.public
        and rule.who is not Who.own_credentials
        and not principal.signed_in
    ):
        raise Unauthenticated
    if not rule.who.lets_in(principal):
        raise Forbidden
    if rule.confirm and request.headers.get("x-confirm-action") != "true":
        raise ConfirmationRequired


async def _claim_key(request: Request, unit: Unit, rule: Rule) -> idempotency.Claim | None:
    key = request.headers.get("idempotency-key")
    if not rule.keyed or key is None:
        return None
    route = f"{request.method} {request.url.path}?{request.url.query}"
    return await idempotency.claim(unit, key, route, await request.body())


def _replay(answer: tuple[int, bytes]) -> Response:
    status, body = answer
    headers = {"idempotency-replayed": "true"}
    return Response(body, status, headers, media_type="application/json")


def _bucket(request: Request, claims: Any) -> str:
    return claims.subject if claims is not None else f"ip:{client_address(request)}"


def _check_mode(request: Request, route: EdgeRoute, edge: Edge) -> None:
    if not edge.house.settings.read_only_mode or request.method in SAFE:
        return
    if not route.named.startswith(edge.house.profile.ops.read_only_allow):
        raise ReadOnly(retry_after=60)
