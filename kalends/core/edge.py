"""The edge: where a request becomes a unit of work, and where that unit is committed.

Around every handler: authenticate, count against the limits, open the unit, claim the idempotency key,
run the handler, keep the answer, commit, and only then let the answer leave.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Protocol

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.routing import Match
from starlette.types import Scope

from . import idempotency
from .clock import marketplace_now
from .endpoints import Routes as Routes
from .errors import (
    ConfirmationRequired,
    Forbidden,
    ReadOnly,
    TooManyRequests,
    Unauthenticated,
)
from .house import House
from .metrics import REFUSED
from .policy import Rule, UnitKind, Who, rule_for
from .principal import ANONYMOUS, Principal
from .problems import documented
from .ratelimit import RateLimiter, Verdict
from .unit import Unit, finish, open_unit, session_scope

API_PREFIX = "/api/v2"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Authenticator(Protocol):
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
    head: ClassVar[str]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Most routes differ from a request before their first parameter, which is cheap to see."""
        if scope["path"].startswith(self.head):
            return super().matches(scope)
        return Match.NONE, {}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await _through_the_edge(request, self.rule, inner)

        return handle


def _route_class(rule: Rule, path: str) -> type[EdgeRoute]:
    return type("RuledRoute", (EdgeRoute,), {"rule": rule, "head": path.partition("{")[0]})


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
            route_class_override=_route_class(rule, prefix + endpoint.path),
            responses=documented(endpoint.errors, rule),
            openapi_extra={"x-who": rule.who.value, "x-relation": rule.relation},
            **endpoint.options,
        )


async def _through_the_edge(
    request: Request, rule: Rule, inner: Callable[[Request], Awaitable[Response]]
) -> Response:
    edge: Edge = request.app.state.edge
    # a route with a secret of its own reads the header itself
    claims = None if rule.who is Who.own_credentials else _claims(request, edge)
    verdict = await _count(request, edge, rule, claims)
    _check_mode(request, edge)
    if rule.unit is UnitKind.none:
        response = await _without_unit(request, edge, (rule, claims), inner)
    else:
        response = await _in_unit(request, edge, (rule, claims), inner)
    if verdict:
        _limit_headers(response, verdict)
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


async def _count(request: Request, edge: Edge, rule: Rule, claims: Any) -> Verdict | None:
    if rule.exempt:
        return None
    limits = edge.house.profile.rate_limits
    caller = claims.subject if claims is not None else f"ip:{client_address(request)}"
    verdict = None
    for name in ("global", rule.limit):
        if name is None or name not in limits:
            continue
        verdict = await edge.limiter.hit(f"{name}:{caller}", limits[name])
        if not verdict.allowed:
            REFUSED.labels(name).inc()
            seconds = verdict.retry_after
            raise TooManyRequests(
                f"wait {seconds} s and try again", limit=verdict.limit, retry_after=seconds
            )
    return verdict


def client_address(request: Request) -> str:
    """The client's address; `app.asgi` has put in what a trusted proxy said."""
    return request.client.host if request.client else "unknown"


def _check_mode(request: Request, edge: Edge) -> None:
    if not edge.house.settings.read_only_mode or request.method in SAFE:
        return
    path = request.url.path.removeprefix(API_PREFIX)
    if not path.startswith(edge.house.profile.ops.read_only_allow):
        raise ReadOnly(retry_after=60)


def _limit_headers(response: Response, verdict: Verdict) -> None:
    response.headers["ratelimit-limit"] = str(verdict.limit)
    response.headers["ratelimit-remaining"] = str(verdict.remaining)


# Coroutines although they wait for nothing: FastAPI runs plain functions in threads.
async def _unit_of(request: Request) -> Unit:
    unit: Unit = request.state.unit
    return unit


async def _house_of(request: Request) -> House:
    edge: Edge = request.app.state.edge
    return edge.house


async def _principal_of(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


CurrentPrincipal = Annotated[Principal, Depends(_principal_of)]
CurrentUnit = Annotated[Unit, Depends(_unit_of)]
CurrentHouse = Annotated[House, Depends(_house_of)]
