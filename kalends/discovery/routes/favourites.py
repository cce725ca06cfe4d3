"""Favourites over HTTP."""

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page, Paged

from ..schemas import FavouriteRead, FavouriteRoomRead, FavouriteToggle
from ..service.favourites import list_favourites, toggle_favourite

favourite_routes = Routes("favourites", feature="favourites")


@favourite_routes.add(
    "POST /favourites", summary="Make a room a favourite, or no longer one", errors=[NotFound]
)
async def toggle(unit: CurrentUnit, body: FavouriteToggle) -> FavouriteRead:
    """Send an Idempotency-Key, so that a repeated request does not turn it back."""
    return FavouriteRead.of(await toggle_favourite(unit, body.room_id))


@favourite_routes.add("GET /favourites", summary="Your favourite rooms")
async def mine(unit: CurrentUnit, page: Paged) -> Page[FavouriteRoomRead]:
    """Newest first."""
    return FavouriteRoomRead.page(await list_favourites(unit, page))
