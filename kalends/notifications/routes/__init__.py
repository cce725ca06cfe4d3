"""Documents and calendars of bookings, the pages behind a letter's links, the development mailbox."""

from .documents import calendar_routes as calendar_routes
from .documents import development_routes as development_routes
from .documents import routes as routes
from .links import link_routes as link_routes
