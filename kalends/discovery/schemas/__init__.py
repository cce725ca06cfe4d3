"""Searching and favourites on the wire."""

from .providers import FoundProviderRead as FoundProviderRead
from .providers import NearbyQuery as NearbyQuery
from .providers import ProviderSearchQuery as ProviderSearchQuery
from .rooms import FavouriteRead as FavouriteRead
from .rooms import FavouriteRoomRead as FavouriteRoomRead
from .rooms import FavouriteToggle as FavouriteToggle
from .rooms import ResultRead as ResultRead
from .rooms import SearchQuery as SearchQuery
from .rooms import SearchRead as SearchRead
from .rooms import search_body as search_body
