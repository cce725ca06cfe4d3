"""The endpoints of reviews and disputes."""

from .disputes import routes as dispute_routes
from .reviews import routes as review_routes

__all__ = ["dispute_routes", "review_routes"]
