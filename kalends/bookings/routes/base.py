"""The one collection that the files of this shelf fill."""

import json
from typing import Any

from fastapi import Response

from kalends.core.edge import Routes
from kalends.core.paging import Slice
from kalends.core.unit import Unit

from ..service.present import document
from ..types import BookingFacts

routes = Routes("bookings")


def as_json(body: Any, status: int = 200) -> Response:
    """An answer whose document is already plain data."""
    return Response(json.dumps(body, separators=(",", ":")), status, media_type="application/json")


def page_body(unit: Unit, found: Slice[BookingFacts]) -> dict[str, Any]:
    return {"items": [document(unit, b) for b in found.rows], "next_cursor": found.next_cursor}
