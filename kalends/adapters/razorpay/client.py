"""HTTP to Razorpay: keys, time limits, and which failures may have had an effect."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from kalends.core.gateways import GatewayError
from kalends.core.ports import outside_units

from .answers import Entity, items, read_answer

TIMEOUT = httpx.Timeout(15, connect=5)  # seconds; `DEADLINE` bounds an answer that only trickles
DEADLINE = 30
MAX_BODY = 2 * 1024 * 1024
PAGE = 100  # the most that Razorpay gives at once
MAX_PAGES = 500

# These fail before a request is on its way; everything else may have had its effect.
_UNSENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The pair of one Razorpay account. The secret signs checkout answers as well."""

    key_id: str
    secret: str = field(repr=False)


class RazorpayClient:
    """Speaks JSON to `base_url`. Every call raises GatewayError and refuses to run inside a unit."""

    def __init__(
        self,
        base_url: str,
        keys: Keys,
        http: httpx.AsyncClient | None = None,
        deadline: float = DEADLINE,
    ) -> None:
        """`deadline`: seconds that one call may take in all."""
        self._base, self._deadline = base_url.rstrip("/"), deadline
        self._auth = httpx.BasicAuth(keys.key_id, keys.secret)
        # A kept connection that the other side has dropped fails after sending, and looks like a lost
        # answer; a call that moves money is worth a connection of its own.
        self._http = http or httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0))

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Entity:
        return await self._call("GET", path, params=params)

    async def post(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Entity:
        return await self._call("POST", path, json=body, headers=headers)

    async def every(
        self, path: str, params: Mapping[str, str | int] | None = None, pages: int = MAX_PAGES
    ) -> list[Entity]:
        """A whole collection as Razorpay orders it, newest first.

        What is added meanwhile shifts the pages, so that a member may come twice; it is kept once.
        """
        found: dict[str, Entity] = {}
        for number in range(pages):
            query = {**(params or {}), "count": PAGE, "skip": number * PAGE}
            page = items(await self.get(path, query))
            found |= {
                str(item.get("id")): item for item in page if str(item.get("id")) not in found
            }
            if len(page) < PAGE:
                return list(found.values())
        raise GatewayError(f"Razorpay has more than {pages * PAGE} of these", unknown=True)

    async def _call(self, method: str, path: str, **options: Any) -> Entity:
        outside_units()
        request = self._http.build_request(
            method, f"{self._base}/v1/{path}", timeout=TIMEOUT, **options
        )
        request.headers["accept"] = "application/json"
        request.headers["accept-encoding"] = "identity"  # so that the limit below is the real size
        try:
            async with asyncio.timeout(self._deadline):
                status, body = await self._exchange(request)
        except _UNSENT as error:
            raise GatewayError("Razorpay cannot be reached", retryable=True) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise GatewayError("Razorpay did not answer", unknown=True) from error
        return read_answer(status, body)

    async def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        response = await self._http.send(
            request, auth=self._auth, stream=True, follow_redirects=False
        )
        try:
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > MAX_BODY:
                    raise GatewayError("Razorpay's answer does not end", unknown=True)
            return response.status_code, bytes(body)
        finally:
            await response.aclose()
