"""The endpoints of quotes, rates and documents."""

from kalends.core.edge import Routes

from . import documents, quotes, settings

_parts = (quotes, settings, documents)
routes = Routes("billing", endpoints=[e for part in _parts for e in part.routes.endpoints])
