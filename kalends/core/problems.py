"""Problems on the wire: RFC 9457 documents, and how unexpected errors become one. Never a stack trace."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match

from .database import BUSY_STATES, sqlstate_of
from .errors import (
    BodyTooLarge,
    Busy,
    ConfirmationRequired,
    Forbidden,
    IdempotencyInProgress,
    IdempotencyMismatch,
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotFound,
    Problem,
    ReauthenticationRequired,
    TooManyRequests,
    Unauthenticated,
)
from .policy import Rule, Who
from .wire import KINDS

MEDIA_TYPE = "application/problem+json"
# 22xxx: a value the database cannot take (a NUL in a text, a number out of range) is the caller's.
_BAD_VALUE = "22"
_BY_STATUS = {
    400: Malformed,
    401: Unauthenticated,
    404: NotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
}
_LOST = (
    PoolTimeout,
    InterfaceError,
    OperationalError,
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
_log = structlog.get_logger()


class FieldError(BaseModel):
    loc: list[str | int]
    message: str


class ProblemRead(BaseModel):
    """RFC 9457. `type` is stable; `errors` is there for validation; further fields depend on the type."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] | None = None


def documented(errors: Sequence[type[Problem]], rule: Rule) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: its own problems and those that the edge may answer."""
    found: dict[int, list[str]] = {}
    for problem in (*errors, *_from_edge(rule)):
        codes = found.setdefault(problem.status, [])
        if problem.code not in codes:
            codes.append(problem.code)
    return {
        status: {
            "model": ProblemRead,
            "description": " · ".join(codes),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemRead"}}},
        }
        for status, codes in sorted(found.items())
    }


def _from_edge(rule: Rule) -> list[type[Problem]]:
    problems: list[type[Problem]] = [
        Malformed,
        Invalid,
        BodyTooLarge,
        TooManyRequests,
        Busy,
        Unauthenticated,
    ]
    if rule.who not in {Who.public, Who.signed_in}:
        problems.append(Forbidden)
    if rule.keyed:
        problems += [IdempotencyInProgress, IdempotencyMismatch]
    if rule.confirm:
        problems.append(ConfirmationRequired)
    if rule.fresh:
        problems.append(ReauthenticationRequired)
    return problems


def install(app: FastAPI) -> None:
    """Answer every error as a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    for error in (DBAPIError, asyncpg.PostgresError, *_LOST):
        app.add_exception_handler(error, _on_database)


def answer(request: Request, problem: Problem, **more: Any) -> JSONResponse:
    """The problem as a response. Facts are plain values that the raiser chose."""
    structlog.contextvars.bind_contextvars(error_code=problem.code.upper().replace("-", "_"))
    body = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path[:500],
        "request_id": getattr(request.state, "request_id", ""),
    }
    headers = {"retry-after": str(problem.retry_after)} if problem.retry_after else {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    content = body | problem.fields | more
    return JSONResponse(content, problem.status, headers, media_type=MEDIA_TYPE)


async def _on_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return answer(request, error)


async def _on_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return answer(request, Malformed("the body is not valid JSON"))
    # Only place and message: what was sent may be a password.
    items = [{"loc": _loc(item["loc"]), "message": str(item["msg"])[:300]} for item in found[:50]]
    where = ".".join(str(part) for part in items[0]["loc"]) if items else "request"
    return answer(request, Invalid(f"{where}: {items[0]['message']}"), errors=items)


def _loc(loc: Any) -> list[str | int]:
    """The place of a value as who sent it knows it: which member of a union it was read as is left out."""
    place = tuple(loc)
    for at in (1, 2):  # the body itself is a union, or one of its fields
        if len(place) > 2 and place[0] == "body" and place[at] in KINDS:  # noqa: PLR2004 - body, kind, field
            place = (*place[:at], *place[at + 1 :])
            break
    return [part if isinstance(part, int) else str(part)[:100] for part in place]


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    problem = _BY_STATUS.get(error.status_code, Malformed)()
    response = answer(request, problem)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    if isinstance(problem, MethodNotAllowed):
        response.headers["allow"] = ", ".join(_methods_at(request))
    return response


def _methods_at(request: Request) -> list[str]:
    """The methods of the most exact path that matches; the router knows only its first match."""
    routes = [r for r in request.app.routes if r.matches(request.scope)[0] is not Match.NONE]
    fewest = min((route.path.count("{") for route in routes), default=0)
    exact = [route.methods or set() for route in routes if route.path.count("{") == fewest]
    return sorted(set().union(*exact))


async def _on_database(request: Request, error: Exception) -> JSONResponse:
    state = sqlstate_of(error) or ""
    if state.startswith(_BAD_VALUE) or _unencodable(error):
        _log.warning("database.bad_value", sqlstate=state, exc_info=error)
        return answer(
            request, Invalid("a value cannot be stored: check for control characters or sizes")
        )
    if _is_lost(error, state) or state in BUSY_STATES or state.startswith(("08", "57")):
        _log.warning("database.busy", sqlstate=state, kind=type(error).__name__)
        return answer(request, Busy(retry_after=1))
    return await on_bug(request, error)


def _is_lost(error: Exception, state: str) -> bool:
    """No connection, or one that broke: then the driver's own confusion comes without an SQLSTATE."""
    confused = isinstance(error, InternalError) and not state
    return confused or isinstance(error, _LOST)


def _unencodable(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UnicodeEncodeError | OverflowError):
            return True
        cause = cause.__cause__ or getattr(cause, "orig", None)
    return False


async def on_bug(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error that nobody foresaw: a 500 that tells nothing, and a log that tells all."""
    _log.error("request.failed", exc_info=error)
    return answer(request, Problem("this is our fault; quote the request_id when you report it"))
