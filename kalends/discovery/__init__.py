"""Finding rooms: search, ranking, favourites."""

from .service.favourites import toggle_favourite as toggle_favourite
from .service.search import search_rooms as search_rooms
from .types import Near as Near
from .types import Wanted as Wanted
