"""Errors in Stripe's shape."""

from typing import Any


class Refused(Exception):
    """An answer that is no success. `stored`: the request was being executed, so its key keeps the answer."""

    def __init__(self, status: int, kind: str, message: str, *, stored: bool = True, **more: Any):
        super().__init__(message)
        self.status, self.stored = status, stored
        error = {"type": kind, "message": message, **more}
        if code := more.get("code"):
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        self.body = {"error": error}


def invalid(message: str, code: str | None = None, param: str | None = None) -> Refused:
    """Refused while it was executed."""
    more = {"code": code, "param": param}
    return Refused(
        400, "invalid_request_error", message, **{k: v for k, v in more.items() if v is not None}
    )


def malformed(message: str, param: str, code: str | None = None) -> Refused:
    """Refused before it was executed: the key stays free."""
    more = {"param": param} | ({"code": code} if code else {})
    return Refused(400, "invalid_request_error", message, stored=False, **more)


def missing(kind: str, name: str) -> Refused:
    return Refused(
        404,
        "invalid_request_error",
        f"No such {kind}: '{name}'",
        code="resource_missing",
        param="id",
    )
