"""The one collection that the files of this shelf fill."""

import json
from typing import Any

from fastapi import Response

from kalends.core.edge import Routes

routes = Routes("bookings")


def as_json(body: Any, status: int = 200) -> Response:
    """An answer whose document is already plain data."""
    return Response(json.dumps(body, separators=(",", ":")), status, media_type="application/json")


def written(body: bytes) -> Response:
    """An answer whose document is written already."""
    return Response(body, media_type="application/json")
