"""The short way of a hot read: from its path to its handler without the framework's general machinery.

A hot read is declared like every other route and documented by the same words. What it may ask for is so
little that it can be handed over directly: the reading, and one model of its query.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, get_origin, get_type_hints
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .reading import Reading


class Hot:
    """A handler whose query is read from the request and handed over.

    Raises TypeError unless it takes a Reading, perhaps one model of the query, and nothing else.
    """

    def __init__(self, handler: Callable[..., Awaitable[Response]]) -> None:
        hints = get_type_hints(handler)
        hints.pop("return", None)
        wanted = list(hints.values())
        if wanted[:1] != [Reading] or len(wanted) > len(("reading", "query")):
            raise TypeError(f"{handler.__name__}: a hot read takes a Reading and one query model")
        self._handler = handler
        self._model: type[BaseModel] | None = wanted[1] if wanted[1:] else None
        fields = self._model.model_fields if self._model else {}
        self._lists = frozenset(n for n, f in fields.items() if get_origin(f.annotation) is list)

    async def __call__(self, scope: Scope, reading: Reading) -> Response:
        """Raises RequestValidationError."""
        if self._model is None:
            return await self._handler(reading)
        return await self._handler(reading, _query(self._model, self._lists, scope["query_string"]))


def _query(model: type[BaseModel], lists: frozenset[str], written: bytes) -> BaseModel:
    """As the framework reads it: of what is not a list, the last one counts."""
    values: dict[str, Any] = {}
    if written:
        for name, value in parse_qsl(written.decode("latin-1"), keep_blank_values=True):
            if name in lists:
                values.setdefault(name, []).append(value)
            else:
                values[name] = value
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise RequestValidationError(
            [item | {"loc": ("query", *item["loc"])} for item in found]
        ) from error


class Directory:
    """Finds the routes without parameters by their path, before all the others are tried in turn."""

    def __init__(self, app: ASGIApp, routes: Iterable[Any]) -> None:
        self.app = app
        self._routes: dict[tuple[str, str], APIRoute] = {}
        for route in routes:
            if isinstance(route, APIRoute) and "{" not in route.path:
                for method in route.methods or ():
                    self._routes.setdefault((method, route.path), route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            route = self._routes.get((scope["method"], scope["path"]))
            if route is not None:
                scope["route"], scope["endpoint"] = route, route.endpoint
                scope["path_params"] = {}
                scope.setdefault("router", self.app)
                await route.handle(scope, receive, send)
                return
        await self.app(scope, receive, send)
