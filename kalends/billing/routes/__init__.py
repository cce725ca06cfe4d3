"""The endpoints of quotes, rates and documents."""

from kalends.core.edge import Routes

from . import documents, quotes, settings, statements
from .subscriptions import subscription_routes as subscription_routes

_parts = (quotes, settings, documents, statements)
routes = Routes("billing", endpoints=[e for part in _parts for e in part.routes.endpoints])
