"""A room's endpoints, as data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import Problem


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    handler: Callable[..., Any]
    errors: Sequence[type[Problem]]
    options: dict[str, Any]


@dataclass
class Routes:
    """A room's endpoints, collected as data and mounted by `app.asgi`; `bare` ones without /api/v2."""

    tag: str
    feature: str | None = None
    bare: bool = False
    endpoints: list[Endpoint] = field(default_factory=list)

    def add(
        self, route: str, *, errors: Sequence[type[Problem]] = (), **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a handler: `@routes.add("POST /bookings", errors=[SlotTaken], status_code=201)`."""
        method, path = route.split(" ")

        def register(handler: Callable[..., Any]) -> Callable[..., Any]:
            self.endpoints.append(Endpoint(method, path, handler, errors, options))
            return handler

        return register
