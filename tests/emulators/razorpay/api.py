"""The doors that a merchant knows: /v1/…, answered from the books."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import banking, payments
from .books import Books, Entity, collection
from .refusals import Refused

Handler = Callable[[Request], Awaitable[Response]]
Answer = Callable[[Request, dict[str, Any]], Entity]


def answering(answer: Answer) -> Handler:
    """A handler that reads the body, and turns a refusal into its error object. Creates answer 200."""

    async def handle(request: Request) -> Response:
        raw = await request.body()
        try:
            body = json.loads(raw) if raw else {}
            return JSONResponse(answer(request, body))
        except ValueError:
            return Refused("The request is no JSON").response
        except Refused as refused:
            return refused.response

    return handle


def routes(books: Books) -> list[Route]:
    return [*_order_routes(books), *_payment_routes(books), *_bank_routes(books)]


def _order_routes(books: Books) -> list[Route]:
    def listing(request: Request, _: dict[str, Any]) -> Entity:
        receipt = request.query_params.get("receipt")
        found = [payments.shown(o) for o in books.all("orders")]
        fitting = [o for o in found if receipt is None or o["receipt"] == receipt]
        return collection(fitting, request.query_params)

    def attempts(request: Request, _: dict[str, Any]) -> Entity:
        order = books.get("orders", request.path_params["id"])
        found = [p for p in books.all("payments") if p["order_id"] == order["id"]][::-1]
        return {"entity": "collection", "count": len(found), "items": found}

    return [
        _post("/v1/orders", lambda _, body: payments.shown(payments.create_order(books, body))),
        _get("/v1/orders", listing),
        _get(
            "/v1/orders/{id}", lambda r, _: payments.shown(books.get("orders", r.path_params["id"]))
        ),
        _get("/v1/orders/{id}/payments", attempts),
    ]


def _payment_routes(books: Books) -> list[Route]:
    def capture(request: Request, body: dict[str, Any]) -> Entity:
        return payments.capture(books, request.path_params["id"], body)

    def refund(request: Request, body: dict[str, Any]) -> Entity:
        key = request.headers.get("x-refund-idempotency")
        return payments.create_refund(books, request.path_params["id"], body, key)

    def refunds_of(request: Request, _: dict[str, Any]) -> Entity:
        payment = books.get("payments", request.path_params["id"])
        found = [r for r in books.all("refunds") if r["payment_id"] == payment["id"]]
        return collection(found, request.query_params)

    def refund_of(request: Request, _: dict[str, Any]) -> Entity:
        found = books.get("refunds", request.path_params["refund"])
        if found["payment_id"] != request.path_params["id"]:
            raise Refused("The id provided does not exist")
        return found

    return [
        *_readable(books, "payments"),
        *_readable(books, "refunds"),
        *_readable(books, "disputes"),
        *_readable(books, "settlements"),
        _post("/v1/payments/{id}/capture", capture),
        _post("/v1/payments/{id}/refund", refund),
        _get("/v1/payments/{id}/refunds", refunds_of),
        _get("/v1/payments/{id}/refunds/{refund}", refund_of),
    ]


def _bank_routes(books: Books) -> list[Route]:
    def payout(request: Request, body: dict[str, Any]) -> Entity:
        key = request.headers.get("x-payout-idempotency")
        return banking.create_payout(books, body, key)

    def payouts(request: Request, _: dict[str, Any]) -> Entity:
        reference = _of_account(request).query_params.get("reference_id")
        found = books.all("payouts")
        fitting = [p for p in found if reference is None or p["reference_id"] == reference]
        return collection(fitting, request.query_params)

    def validations(request: Request, _: dict[str, Any]) -> Entity:
        return collection(books.all("validations"), _of_account(request).query_params)

    return [
        _post("/v1/contacts", lambda _, body: banking.create_contact(books, body)),
        _post(
            "/v1/fund_accounts/validations", lambda _, body: banking.create_validation(books, body)
        ),
        _get("/v1/fund_accounts/validations", validations),
        _get(
            "/v1/fund_accounts/validations/{id}",
            lambda r, _: books.get("validations", r.path_params["id"]),
        ),
        _post("/v1/fund_accounts", lambda _, body: banking.create_fund_account(books, body)),
        _post("/v1/payouts", payout),
        _get("/v1/payouts", payouts),
        _get("/v1/payouts/{id}", lambda r, _: books.get("payouts", r.path_params["id"])),
        _post(
            "/v1/payouts/{id}/cancel",
            lambda r, _: banking.cancel_payout(books, r.path_params["id"]),
        ),
    ]


def _readable(books: Books, kind: str) -> list[Route]:
    return [
        _get(f"/v1/{kind}", lambda r, _: collection(books.all(kind), r.query_params)),
        _get(f"/v1/{kind}/{{id}}", lambda r, _: books.get(kind, r.path_params["id"])),
    ]


def _of_account(request: Request) -> Request:
    if request.query_params.get("account_number") != banking.ACCOUNT_NUMBER:
        raise Refused("The account number is invalid.", field="account_number")
    return request


def _get(path: str, answer: Answer) -> Route:
    return Route(path, answering(answer), methods=["GET"])


def _post(path: str, answer: Answer) -> Route:
    return Route(path, answering(answer), methods=["POST"])
