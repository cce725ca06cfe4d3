"""The tree of errors that people and programs may see: each has a code, a status and named fields.

Every class is one problem type of RFC 9457. Rooms add their own below these; the catalogue in the
documentation is generated from the classes, so a code exists once.
"""

from typing import Any, ClassVar

CATALOGUE: dict[str, type["Problem"]] = {}


class Problem(Exception):
    """A refusal with a stable code. `detail` says what to do; `fields` are facts for programs."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str | None = None, **fields: Any) -> None:
        self.detail = detail or self.title
        self.retry_after: int | None = fields.pop("retry_after", None)
        self.fields = fields
        super().__init__(self.detail)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            known = CATALOGUE.setdefault(cls.code, cls)
            if known.__qualname__ != cls.__qualname__:
                raise TypeError(f"two problems share the code {cls.code}")


CATALOGUE["internal"] = Problem


class Invalid(Problem):
    code, status, title = "invalid", 422, "The request is not valid"


class Malformed(Problem):
    code, status, title = "malformed", 400, "The request could not be read"


class BodyTooLarge(Problem):
    code, status, title = "body-too-large", 413, "The request body is too large"


class Unauthenticated(Problem):
    code, status, title = "unauthenticated", 401, "Sign in first"


class Forbidden(Problem):
    code, status, title = "forbidden", 403, "Your role does not allow this"


class ReauthenticationRequired(Forbidden):
    code, status, title = (
        "reauthentication-required",
        403,
        "Give your password again before you do this",
    )


class NotFound(Problem):
    code, status, title = "not-found", 404, "There is nothing here, or it is not yours"


class MethodNotAllowed(Problem):
    code, status, title = "method-not-allowed", 405, "This path does not take that method"


class Conflict(Problem):
    code, status, title = "conflict", 409, "This cannot be done right now"


class TransitionNotAllowed(Conflict):
    code, status, title = (
        "transition-not-allowed",
        409,
        "The current state does not allow this step",
    )


class IdempotencyInProgress(Conflict):
    code, status, title = (
        "idempotency-in-progress",
        409,
        "The first request with this key is still running",
    )


class IdempotencyMismatch(Problem):
    code, status, title = (
        "idempotency-mismatch",
        422,
        "This Idempotency-Key was used for another request",
    )


class ConfirmationRequired(Problem):
    code, status, title = (
        "confirmation-required",
        428,
        "Send X-Confirm-Action: true to confirm this action",
    )


class TooManyRequests(Problem):
    code, status, title = "too-many-requests", 429, "Too many requests"


class Busy(Problem):
    code, status, title = "busy", 503, "The service is busy; try again in a moment"


class ReadOnly(Problem):
    code, status, title = "read-only", 503, "The marketplace is read-only for a while"


class GatewayUnavailable(Problem):
    code, status, title = "gateway-unavailable", 503, "The payment provider does not answer"
