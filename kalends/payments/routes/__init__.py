"""The endpoints of payments, refunds, wallets, bank accounts and payouts."""

from kalends.core.edge import Routes

from . import bank_accounts, chargebacks, payments, payouts, refunds, settlements, wallets

_parts = (payments, refunds, chargebacks, wallets, bank_accounts, payouts, settlements)
routes = Routes("payments", endpoints=[e for part in _parts for e in part.routes.endpoints])
