"""Searching, and favourites, over HTTP."""

from .favourites import favourite_routes as favourite_routes
from .search import routes as routes
