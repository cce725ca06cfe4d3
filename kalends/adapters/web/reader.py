"""One GET, to public servers only. What was looked up is what is connected to: the name is not asked again."""

import asyncio
import ssl

import httpx

from kalends.core.ports import Page, WebRefused, outside_units

from .resolving import Resolver, public_addresses

MOST_BYTES = 1_000_000
MOST_REDIRECTS = 3
SECONDS, CONNECT_SECONDS = 20, 5
_UNCHANGED = 304
_SCHEMES = {"http": 80, "https": 443}


class WebReader:
    """Reads documents of at most a megabyte. `resolve` says which addresses a host may be reached at."""

    def __init__(
        self, resolve: Resolver = public_addresses, *, inner: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._resolve, self._inner = resolve, inner

    async def read(self, url: str, etag: str | None = None) -> Page:
        """Raises WebRefused."""
        outside_units()
        headers = {"accept": "text/calendar", "accept-encoding": "identity"}
        if etag:
            headers["if-none-match"] = etag
        try:
            async with asyncio.timeout(SECONDS), self._client() as client:
                return await _read(client, url, headers)
        except TimeoutError:
            raise WebRefused("the server took too long") from None
        except httpx.TooManyRedirects:
            raise WebRefused("the server sends from one address to the next") from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError):
            raise WebRefused("the server could not be reached") from None

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=Pinned(self._resolve, self._inner or httpx.AsyncHTTPTransport()),
            timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            trust_env=False,
        )


class Pinned(httpx.AsyncBaseTransport):
    """Connects to the address that was looked up and checked, for each redirect too."""

    def __init__(self, resolve: Resolver, inner: httpx.AsyncBaseTransport) -> None:
        self._resolve, self._inner = resolve, inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises WebRefused for a scheme or an address that is not read."""
        url = request.url
        if url.scheme not in _SCHEMES or not url.host or url.userinfo:
            raise WebRefused("only plain http and https addresses are read")
        addresses = await self._resolve(url.host, url.port or _SCHEMES[url.scheme])
        pinned = httpx.Request(
            request.method,
            url.copy_with(host=addresses[0]),
            headers=request.headers,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _read(client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> Page:
    async with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == _UNCHANGED:
            return Page(None, headers.get("if-none-match"))
        if not answer.is_success:
            raise WebRefused(f"the server answered {answer.status_code}")
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise WebRefused("the server packed the document although it was asked not to")
        content = bytearray()
        async for chunk in answer.aiter_raw():
            content += chunk
            if len(content) > MOST_BYTES:
                raise WebRefused("the document is larger than a megabyte")
        return Page(bytes(content), _tag(answer.headers.get("etag")))


def _tag(etag: str | None) -> str | None:
    return etag if etag and len(etag) <= 200 and etag.isascii() else None  # noqa: PLR2004 - a stored line
