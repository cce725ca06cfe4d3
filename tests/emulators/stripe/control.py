"""The outside world's levers, none of them Stripe's: customers, banks, faults, deliveries."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from . import connect, intents, refunds
from .problems import Refused
from .webhooks import deliver, deliveries, signed, wish_of

Lever = Callable[[Any, dict[str, Any]], Any]


def routes() -> list[Route]:
    levers = {name: _lever(lever) for name, lever in LEVERS.items()}
    return [Route(f"/{name}", lever, methods=["POST"]) for name, lever in levers.items()] + [
        Route("/deliver", _deliver, methods=["POST"])
    ]


def _lever(lever: Lever) -> Callable[[Request], Any]:
    async def pull(request: Request) -> JSONResponse:
        asked = await request.json()
        try:
            return JSONResponse(lever(request.app.state.world, asked))
        except Refused as refused:
            return JSONResponse(refused.body, refused.status)

    return pull


async def _deliver(request: Request) -> JSONResponse:
    """Send the events (all, or those with these ids, in this order) to a URL."""
    asked = await request.json()
    books = request.app.state.world.books
    sent = deliveries(books, wish_of(asked))
    if "ids" in asked:
        by_id = dict(zip([e["id"] for e in reversed(books.all("event"))], sent, strict=True))
        sent = [by_id[name] for name in asked["ids"]]
    return JSONResponse(await deliver(asked["url"], sent))


def _reset(world: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Start anew; `float` is our own money, paid in some days ago."""
    fresh = type(world)()
    world.__dict__.update(fresh.__dict__)
    for name in ("currency", "refund_status", "transfers_active"):
        if name in asked:
            setattr(world.books, name, asked[name])
    if amount := asked.get("float", 0):
        world.books.top_up(amount, days_ago=3)
    return {}


def _webhooks(world: Any, asked: dict[str, Any]) -> list[Any]:
    return [[body.decode(), headers] for body, headers in deliveries(world.books, wish_of(asked))]


def _state(world: Any, asked: dict[str, Any]) -> dict[str, Any]:
    books = world.books
    kinds = [t["object"] for t in books.things.values()]
    currency = asked.get("currency", books.currency)
    return {
        "total": books.total(currency),
        "available": books.available(currency),
        "counts": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "faults_met": world.faults.met,
        "requests": world.requests,
    }


LEVERS: dict[str, Lever] = {
    "reset": _reset,
    "pay": lambda w, a: intents.pay(w.books, a["intent"], a["outcome"], a.get("amount")),
    "cancel": lambda w, a: intents.cancel(w.books, a["intent"]),
    "refund": lambda w, a: [refunds.create(w.books, one) for one in a["params"]],
    "end_refund": lambda w, a: refunds.end(w.books, a["refund"], ok=a["ok"]),
    "reverse": lambda w, a: connect.reverse(w.books, a.get("params", {}), a["transfer"]),
    "end_check": lambda w, a: connect.end_check(w.books, a["account"], a["status"], a["name"]),
    "dispute": lambda w, a: refunds.open_dispute(
        w.books, a["charge"], a["amount"], inquiry=a.get("inquiry", False)
    ),
    "end_dispute": lambda w, a: refunds.end_dispute(w.books, a["dispute"], won=a["won"]),
    "lines": lambda w, a: [w.books.line(*one) for one in a["lines"]],
    "change": lambda w, a: w.books.things[a["id"]].update(a["facts"]),
    "forget_keys": lambda w, a: w.keys.kept.clear(),
    "fault": lambda w, a: w.faults.arm(a),
    "thing": lambda w, a: w.books.things[a["id"]],
    "webhooks": _webhooks,
    "sign": lambda w, a: signed(a["body"].encode("latin-1"), wish_of(a)),
    "state": _state,
}
