"""The documentation is kept: generated requests, as three roles, get answers that it describes.

The generator runs in a thread of its own; its requests are carried over to the loop in which the
application and its connections live.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from tests.security.world import World

EXAMPLES = 3
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
PHASES = ("examples", "coverage", "fuzzing", "stateful")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "allow_header_conformance",
)
# Moving the clock would end everybody's bookings; signing out would end the run.
LEFT_OUT = ("/dev/clock", "/api/v2/auth/logout", "/api/v2/auth/password/change")

CUSTOMERS = frozenset({"public", "signed_in", "own_credentials"})
OPERATORS = frozenset({"manager", "operator", "moderator", "super_admin"})
# Boundary values and random ones, as whom the routes are for. (Who may not come in at all is the matrix's.)
RUNS = [
    ("near customer", ("coverage", "fuzzing"), CUSTOMERS),
    ("super_admin", ("coverage", "fuzzing"), OPERATORS),
    ("near manager", ("fuzzing",), frozenset({"manager", "signed_in"})),
]


class Ferry:
    """An ASGI application in front of the real one, for callers in another event loop."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.loop = client, asyncio.get_running_loop()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = self._request(scope, await _body(receive))
        carried = asyncio.run_coroutine_threadsafe(self.client.send(request), self.loop)
        answer = await asyncio.wrap_future(carried)
        start = {"status": answer.status_code, "headers": answer.headers.raw}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": answer.content})

    def _request(self, scope: Message, body: bytes) -> httpx.Request:
        path = scope.get("raw_path") or scope["path"].encode()
        url = httpx.URL(str(self.client.base_url)).copy_with(
            raw_path=path + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        )
        return httpx.Request(scope["method"], url, headers=scope["headers"], content=body)


async def _body(receive: Receive) -> bytes:
    read, more = b"", True
    while more:
        message = await receive()
        read, more = read + message.get("body", b""), message.get("more_body", False)
    return read


def _config(headers: dict[str, str], things: dict[str, str], *kinds: str) -> SchemathesisConfig:
    """Small and repeatable. Paths name things that are there, so that requests get beyond a 404."""
    phases = {name: {"enabled": name in {"examples", *kinds}} for name in PHASES}
    checks: dict[str, Any] = {"enabled": False} | {name: {"enabled": True} for name in CHECKS}
    places = {f"path.{name}": value for name, value in things.items()}
    return SchemathesisConfig.from_dict(
        {
            "seed": 7,
            "headers": headers,
            "parameters": places,
            "checks": checks,
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": True},
            "phases": phases,
        }
    )


def _run(ferry: Ferry, config: SchemathesisConfig, whose: frozenset[str]) -> tuple[int, list[str]]:
    """How many requests were made to the routes of these people, and what was wrong with the answers."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", ferry, config=config)
    schema = schema.include(lambda ctx: ctx.operation.definition.raw["x-who"] in whose)
    schema = schema.exclude(path=list(LEFT_OUT))
    made, complaints = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            made += len(event.recorder.interactions)
            complaints += _failures(event)
        if isinstance(event, events.NonFatalError | events.FatalError):
            complaints.append(str(event.__dict__ if hasattr(event, "__dict__") else event))
    return made, complaints


def _failures(event: events.ScenarioFinished) -> list[str]:
    found = []
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                info = check.failure_info
                found.append(f"{event.label} {check.name}: {info.failure}\n{info.code_sample}")
    return found


@pytest.mark.parametrize(("role", "kinds", "whose"), RUNS, ids=[run[0] for run in RUNS])
async def test_answers_are_as_documented(
    world: World, role: str, kinds: tuple[str, ...], whose: frozenset[str]
) -> None:
    headers = world.callers[role].headers | {"X-Confirm-Action": "true"}
    config = _config(headers, world.halves["near"].things, *kinds)
    made, complaints = await asyncio.to_thread(_run, Ferry(world.client), config, whose)
    assert made > 100
    assert not complaints, "\n".join(dict.fromkeys(complaints))
