"""The web process: mounts every room's routes under the policy table, and the middleware around them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from types import ModuleType

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Lifespan

from kalends import __version__
from kalends.core import problems
from kalends.core.edge import API_PREFIX, Edge, Routes, mount
from kalends.core.hot import Directory
from kalends.core.house import House
from kalends.core.policy import rule_for
from kalends.core.ratelimit import RateLimiter
from kalends.identity import JwtAuthenticator

from . import dev
from .aliases import mount_aliases
from .middleware import BodyLimit, RequestContext
from .platform import front_routes, platform_routes
from .wiring import room_routes

MAX_BODY = 1_000_000
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
HEADERS = ["Authorization", "Content-Type", "Idempotency-Key", "X-Confirm-Action", "X-Request-ID"]


def create_app(house: House) -> FastAPI:
    """The application of one marketplace. Raises MissingPolicy when a route has no policy row."""
    app = FastAPI(
        title=f"{house.profile.branding.name} API",
        version=__version__,
        description="Kalends: find, agree a time, pay into escrow, settle. See the problem types in the docs.",
        lifespan=_lifespan(house),
        redirect_slashes=False,
        telemetry={"tracing": False},
        docs_url=None if house.settings.production else "/docs",
        redoc_url=None,
    )
    serve(app, house)
    problems.install(app)
    _mount_all(app, house)
    _wrap(app, house)
    return app


def serve(app: FastAPI, house: House) -> None:
    """Make this house the one that the application answers for."""
    app.state.edge = Edge(house, JwtAuthenticator(house.settings), RateLimiter(house.reader))


def _mount_all(app: FastAPI, house: House) -> None:
    modules = [*room_routes(), dev]
    rooms = [routes for module in modules for routes in routes_of(module, house)]
    for routes in rooms:
        mount(app, routes, "" if routes.bare else API_PREFIX)
    mount(app, platform_routes, "", in_schema=False)
    mount(app, front_routes, "", in_schema=False)
    prefixes = [API_PREFIX]
    if house.profile.literal_paths:
        prefixes.append(house.profile.literal_prefix)
        for routes in rooms:
            if not routes.bare:
                mount(app, routes, house.profile.literal_prefix, in_schema=False)
    for prefix in prefixes:
        mount_aliases(app.router, rooms, house.profile.aliases, prefix)
    app.router.middleware_stack = Directory(app.router.middleware_stack, app.routes)


def routes_of(module: ModuleType, house: House) -> Sequence[Routes]:
    """The routes that this deployment has: features that are off and development doors fall away."""
    named = {name: value for name, value in vars(module).items() if isinstance(value, Routes)}
    if house.settings.production:
        named.pop("development_routes", None)
    return [_open(routes, house) for routes in named.values() if _is_on(routes.feature, house)]


def _open(routes: Routes, house: House) -> Routes:
    """Without the endpoints whose policy row belongs to a feature that is off. Raises MissingPolicy."""
    rows = ((one, rule_for(one.method, one.path)) for one in routes.endpoints)
    return replace(routes, endpoints=[one for one, rule in rows if _is_on(rule.feature, house)])


def _is_on(feature: str | None, house: House) -> bool:
    return feature is None or bool(getattr(house.profile.features, feature))


def _lifespan(house: House) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def run(_: FastAPI) -> AsyncIterator[None]:
        yield
        await house.close()

    return run


def _wrap(app: FastAPI, house: House) -> None:
    app.add_middleware(BodyLimit, most=MAX_BODY)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=house.settings.cors_origins,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        allow_credentials=True,
        expose_headers=["X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining", "Retry-After"],
    )
    app.add_middleware(
        TrustedHostMiddleware, allowed_hosts=house.settings.hosts, www_redirect=False
    )
    app.add_middleware(RequestContext, settings=house.settings)
