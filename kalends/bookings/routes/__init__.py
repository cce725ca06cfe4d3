"""Bookings over HTTP."""

from . import acting, finishing, paying, reading  # noqa: F401 - importing them fills `routes`
from .base import routes as routes
