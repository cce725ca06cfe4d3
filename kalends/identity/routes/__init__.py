"""The endpoints of identity."""

from kalends.core.edge import Routes

from . import admin, auth

routes = Routes("identity", endpoints=[*auth.routes.endpoints, *admin.routes.endpoints])
