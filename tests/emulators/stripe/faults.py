"""What goes wrong next. `before` faults meet any request, `after` faults only one that has an effect."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .problems import Refused

EDGE = frozenset({"refused_before", "limited", "lock_timeout", "garbage", "drop_before", "huge"})
INSIDE = frozenset({"error_stored", "error_after", "lost_after", "slow_after"})
_BROKEN = Refused(500, "api_error", "An error occurred with our connection.", stored=False)


class Cut(Response):
    """Promises a body and hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


@dataclass
class Faults:
    """Armed faults, first in first out. `method` narrows one down to GET or POST."""

    armed: list[dict[str, Any]] = field(default_factory=list)
    met: list[str] = field(default_factory=list)

    def arm(self, fault: dict[str, Any]) -> None:
        if fault["kind"] not in EDGE | INSIDE:
            raise ValueError(f"there is no fault called {fault['kind']}")
        self.armed.append(dict(fault))

    def take(self, kinds: frozenset[str], method: str) -> dict[str, Any] | None:
        """The next armed fault of these kinds that this request meets."""
        for fault in self.armed:
            if fault["kind"] in kinds and fault.get("method", method) == method:
                fault["times"] = fault.get("times", 1) - 1
                if not fault["times"]:
                    self.armed.remove(fault)
                self.met.append(fault["kind"])
                return fault
        return None

    def at_the_edge(self, request: Request) -> Response | None:
        """Before anything is looked at. Raises Refused."""
        fault = self.take(EDGE, request.method)
        kind = fault["kind"] if fault else None
        if kind == "refused_before":
            raise _BROKEN
        if kind == "limited":
            raise Refused(429, "invalid_request_error", "Too many requests", code="rate_limit")
        if kind == "lock_timeout":
            raise Refused(
                429, "invalid_request_error", "This object is locked", code="lock_timeout"
            )
        odd = {
            "garbage": lambda: Response(b"<html>It works!</html>", media_type="text/html"),
            "huge": lambda: Response(b'{"a": "' + b"a" * 5 * 2**20 + b'"}'),
            "drop_before": Cut,
        }
        return odd[kind]() if kind else None


async def after(fault: dict[str, Any] | None, answer: Response) -> Response:
    """What becomes of an answer whose effect has taken place and is kept."""
    if fault is None:
        return answer
    if fault["kind"] == "slow_after":
        await asyncio.sleep(fault.get("seconds", 1))
        return answer
    return Cut() if fault["kind"] == "lost_after" else answer
