"""The endpoints of payments and wallets."""

from kalends.core.edge import Routes

from . import payments, wallets

routes = Routes("payments", endpoints=[*payments.routes.endpoints, *wallets.routes.endpoints])
