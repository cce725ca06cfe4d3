"""Searching over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kalends.core.edge import CurrentReading, Routes

from ..schemas import SearchQuery, SearchRead, search_body
from ..service.search import search_rooms

routes = Routes("search")


@routes.add(
    "GET /search/rooms", summary="Find rooms that are free on a day", response_model=SearchRead
)
async def search(reading: CurrentReading, query: Annotated[SearchQuery, Query()]) -> Response:
    """Rooms that meet every wish and have a free time on that day.

    With fewer than five (the profile's `search.fallback_below`), rooms with any of the amenities are
    added, and with still fewer, rooms of any capacity; each result says in `relaxed` what it does not
    meet in full. Order: least relaxed, most of the amenities, nearest to the wanted capacity (in
    doublings), nearest to the point, best rated, cheapest, name.
    """
    wanted = query.wanted()
    found = await search_rooms(reading, wanted)
    return Response(search_body(wanted, found), media_type="application/json")
