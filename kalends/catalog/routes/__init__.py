"""The catalogue's endpoints."""

from .places import routes as routes
from .providers import admin_provider_routes as admin_provider_routes
from .providers import provider_routes as provider_routes
from .services import service_routes as service_routes
from .staff import staff_routes as staff_routes
from .taxes import tax_routes as tax_routes
from .tiers import tier_routes as tier_routes
