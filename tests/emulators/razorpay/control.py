"""The doors that only the tests know: what customers, banks and operators do, and what goes wrong."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import banking, payments, webhooks
from .books import Books, Moods
from .faults import Faults
from .refusals import Refused
from .webhooks import SECRETS, Secrets

Body = dict[str, Any]
Act = Callable[[Body], Any]


def routes(books: Books, secrets: Secrets, faults: Faults) -> list[Route]:
    """POST /_control/<act> with its arguments as JSON; the answer is `{"result": …}`."""
    acts = {
        **_acts_of_payments(books),
        **_acts_of_banks(books),
        **_acts_of_webhooks(books, secrets),
        **_acts_of_faults(books, faults),
        "reset": lambda _: _reset(books, secrets, faults),
    }

    async def act(request: Request) -> Response:
        try:
            return JSONResponse({"result": acts[request.path_params["act"]](await request.json())})
        except Refused as refused:
            return refused.response

    return [
        Route("/_control/deliver", _delivering(books, secrets), methods=["POST"]),
        Route("/_control/{act}", act, methods=["POST"]),
    ]


def _reset(books: Books, secrets: Secrets, faults: Faults) -> None:
    """Nothing has happened yet."""
    for one in fields(Books):
        setattr(books, one.name, getattr(Books(), one.name))
    secrets.current, secrets.previous = SECRETS
    faults.waiting.clear()
    faults.calls.clear()


def _delivering(books: Books, secrets: Secrets) -> Callable[[Request], Awaitable[Response]]:
    async def deliver(request: Request) -> Response:
        """`order` names events by number, repeats allowed; without it every event once."""
        asked = await request.json()
        order = asked.get("order", range(len(books.events)))
        which = asked.get("secret", "current")
        statuses = await webhooks.deliver(books, secrets, asked["url"], order, which)
        return JSONResponse({"result": statuses})

    return deliver


def _acts_of_payments(books: Books) -> dict[str, Act]:
    def pay(body: Body) -> str:
        """`outcome`: captured, authorized (too late to be taken by itself), declined or created."""
        force = bool(body.get("force"))
        payment = payments.attempt(books, body["order_id"], body.get("amount"), force=force)
        if body["outcome"] == "declined":
            payments.decline(books, payment)
        elif body["outcome"] != "created":
            payments.authorize(books, payment, automatic=body["outcome"] == "captured")
        return str(payment["id"])

    def confirm(body: Body) -> None:
        """The bank says yes at last; `automatic`: still in time to be taken by itself."""
        payment = books.get("payments", body["payment_id"])
        payments.authorize(books, payment, automatic=bool(body.get("automatic")))

    def wait(body: Body) -> None:
        books.ahead += body["seconds"]
        payments.run_out(books)

    def foreign_refund(body: Body) -> str:
        """Somebody gives money back on Razorpay's own pages."""
        wish = {"amount": body["amount"]}
        return str(payments.create_refund(books, body["payment_id"], wish, None)["id"])

    return {
        "pay": pay,
        "confirm": confirm,
        "wait": wait,
        "foreign_refund": foreign_refund,
        "end_refund": lambda b: payments.end_refund(books, b["refund_id"], ok=b["ok"]),
        "settle": lambda b: payments.settle(books, b["amount"], b.get("status", "processed")),
        "slow_refund": lambda b: payments.slow_refund(books, b["refund_id"]),
        "open_dispute": lambda b: payments.open_dispute(books, b["payment_id"], b["amount"])["id"],
        "move_dispute": lambda b: payments.move_dispute(books, b["dispute_id"], b["status"]),
    }


def _acts_of_banks(books: Books) -> dict[str, Act]:
    return {
        "end_check": lambda b: banking.end_validation(books, b["check_id"], b),
        "move_payout": lambda b: banking.move_payout(
            books, b["payout_id"], b["status"], b.get("reason")
        ),
    }


def _acts_of_webhooks(books: Books, secrets: Secrets) -> dict[str, Act]:
    def sign(body: Body) -> Body:
        raw = base64.b64decode(body["body"])
        sent = webhooks.headers(secrets, raw, body.get("event_id", "evt_signed"), body["secret"])
        return webhooks.packed(raw, sent)

    def rotate(body: Body) -> None:
        secrets.previous, secrets.current = secrets.current, body["secret"]

    return {
        "webhooks": lambda b: webhooks.listed(books, secrets, b.get("secret", "current")),
        "sign": sign,
        "rotate": rotate,
    }


def _acts_of_faults(books: Books, faults: Faults) -> dict[str, Act]:
    def moods(body: Body) -> None:
        books.moods = Moods(**{f.name: getattr(books.moods, f.name) for f in fields(Moods)} | body)

    return {
        "fail": lambda b: faults.waiting.extend([b["fault"]] * b.get("times", 1)),
        "calls": lambda _: faults.calls,
        "total": lambda _: books.total,
        "moods": moods,
    }
