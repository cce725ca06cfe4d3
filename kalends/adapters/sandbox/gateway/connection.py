"""Calls to the provider, and what an answer (or none) means."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx

from kalends.core.gateways import GatewayError
from kalends.core.ports import outside_units

TIMEOUT_SECONDS = 5
SERVER_ERROR, TOO_MANY = 500, 429
# These fail before a request is on its way; everything else may have had its effect.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Connection:
    """The provider's API at one address, with the merchant's secret."""

    def __init__(self, base_url: str, secret: str, client: httpx.AsyncClient | None) -> None:
        self.base_url = base_url.rstrip("/")
        self._secret = secret
        self._given = client

    @cached_property
    def client(self) -> httpx.AsyncClient:
        """Made for the first call, because reading certificates takes a while. The server is next door: no
        proxy between, and no idle connection that outlives its restart."""
        return self._given or httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS,
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
        )

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Raises GatewayError."""
        return await self._call("GET", path, params=query)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Raises GatewayError."""
        return await self._call("POST", path, json=body)

    async def _call(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        outside_units()
        url, headers = f"{self.base_url}/sandbox/v1/{path}", self._headers()
        try:
            response = await self.client.request(
                method, url, headers=headers, timeout=TIMEOUT_SECONDS, **what
            )
        except _UNSENT as error:
            raise GatewayError("the sandbox cannot be reached", retryable=True) from error
        except httpx.HTTPError as error:
            raise GatewayError("the sandbox did not answer", unknown=True) from error
        return _answer(response)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._secret}"}


def _answer(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= SERVER_ERROR:
        raise GatewayError(f"the sandbox answered {response.status_code}", unknown=True)
    if response.status_code == TOO_MANY:
        raise GatewayError("the sandbox wants us to slow down", retryable=True)
    try:
        answer = response.json()
    except ValueError as error:
        raise GatewayError("the sandbox's answer makes no sense", unknown=True) from error
    if not isinstance(answer, dict):
        raise GatewayError("the sandbox's answer makes no sense", unknown=True)
    if not response.is_success:
        code = str(answer.get("type", "")).rpartition("/")[2] or None
        detail = answer.get("detail", response.status_code)
        raise GatewayError(f"the sandbox refused: {detail}", code=code)
    return answer
