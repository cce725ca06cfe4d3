"""Bookings over HTTP."""

from . import (  # noqa: F401 - importing them fills `routes`
    acting,
    enquiries,
    finishing,
    journeys,
    paying,
    quotes,
    reading,
    serving,
)
from .appointments import staff_routes as staff_routes
from .base import routes as routes
from .events import event_routes as event_routes
from .feeds import feed_routes as feed_routes
from .recovery import recovery_routes as recovery_routes
from .series import series_routes as series_routes
from .serving import schedule_routes as schedule_routes
from .templates import template_routes as template_routes
from .waiting import waiting_routes as waiting_routes
