"""Which request is answered by what."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import connect, intents, lists, refunds, specs
from .books import Books, Thing
from .problems import Refused

Answerer = Callable[[Books, dict[str, Any], str], Thing]


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: re.Pattern[str]
    spec: Mapping[str, Any]
    answer: Answerer


def _new(path: str, spec: Mapping[str, Any], create: Callable[[Books, dict[str, Any]], Thing]):
    return Endpoint("POST", re.compile(path), spec, lambda b, p, _: create(b, p))


def _act(path: str, spec: Mapping[str, Any], act: Answerer) -> Endpoint:
    return Endpoint("POST", re.compile(path), spec, act)


def _one(path: str, kind: str) -> Endpoint:
    return Endpoint(
        "GET", re.compile(rf"{path}/(\w+)"), specs.EXPAND, lambda b, _, n: b.get(kind, n)
    )


def _list(path: str, kind: str, spec: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        "GET", re.compile(path), spec, lambda b, p, _: lists.listed(b, kind, f"/v1/{path}", p)
    )


ENDPOINTS = (
    _new("payment_intents", specs.NEW_INTENT, intents.create),
    _list("payment_intents", "payment_intent", specs.LIST),
    _one("payment_intents", "payment_intent"),
    _act(r"payment_intents/(\w+)/capture", specs.CAPTURE, intents.capture),
    _one("charges", "charge"),
    _new("refunds", specs.NEW_REFUND, refunds.create),
    _list("refunds", "refund", specs.REFUNDS),
    _one("refunds", "refund"),
    _one("disputes", "dispute"),
    _new("accounts", specs.NEW_ACCOUNT, connect.create_account),
    _list("accounts", "account", specs.LIST),
    _one("accounts", "account"),
    _new("transfers", specs.NEW_TRANSFER, connect.create_transfer),
    _list("transfers", "transfer", specs.TRANSFERS),
    _one("transfers", "transfer"),
    _act(r"transfers/(\w+)/reversals", specs.REVERSAL, connect.reverse),
    _list("balance_transactions", "balance_transaction", specs.LINES),
)


def endpoint_of(method: str, path: str) -> tuple[Endpoint, str]:
    """The endpoint and the id in its path. Raises Refused, 404."""
    for one in ENDPOINTS:
        match = one.path.fullmatch(path)
        if match and one.method == method:
            return one, match[1] if match.groups() else ""
    message = f"Unrecognized request URL ({method}: /v1/{path})."
    raise Refused(404, "invalid_request_error", message, stored=False)
