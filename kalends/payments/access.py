"""Who may call what, and whose payment it is."""

from typing import Any
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

from .repository import payments

POLICY = {
    "POST /payments/webhook": Rule(
        Who.public, "the gateway's, signed", unit=UnitKind.none, exempt=True
    ),
    "POST /payments/webhook/{gateway}": Rule(
        Who.public, "the gateway's, signed", unit=UnitKind.none, exempt=True
    ),
    "POST /payments/verify": Rule(Who.signed_in, "own payments", unit=UnitKind.none),
    "GET /payments/{payment_id}": Rule(
        Who.signed_in, "own payments; operators any", unit=UnitKind.read
    ),
    "GET /admin/payments": Rule(Who.operator, "every payment", unit=UnitKind.read),
    "GET /admin/payments/parked": Rule(Who.operator, "every gateway's", unit=UnitKind.read),
    "GET /wallet/me": Rule(Who.signed_in, "own wallet", unit=UnitKind.read),
    "GET /wallet/balance": Rule(Who.signed_in, "own wallet", unit=UnitKind.read),
    "GET /wallet/me/transactions": Rule(Who.signed_in, "own wallet", unit=UnitKind.read),
    "POST /wallet/top-up": Rule(Who.signed_in, "own wallet", unit=UnitKind.none, keyed=True),
    "GET /admin/wallets/{user_id}": Rule(Who.operator, "every wallet", unit=UnitKind.read),
    "GET /admin/wallets/{user_id}/transactions": Rule(
        Who.operator, "every wallet", unit=UnitKind.read
    ),
    "POST /admin/wallets/{user_id}/adjust": Rule(
        Who.super_admin, "every wallet", keyed=True, confirm=True
    ),
}


async def access_payment(unit: Unit, payment_id: UUID) -> Any:
    """The payment, for its payer and for operators. Raises NotFound for everybody else."""
    return access_payment_row(unit, await payments.by_id(unit, payment_id))


def access_payment_row(unit: Unit, payment: Any | None) -> Any:
    """The same for a row that was found by something else than its id."""
    who = unit.principal
    if payment is None or not (who.is_operator or payment.payer_id == who.user_id):
        raise NotFound
    return payment
