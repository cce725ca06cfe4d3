"""What payments and payouts share: the keys, and ways to find again what was made with one of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from kalends.core.clock import real_now
from kalends.core.gateways import GatewayError

from .api import Find, Found, StripeApi, TooMany, understanding
from .reading import is_marked

_log = structlog.get_logger("kalends.stripe")
# Stripe keeps a key for a day at least, and so does a server error.
_KEPT = timedelta(hours=25)
_PAGES = 10


@dataclass(frozen=True, slots=True)
class Keys:
    """`webhook_secrets`: the present one, and the previous one while a change is under way.

    `currency` is the marketplace's.
    """

    secret: str
    publishable: str
    webhook_secrets: tuple[str, ...]
    currency: str
    base_url: str = "https://api.stripe.com"


class StripeSide:
    """One side of the adapter, with its calls to Stripe."""

    def __init__(self, keys: Keys, client: httpx.AsyncClient | None = None) -> None:
        self._keys = keys
        self.api = StripeApi(keys.base_url, keys.secret, client)

    def made(self, path: str, of: Mapping[str, str], key: str) -> Find:
        """Look for the object with this key among those of the same charge or transfer group."""

        async def find() -> Found | None:
            async for one in self.api.each(path, of, _PAGES):
                with understanding():
                    if is_marked(one, "key", key):
                        return one
            return None

        return find

    def recent(self, path: str, name: str, value: str) -> Find:
        """Look among the objects since a key's first use; Stripe's search by metadata lags behind its lists.

        For objects that cannot move money: when there are too many to look at, one more is made.
        """

        async def find() -> Found | None:
            since = int((real_now() - _KEPT).timestamp())
            try:
                async for one in self.api.each(path, {"created": {"gte": since}}, _PAGES):
                    with understanding():
                        if is_marked(one, name, value):
                            return one
            except TooMany:
                _log.warning("stripe_list_too_long", path=path)
            _log.warning("stripe_made_anew", path=path, **{name: value})
            return None

        return find


def another_use() -> GatewayError:
    """A key that served another amount or account, in the words that Stripe has while it knows the key."""
    return GatewayError("this key was used for something else", code="idempotency_error")


def in_path(name: str) -> str:
    """An id as a part of an address."""
    return quote(name, safe="")


def expanded(*fields: str) -> dict[str, Any]:
    """The parameter that asks for these fields in full."""
    return {"expand": list(fields)}
