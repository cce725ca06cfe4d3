"""Bodies that a browser's form or a program's JSON may bring."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError

from .errors import Invalid, Malformed

FORM = "application/x-www-form-urlencoded"
M = TypeVar("M", bound=BaseModel)


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith(FORM)


def told(model: type[M], *, or_nothing: bool = False) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads this model from either; `or_nothing`: no body at all is an empty form.

    It raises Malformed or Invalid.
    """

    async def read(request: Request) -> M:
        body = await request.body()
        try:
            if is_form(request) or (or_nothing and not body):
                return model.model_validate_strings(dict(parse_qsl(body.decode())))
            return model.model_validate(_fields(body))
        except ValidationError as error:
            raise Invalid(_complaint(error)) from None
        except (ValueError, RecursionError) as error:
            raise Malformed("send a form or a JSON object") from error

    return read


def _fields(body: bytes) -> dict[str, Any]:
    fields = json.loads(body.decode())
    if not isinstance(fields, dict):
        raise Invalid("send a JSON object")
    return fields


def _complaint(error: ValidationError) -> str:
    """What is wrong with which field, without what was sent."""
    told = error.errors(include_input=False, include_context=False, include_url=False)
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in told)
