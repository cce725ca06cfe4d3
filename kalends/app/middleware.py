"""Around every request: its id, the client's true address, one log line, the metrics, safe headers."""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request

from kalends.core import problems
from kalends.core.ids import new_id
from kalends.core.logs import say
from kalends.core.metrics import count_request
from kalends.core.settings import Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_TOKEN = re.compile(r"[\w-]{44,}")  # longer than any id
_LOOPBACK = ("127.0.0.0/8", "::1/128")
_SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"strict-transport-security", b"max-age=31536000"),
)
_PRIVATE = (b"cache-control", b"no-store")
# Our pages work without scripts. The API's documentation and the mailbox, both for developers, do not.
_NO_SCRIPTS = (
    b"content-security-policy",
    b"; ".join(
        [
            b"default-src 'none'",
            b"style-src 'unsafe-inline'",
            b"img-src 'self' data:",
            b"form-action 'self'",
            b"base-uri 'none'",
            b"frame-ancestors 'none'",
        ]
    ),
)
_FOR_DEVELOPERS = ("/docs", "/dev/")
_WITH_SCRIPTS = (*_SAFE_HEADERS, _PRIVATE)
_ALWAYS = (*_WITH_SCRIPTS, _NO_SCRIPTS)


class RequestContext:
    def __init__(self, app: Any, settings: Settings) -> None:
        self.app = app
        nets = settings.proxies + ([] if settings.production else list(_LOOPBACK))
        self.trusted = [ip_network(net, strict=False) for net in nets]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        self._name_client(scope, headers)
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _ID.match(given) else str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        await self._run(scope, receive, send)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, seen = time.perf_counter(), {"status": 0, "bytes": 0}

        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                _add_headers(scope, message)
            else:
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as error:
            if seen["status"]:
                raise  # too late for another answer
            response = await problems.on_bug(Request(scope), error)
            await response(scope, receive, answer)
        finally:
            _account(scope, seen, time.perf_counter() - started)

    def _name_client(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        forwarded = headers.get(b"x-forwarded-for")
        client = scope.get("client")
        if not forwarded or not client or not self._trusts(client[0]):
            return
        # Walk from the nearest hop outwards; the first one that we do not trust is the client.
        for hop in reversed([part.strip() for part in forwarded.decode("latin-1").split(",")]):
            if _address(hop) is None:
                return
            scope["client"] = (hop, 0)
            if not self._trusts(hop):
                return

    def _trusts(self, address: str) -> bool:
        known = _address(address)
        return known is not None and any(known in net for net in self.trusted)


class BodyLimit:
    """Stops the reading of a body of more than `most` bytes: 413 as a problem, with all our headers.

    The framework's own limit answers outside of our middleware, as plain text without a request id.
    """

    def __init__(self, app: Any, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared, seen = _declared_length(scope), 0

        async def limited() -> MutableMapping[str, Any]:
            nonlocal seen
            if declared > self.most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self.app(scope, limited, send)


def _declared_length(scope: Scope) -> int:
    """What Content-Length says, 0 when it says nothing that can be read."""
    try:
        return int(dict(scope["headers"]).get(b"content-length", b"0"))
    except ValueError:
        return 0


@lru_cache(maxsize=4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _add_headers(scope: Scope, message: MutableMapping[str, Any]) -> None:
    headers = message["headers"]
    present = {name for name, _ in headers}
    pages = scope["path"].startswith(_FOR_DEVELOPERS)
    ours = (h for h in (_WITH_SCRIPTS if pages else _ALWAYS) if h[0] not in present)
    request_id = (b"x-request-id", scope["state"]["request_id"].encode())
    message["headers"] = [*headers, *ours, request_id]


def _without_secrets(scope: Scope) -> str:
    """The path as it may be logged: whoever knows a token in it could use it."""
    path: str = scope["path"]
    for name, value in scope.get("path_params", {}).items():
        if name.endswith("token"):
            path = path.replace(value, "…")
    return _TOKEN.sub("…", path)  # also on paths that no route knows


def _account(scope: Scope, seen: dict[str, int], seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unmatched")
    method, status = scope["method"], seen["status"]
    count_request(method, route, status, seconds)
    facts = {
        "method": method,
        "endpoint": route,
        "path": _without_secrets(scope)[:200],
        "status_code": status,
        "duration_ms": round(seconds * 1000, 2),
        "size_bytes": seen["bytes"],
    }
    say("warning" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "info", "request", facts)
