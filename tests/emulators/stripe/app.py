"""The web application: signed in, parsed, once per key, and broken when it is asked to be."""

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from . import lists
from .books import API_VERSION, Books
from .control import routes
from .endpoints import endpoint_of
from .faults import INSIDE, Faults, after
from .forms import parse
from .keys import Keys
from .params import checked
from .problems import Refused

SECRET_KEY, PUBLISHABLE_KEY = "sk_test_emulated", "pk_test_emulated"


@dataclass
class World:
    """Everything that one emulator knows."""

    books: Books = field(default_factory=Books)
    keys: Keys = field(default_factory=Keys)
    faults: Faults = field(default_factory=Faults)
    requests: list[dict[str, Any]] = field(default_factory=list)


def build() -> Starlette:
    app = Starlette(
        routes=[
            Mount("/_control", routes=routes()),
            Route("/v1/{path:path}", _answer, methods=["GET", "POST", "DELETE", "PUT"]),
        ]
    )
    app.state.world = World()
    return app


async def _answer(request: Request) -> Response:
    world: World = request.app.state.world
    body = (await request.body()).decode()
    world.requests.append(
        {
            "method": request.method,
            "path": request.url.path,
            "key": request.headers.get("idempotency-key"),
            "version": request.headers.get("stripe-version"),
            "body": body,
        }
    )
    try:
        odd = world.faults.at_the_edge(request)
        if odd is not None:
            return odd
        _signed_in(request)
        text = body if request.method == "POST" else request.url.query
        return await _execute(world, request, parse(text))
    except Refused as refused:
        return _json(refused.status, json.dumps(refused.body).encode())


def _signed_in(request: Request) -> None:
    given = request.headers.get("authorization", "")
    if given != f"Bearer {SECRET_KEY}":
        raise Refused(401, "invalid_request_error", f"Invalid API Key provided: {given[-4:]}")
    if request.headers.get("stripe-version", API_VERSION) != API_VERSION:
        raise Refused(400, "invalid_request_error", "Invalid Stripe API version")
    kind = request.headers.get("content-type", "")
    if request.method == "POST" and not kind.startswith("application/x-www-form-urlencoded"):
        raise Refused(415, "invalid_request_error", "Bodies are form-encoded")


async def _execute(world: World, request: Request, params: dict[str, Any]) -> Response:
    path = request.path_params["path"]
    endpoint, _ = endpoint_of(request.method, path)
    key = request.headers.get("idempotency-key")
    if request.method != "POST" or key is None:
        return _json(200, _result(world, path, params, request.method))
    asked = json.dumps([path, params], sort_keys=True)
    kept = world.keys.seen(key, asked)
    if kept is not None:
        return _json(*kept, replayed=True)
    checked(endpoint.spec, params)
    world.keys.begin(key, asked)
    fault = world.faults.take(INSIDE, "POST")
    status, body = _once(world, path, params, fault)
    if status is None:
        world.keys.forget(key)
        return _json(400, body)
    answer = await after(fault, _json(status, body))
    world.keys.keep(key, status, body)
    return answer


def _once(
    world: World, path: str, params: dict[str, Any], fault: dict[str, Any] | None
) -> tuple[int | None, bytes]:
    """Status and body to keep for the key; no status when nothing is to be kept."""
    broken = Refused(500, "api_error", "An unknown error occurred")
    kind = fault["kind"] if fault else None
    try:
        if kind == "error_stored":
            raise broken
        body = _result(world, path, params, "POST")
        if kind == "error_after":
            raise broken
    except Refused as refused:
        body = json.dumps(refused.body).encode()
        return (refused.status if refused.stored else None), body
    return 200, body


def _result(world: World, path: str, params: dict[str, Any], method: str) -> bytes:
    endpoint, name = endpoint_of(method, path)
    given = checked(endpoint.spec, params)
    found = endpoint.answer(world.books, given, name)
    return json.dumps(lists.expanded(world.books, found, given.get("expand", []))).encode()


def _json(status: int, body: bytes, *, replayed: bool = False) -> Response:
    headers = {"idempotent-replayed": "true"} if replayed else {}
    return Response(body, status, headers, "application/json")
