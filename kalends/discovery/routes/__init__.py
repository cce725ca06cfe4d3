"""Searching, and favourites, over HTTP."""

from .favourites import favourite_routes as favourite_routes
from .providers import provider_search_routes as provider_search_routes
from .search import routes as routes
