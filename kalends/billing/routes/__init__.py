"""The endpoints of rates and documents."""

from kalends.core.edge import Routes

from . import documents, settings, statements
from .subscriptions import subscription_routes as subscription_routes

_parts = (settings, documents, statements)
routes = Routes("billing", endpoints=[e for part in _parts for e in part.routes.endpoints])
