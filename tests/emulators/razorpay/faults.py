"""What happens to a call instead of what should: armed by the tests, once or more often.

The faults that come after the effect wait for a call that has one (a POST); the others take the next call.
"""

import asyncio
import base64
import hmac
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .refusals import Refused

AFTER = frozenset({"lost_after", "error_after"})


@dataclass
class Faults:
    """`waiting` in order; `calls` is every call of the merchant so far, as `POST /v1/orders`."""

    waiting: deque[str] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)

    def take(self, method: str) -> str | None:
        if self.waiting and (method == "POST" or self.waiting[0] not in AFTER):
            return self.waiting.popleft()
        return None


class FaultyDoor:
    """Checks the keys, counts the call, and lets a fault happen to it."""

    def __init__(self, app: ASGIApp, faults: Faults, key_id: str, secret: str) -> None:
        self.app, self.faults = app, faults
        pair = base64.b64encode(f"{key_id}:{secret}".encode()).decode()
        self._expected = f"Basic {pair}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_control"):
            await self.app(scope, receive, send)
            return
        self.faults.calls.append(f"{scope['method']} {scope['path']}")
        fault = self.faults.take(scope["method"])
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, self._expected):
            refused = Refused("Authentication failed", status=401, reason="NA")
            await refused.response(scope, receive, send)
        elif fault in AFTER:
            await self.app(scope, receive, _nowhere)
            await _after(fault, scope, receive, send)
        elif fault is not None:
            await _before(fault, scope, receive, send)
        else:
            await self.app(scope, receive, send)


async def _nowhere(message: Message) -> None:
    """The answer of a call that has had its effect."""


async def _after(fault: str, scope: Scope, receive: Receive, send: Send) -> None:
    if fault == "error_after":
        error = Refused("We are facing some trouble", status=500, code="SERVER_ERROR")
        await error.response(scope, receive, send)
    else:
        await _cut(send)


async def _before(fault: str, scope: Scope, receive: Receive, send: Send) -> None:
    if fault in ANSWERS:
        await ANSWERS[fault]()(scope, receive, send)
    elif fault == "endless":
        await _endless(send)
    elif fault == "slow":
        await asyncio.sleep(3600)
    else:  # drop
        await _cut(send)


ANSWERS: dict[str, Callable[[], Response]] = {
    "refused_before": lambda: Refused("Try again", status=500, code="SERVER_ERROR").response,
    "limited": lambda: Refused("Too many requests", status=429, reason="NA").response,
    "conflict": lambda: Refused("A request with this key is at work", status=409).response,
    "redirect": lambda: Response(status_code=302, headers={"location": "https://example.org/"}),
    "html": lambda: Response("<html>Blocked</html>", 403, media_type="text/html"),
    "garbage": lambda: Response("<html>Hello</html>", 200, media_type="text/html"),
}


async def _cut(send: Send) -> None:
    """Begin an answer and break off, so that the other side sees a lost connection."""
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]}
    )
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionAbortedError("cut on purpose")


async def _endless(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(10_000):
        await send({"type": "http.response.body", "body": b" " * 65_536, "more_body": True})
