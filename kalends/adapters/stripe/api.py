"""Calls to Stripe: signed in, pinned to one version, bounded in time and size, once per key."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from kalends.core.gateways import GatewayError
from kalends.core.ports import outside_units

from .form import Params, encode
from .refusals import Answer, refusal

API_VERSION = "2026-10-28.endive"
TIMEOUT = httpx.Timeout(20, connect=3)
DEADLINE_SECONDS = 30
MAX_ANSWER = 4 * 1024 * 1024
PAGE = 100
ATTEMPTS = 8
# These fail before a request is on its way; everything else may have had its effect.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

Found = Mapping[str, Any]
Find = Callable[[], Awaitable[Found | None]]


class TooMany(GatewayError):
    """A list went on for longer than we read; what we looked for may stand further back."""


@dataclass(frozen=True, slots=True)
class Once:
    """A POST that has its effect once per `key`, our own durable one.

    `find` asks Stripe for what was made with this key. `harmless`: a second one could not move money, so
    after a stored server error and a `find` without result it may be made anew.
    """

    path: str
    params: Params
    key: str
    find: Find
    harmless: bool = False


class StripeApi:
    """Stripe at `base_url` with this secret key."""

    def __init__(self, base_url: str, secret: str, client: httpx.AsyncClient | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._secret = secret
        self.client = client or httpx.AsyncClient(timeout=TIMEOUT)

    async def get(self, path: str, params: Params | None = None) -> Found:
        """One object. Raises GatewayError."""
        query = f"?{encode(params)}" if params else ""
        return _success(await self._send("GET", path + query))

    async def each(self, path: str, params: Params, pages: int) -> AsyncIterator[Found]:
        """The list's objects, newest first. Raises GatewayError, and TooMany after so many pages."""
        after: str | None = None
        for _ in range(pages):
            page = await self.get(path, {**params, "limit": PAGE, "starting_after": after})
            with understanding():
                data: list[Found] = page["data"]
                more = bool(page["has_more"]) and bool(data)
                after = data[-1]["id"] if data else None
            for one in data:
                yield one
            if not more:
                return
        raise TooMany("Stripe lists more than is read at once", unknown=True)

    async def once(self, call: Once) -> Found:
        """Send it so that it takes effect once, whatever became of earlier attempts. Raises GatewayError.

        Stripe stores the first answer to a key for a day, refusals and server errors included. A stored refusal
        had no effect, so the attempt after it goes out under the next number of the same key. A stored server
        error may have had its effect: only what `find` finds settles it.
        """
        answer = Answer(0, None)
        for number in range(1, ATTEMPTS + 1):
            key = call.key if number == 1 else f"{call.key}.{number}"
            answer = await self._send("POST", call.path, call.params, key)
            if answer.ok or not answer.replayed:
                break
            if refusal(answer).unknown:
                found = await call.find()
                if found is not None or not call.harmless:
                    return _settled(found)
        return _success(answer)

    async def _send(
        self, method: str, path: str, params: Params | None = None, key: str | None = None
    ) -> Answer:
        outside_units()
        request = self.client.build_request(
            method,
            f"{self._base_url}/v1/{path}",
            content=encode(params) if params is not None else None,
            headers=self._headers(key),
            timeout=TIMEOUT,
        )
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                return await self._receive(request)
        except _UNSENT as error:
            raise GatewayError("Stripe cannot be reached", retryable=True) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise GatewayError("Stripe did not answer", unknown=True) from error

    async def _receive(self, request: httpx.Request) -> Answer:
        response = await self.client.send(request, stream=True)
        try:
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MAX_ANSWER:
                    raise GatewayError("Stripe's answer is too large", unknown=True)
        finally:
            await response.aclose()
        replayed = response.headers.get("idempotent-replayed") == "true"
        return Answer(response.status_code, _object(bytes(body)), replayed)

    def _headers(self, key: str | None) -> dict[str, str]:
        headers = {
            "authorization": f"Bearer {self._secret}",
            "stripe-version": API_VERSION,
            "content-type": "application/x-www-form-urlencoded",
        }
        return headers | ({"idempotency-key": key} if key else {})


@contextmanager
def understanding() -> Iterator[None]:
    """Turn an object that lacks what it should have into an unknown outcome."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise GatewayError("Stripe's answer makes no sense", unknown=True) from error


def _object(body: bytes) -> Found | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _success(answer: Answer) -> Found:
    if not answer.ok or answer.body is None:
        raise refusal(answer)
    return answer.body


def _settled(found: Found | None) -> Found:
    if found is None:
        raise GatewayError(
            "Stripe keeps a server error for this key and knows nothing that was made with it",
            unknown=True,
        )
    return found
