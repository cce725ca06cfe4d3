"""Webhooks of Razorpay as events of the port. Pure.

`x-razorpay-event-id` is not covered by the signature: who recorded one delivery could send it again under a
fresh id. The id here is the digest of the signed body, so that any copy of it is the same event. Repeats of
Razorpay's own carry the same snapshot; should one ever be written differently, it counts as another event
about the same object and status, and handlers ask for the object's present state anyway.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kalends.core.gateways import About, GatewayError, GatewayEvent
from kalends.core.money import Money

from .answers import Entity, identity, is_id, money, optional_text, parse, part, text
from .banking import PAYOUTS, check_status
from .readings import DISPUTES

UNREADABLE = "unreadable"
_FILLER = "\N{REPLACEMENT CHARACTER}"
_PAYMENT_STATUS = {
    "payment.authorized": "authorized",
    "payment.captured": "captured",
    "payment.failed": "failed",
    "order.paid": "captured",
}
_REFUND_STATUS = {"refund.processed": "processed", "refund.failed": "failed"}
_REFUNDS = frozenset({"refund.created", "refund.speed_changed", *_REFUND_STATUS})
_DISPUTE = "payment.dispute."
_PAYOUT_STATES = {"initiated": "processing", **{state: state for state in PAYOUTS}}
_PAYOUTS = frozenset(
    {"payout.updated", "payout.created", *(f"payout.{state}" for state in _PAYOUT_STATES)}
)
_CHECKS = frozenset({"fund_account.validation.completed", "fund_account.validation.failed"})


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an event says; the names are those of GatewayEvent."""

    about: About = About.other
    order_id: str | None = None
    payment_id: str | None = None
    object_id: str | None = None
    status: str | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class _News:
    """An event's type and what it carries."""

    kind: str
    payload: Entity

    def entity(self, name: str) -> Entity:
        """`payload[name].entity`; the name may have a dot in it."""
        return part(part(self.payload, name), "entity")

    @property
    def order_id(self) -> str | None:
        found = (self.entity("payment").get("order_id"), self.entity("order").get("id"))
        return next((str(one) for one in found if is_id(one, "order")), None)


def read_event(body: bytes) -> GatewayEvent:
    """The event of a body whose signature was checked.

    An unknown type, and a known one without its object, is `About.other`: kept, and nobody's to handle.
    """
    event_id = f"sha256:{hashlib.sha256(body).hexdigest()}"
    try:
        raw = _storable(parse(body))
    except (GatewayError, RecursionError):
        return GatewayEvent(event_id, UNREADABLE, About.other, raw={"size": len(body)})
    news = _News(optional_text(raw, "event") or "unknown", part(raw, "payload"))
    facts = _facts(news)
    return GatewayEvent(
        event_id=event_id,
        kind=news.kind,
        about=facts.about,
        order_id=facts.order_id,
        payment_id=facts.payment_id,
        object_id=facts.object_id,
        status=facts.status,
        amount=facts.amount,
        raw=raw,
    )


def _facts(news: _News) -> _Facts:
    read = _dispute if news.kind.startswith(_DISPUTE) else _READERS.get(news.kind)
    if read is None:
        return _Facts()
    try:
        return read(news)
    except GatewayError:
        return _Facts()


def _payment(news: _News) -> _Facts:
    """The event's name says more than the snapshot, whose `captured` may contradict its `status`."""
    payment = news.entity("payment")
    return _Facts(
        about=About.payment,
        order_id=news.order_id,
        payment_id=identity(payment, "id", "pay"),
        status=_PAYMENT_STATUS[news.kind],
        amount=money(payment),
    )


def _refund(news: _News) -> _Facts:
    refund = news.entity("refund")
    return _Facts(
        about=About.refund,
        order_id=news.order_id,
        payment_id=identity(refund, "payment_id", "pay"),
        object_id=identity(refund, "id", "rfnd"),
        status=_REFUND_STATUS.get(news.kind) or text(refund, "status"),
        amount=money(refund),
    )


def _dispute(news: _News) -> _Facts:
    dispute = news.entity("dispute")
    said = news.kind.removeprefix(_DISPUTE)
    return _Facts(
        about=About.dispute,
        order_id=news.order_id,
        payment_id=identity(dispute, "payment_id", "pay"),
        object_id=identity(dispute, "id", "disp"),
        status=DISPUTES.get("open" if said == "created" else said),
        amount=money(dispute),
    )


def _payout(news: _News) -> _Facts:
    """`updated` says that something else than the state changed, so the state is the snapshot's."""
    payout = news.entity("payout")
    said = news.kind.removeprefix("payout.")
    return _Facts(
        about=About.payout,
        object_id=identity(payout, "id", "pout"),
        status=PAYOUTS.get(_PAYOUT_STATES.get(said) or text(payout, "status")),
        amount=money(payout),
    )


def _check(news: _News) -> _Facts:
    check = news.entity("fund_account.validation")
    return _Facts(
        about=About.account, object_id=identity(check, "id", "fav"), status=check_status(check)
    )


def _settlement(news: _News) -> _Facts:
    settlement = news.entity("settlement")
    return _Facts(
        about=About.settlement,
        object_id=identity(settlement, "id", "setl"),
        status=optional_text(settlement, "status"),
    )


_READERS: Mapping[str, Callable[[_News], _Facts]] = {
    **dict.fromkeys(_PAYMENT_STATUS, _payment),
    **dict.fromkeys(_REFUNDS, _refund),
    **dict.fromkeys(_PAYOUTS, _payout),
    **dict.fromkeys(_CHECKS, _check),
    "settlement.processed": _settlement,
}


def _storable(value: Any) -> Any:
    """The same without what a database of text refuses; customers write some of it, in notes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", _FILLER)
    if isinstance(value, dict):
        return {_storable(name): _storable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    return str(value) if isinstance(value, float) else value
