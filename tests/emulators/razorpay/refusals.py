"""How Razorpay says no."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import JSONResponse


class Refused(Exception):
    """An error object with a status."""

    def __init__(
        self,
        description: str,
        *,
        status: int = 400,
        reason: str = "input_validation_failed",
        field: str | None = None,
        code: str = "BAD_REQUEST_ERROR",
    ) -> None:
        super().__init__(description)
        self.status = status
        self.error: dict[str, Any] = {
            "code": code,
            "description": description,
            "source": "business",
            "step": "payment_initiation",
            "reason": reason,
            "metadata": {},
        }
        if field is not None:
            self.error["field"] = field

    @property
    def response(self) -> JSONResponse:
        return JSONResponse({"error": self.error}, self.status)


def only(body: Mapping[str, Any], known: Iterable[str]) -> None:
    """Razorpay refuses fields that it does not know."""
    extra = sorted(set(body) - set(known))
    if extra:
        raise Refused(f"{', '.join(extra)} is/are not required and should not be sent")


def whole(body: Mapping[str, Any], name: str, least: int = 100) -> int:
    value = body.get(name)
    if type(value) is not int:
        raise Refused(f"The {name} must be an integer.", field=name)
    if value < least:
        raise Refused(f"The {name} must be at least {least}.", field=name)
    return value


def text(body: Mapping[str, Any], name: str, pattern: str = r".{1,255}") -> str:
    value = body.get(name)
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise Refused(f"The {name} field is required or has a wrong format.", field=name)
    return value


def optional(body: Mapping[str, Any], name: str, pattern: str = r".{1,255}") -> str | None:
    return None if body.get(name) is None else text(body, name, pattern)


def notes(body: Mapping[str, Any]) -> dict[str, Any] | list[Any]:
    """What was noted; nothing noted is a list, as at the real one."""
    found = body.get("notes") or {}
    if not isinstance(found, dict) or len(found) > 15:
        raise Refused("The notes must be at most 15 pairs.", field="notes")
    if any(len(str(value)) > 256 for value in found.values()):
        raise Refused("A note has at most 256 characters.", field="notes")
    return found or []
