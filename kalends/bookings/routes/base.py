"""The one collection that the files of this shelf fill."""

import json
from typing import Annotated, Any

from fastapi import Body, Path, Response

from kalends.core.edge import Routes

from ..schemas import ReasonIn

routes = Routes("bookings")
# A reason may be given; a request without any body gives none.
Why = Annotated[ReasonIn, Body()]
NO_REASON = ReasonIn()
Version = Annotated[int, Path(ge=1, le=10_000)]


def as_json(body: Any, status: int = 200) -> Response:
    """An answer whose document is already plain data."""
    return Response(json.dumps(body, separators=(",", ":")), status, media_type="application/json")


def written(body: bytes) -> Response:
    """An answer whose document is written already."""
    return Response(body, media_type="application/json")
