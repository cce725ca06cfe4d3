"""What Razorpay answers, read strictly: the body, its errors, and the values in it. Pure."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn

from kalends.core.gateways import GatewayError
from kalends.core.money import Money

Entity = Mapping[str, Any]

_NOTHING = {"", "NA", "null", "None"}  # how some endpoints fill an error's empty fields
_REUSED = "different request"  # a key that was used for another body, under 400 or 409
_LONGEST_SENTENCE = 200


class Misshapen(GatewayError):
    """The answer is not what the documentation says. What was asked for may have happened."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Razorpay's answer makes no sense: {what}", unknown=True)


def read_answer(status: int, body: bytes) -> Entity:
    """The JSON object of a success. Raises GatewayError, sorted by what is known of the effect."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise GatewayError("Razorpay asks to slow down", retryable=True, code="rate_limited")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        raise GatewayError(f"Razorpay answered {status}", unknown=True)
    if status < HTTPStatus.OK or HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise GatewayError(f"Razorpay answered {status}, which it never does", unknown=True)
    answer = parse(body)
    if status < HTTPStatus.BAD_REQUEST:
        return answer
    error = answer.get("error")
    if not isinstance(error, Mapping):
        raise Misshapen(f"a {status} without an error")
    raise _refusal(status, error)


def parse(body: bytes) -> Entity:
    """A JSON object. Raises Misshapen."""
    try:
        answer = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Misshapen("it is not JSON") from error
    if not isinstance(answer, dict):
        raise Misshapen("it is not an object")
    return answer


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _refusal(status: int, error: Entity) -> GatewayError:
    said = " ".join(str(error.get("description") or "no reason given").split())
    said = said[:_LONGEST_SENTENCE]
    if status == HTTPStatus.UNAUTHORIZED:
        return GatewayError(
            "Razorpay does not accept the keys: check RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET",
            code="bad_keys",
        )
    if _REUSED in said.lower():
        return GatewayError(f"Razorpay refused: {said}", code="key_reused")
    if status == HTTPStatus.CONFLICT:
        return GatewayError("Razorpay is still at work on the first request", unknown=True)
    return GatewayError(f"Razorpay refused: {said}", code=_code(error))


def _code(error: Entity) -> str:
    words = (error.get("reason"), error.get("code"))
    return next((str(w) for w in words if w and str(w) not in _NOTHING), "refused")


def text(entity: Entity, name: str) -> str:
    """Raises Misshapen."""
    value = entity.get(name)
    if not isinstance(value, str) or not value:
        raise Misshapen(f"{name} is no text")
    return value


def optional_text(entity: Entity, name: str) -> str | None:
    value = entity.get(name)
    return value if isinstance(value, str) and value not in _NOTHING else None


def whole(entity: Entity, name: str) -> int:
    """A whole number that is not negative; True and 1.0 are none. Raises Misshapen."""
    value = entity.get(name)
    if type(value) is not int or value < 0:
        raise Misshapen(f"{name} is no whole number")
    return value


def money(entity: Entity, name: str = "amount") -> Money:
    """Raises Misshapen."""
    currency = text(entity, "currency")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Misshapen("currency is none")
    return Money(whole(entity, name), currency)


def identity(entity: Entity, name: str, prefix: str) -> str:
    """An id of the right kind of object. Raises Misshapen."""
    value = entity.get(name)
    if not is_id(value, prefix):
        raise Misshapen(f"{name} is no id of the kind {prefix}_…")
    return str(value)


def is_id(value: object, prefix: str) -> bool:
    pattern = rf"{prefix}_[A-Za-z0-9]{{1,40}}"
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def known_id(value: str, prefix: str) -> str:
    """An id that we send, before it becomes part of an address. Raises GatewayError."""
    if not is_id(value, prefix):
        raise GatewayError(f"this is no id of the kind {prefix}_…", code="bad_id")
    return value


def part(entity: Entity, name: str) -> Entity:
    """An object inside; an empty one where Razorpay sends null or `[]` instead."""
    value = entity.get(name)
    return value if isinstance(value, Mapping) else {}


def items(answer: Entity) -> list[Entity]:
    """The members of a collection. Raises Misshapen."""
    found = answer.get("items")
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise Misshapen("it is no collection")
    return found
