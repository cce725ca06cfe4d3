"""What an answer that is no success means: refused, not happened yet, or unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kalends.core.gateways import GatewayError

UNAUTHORIZED, FORBIDDEN, CONFLICT, TOO_MANY, SERVER_ERROR = 401, 403, 409, 429, 500
_LONGEST = 300
# Nothing was done, and nothing is wrong with the call: money that is not available yet, somebody else's lock.
_LATER = frozenset({"balance_insufficient", "lock_timeout", "rate_limit"})


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is None when it was no JSON object. `replayed`: the stored answer to an earlier request."""

    status: int
    body: Mapping[str, Any] | None
    replayed: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300 and self.body is not None  # noqa: PLR2004 - the success class


def refusal(answer: Answer) -> GatewayError:
    """The error that an unsuccessful answer stands for."""
    said = (answer.body or {}).get("error")
    if answer.status >= SERVER_ERROR:
        return GatewayError(f"Stripe answered {answer.status}", unknown=True)
    if not isinstance(said, Mapping):
        return GatewayError("Stripe's answer makes no sense", unknown=True)
    return _refused(answer.status, said)


def _refused(status: int, said: Mapping[str, Any]) -> GatewayError:
    code = _word(said, "code")
    sentence = f"Stripe refused: {str(said.get('message') or status)[:_LONGEST]}"
    if status == UNAUTHORIZED:
        return GatewayError("Stripe does not accept STRIPE_SECRET_KEY", code=code or "unauthorized")
    if status == FORBIDDEN:
        return GatewayError(f"STRIPE_SECRET_KEY may not do this. {sentence}", code=code)
    if code == "idempotency_key_in_use":
        return GatewayError(
            "the same request to Stripe is still under way", unknown=True, code=code
        )
    if _may_succeed_later(status, said, code):
        return GatewayError(sentence, retryable=True, code=code)
    return GatewayError(sentence, code=_word(said, "decline_code") or code or _word(said, "type"))


def _may_succeed_later(status: int, said: Mapping[str, Any], code: str | None) -> bool:
    clash = status == CONFLICT and said.get("type") != "idempotency_error"
    return status == TOO_MANY or clash or code in _LATER


def _word(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None
