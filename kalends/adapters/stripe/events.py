"""Pure: what a webhook speaks of."""

from collections.abc import Mapping
from typing import Any

from kalends.core.gateways import About, DisputeStatus, GatewayEvent
from kalends.core.money import Money

from .amounts import told
from .reading import DISPUTES, REFUNDS, name_of

Body = Mapping[str, Any]

# None: look, whatever is known already; the event says that something else than the status has changed.
_INTENTS: Mapping[str, str | None] = {
    "created": "created",
    "requires_action": "created",
    "processing": "created",
    "amount_capturable_updated": "authorized",
    "partially_funded": None,
    "succeeded": "captured",
    "payment_failed": "failed",
    "canceled": "failed",
}
_CHARGES: Mapping[str, str | None] = {
    "pending": "created",
    "captured": "captured",
    "failed": "failed",
    "expired": "failed",
    "updated": None,
}


def event(body: Body) -> GatewayEvent:
    """A verified webhook; unknown kinds are `other`. Raises KeyError, TypeError or ValueError on odd ones."""
    facts: dict[str, Any] = {"about": About.other}
    kind = body["type"]
    if not isinstance(kind, str) or not isinstance(body["id"], str):
        raise TypeError("an event has an id and a type")
    if body.get("object") == "event":
        facts |= _facts(kind, body)
    return GatewayEvent(event_id=body["id"], kind=kind, raw=_without_secret(body), **facts)


def _facts(kind: str, body: Body) -> dict[str, Any]:
    thing = body["data"]["object"]
    family, _, what = kind.rpartition(".")
    if family == "payment_intent" and what in _INTENTS:
        return _intent(what, thing)
    if thing.get("object") == "refund":
        return _refund(thing)
    if family == "charge.dispute":
        return _dispute(thing)
    if family == "charge":
        return _charge(what, thing)
    return _connect(family, body)


def _intent(what: str, intent: Body) -> dict[str, Any]:
    amount = intent.get("amount_received") or intent.get("amount")
    return {
        "about": About.payment,
        "order_id": intent["id"],
        "payment_id": name_of(intent.get("latest_charge")),
        "status": _INTENTS[what],
        "amount": _money(amount, intent),
    }


def _charge(what: str, charge: Body) -> dict[str, Any]:
    """A charge is an attempt at its PaymentIntent; one without is not ours."""
    order = name_of(charge.get("payment_intent"))
    if order is None:
        return {}
    return {
        "about": About.payment,
        "order_id": order,
        "payment_id": charge["id"],
        "status": _charge_status(what, charge),
        "amount": _money(charge.get("amount"), charge),
    }


def _charge_status(what: str, charge: Body) -> str | None:
    if what == "succeeded":
        return "captured" if charge.get("captured") else "authorized"
    if what == "refunded":
        return "refunded" if charge.get("refunded") else "partially_refunded"
    return _CHARGES.get(what)


def _refund(refund: Body) -> dict[str, Any]:
    return {
        "about": About.refund,
        "object_id": refund["id"],
        "order_id": name_of(refund.get("payment_intent")),
        "payment_id": name_of(refund.get("charge")),
        "status": REFUNDS.get(refund.get("status") or ""),
        "amount": _money(refund.get("amount"), refund),
    }


def _dispute(dispute: Body) -> dict[str, Any]:
    return {
        "about": About.dispute,
        "object_id": dispute["id"],
        "order_id": name_of(dispute.get("payment_intent")),
        "payment_id": name_of(dispute.get("charge")),
        "status": DISPUTES.get(dispute.get("status") or "", DisputeStatus.open),
        "amount": _money(dispute.get("amount"), dispute),
    }


def _connect(family: str, body: Body) -> dict[str, Any]:
    """Transfers are our payouts. A `payout` is a bank's: our own, or (with `account`) a provider's."""
    thing, account = body["data"]["object"], body.get("account")
    if family == "transfer":
        status = "reversed" if thing.get("reversed") else "processed"
        amount = _money(thing.get("amount"), thing)
        return {
            "about": About.payout,
            "object_id": thing["id"],
            "status": status,
            "amount": amount,
        }
    if family == "payout" and not account:
        amount = _money(thing.get("amount"), thing)
        return {
            "about": About.settlement,
            "object_id": thing["id"],
            "status": thing.get("status"),
            "amount": amount,
        }
    if account or family in {"account", "account.external_account", "capability"}:
        found = account or name_of(thing.get("account")) or thing["id"]
        return {"about": About.account, "object_id": found}
    return {}


def _money(amount: Any, thing: Body) -> Money | None:
    return None if amount is None else told(amount, thing["currency"])


def _without_secret(body: Body) -> Body:
    """A PaymentIntent's client secret lets anybody confirm it; what is stored needs no such thing."""
    data = body.get("data")
    thing = data.get("object") if isinstance(data, Mapping) else None
    if (
        not isinstance(data, Mapping)
        or not isinstance(thing, Mapping)
        or "client_secret" not in thing
    ):
        return body
    kept = {name: value for name, value in thing.items() if name != "client_secret"}
    return {**body, "data": {**data, "object": kept}}
