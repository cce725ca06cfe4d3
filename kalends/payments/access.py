"""Who may call what, and whose payment it is."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.principal import Principal
from kalends.core.unit import Unit

from .errors import UnknownProvider
from .repository import differences, payments, payouts, refunds
from .types import Difference

_OWN_MONEY = "money of a provider that one runs"
_OWN_MONEY_SEEN = "money of a provider that one runs; operators any"
_DECIDED = Rule(Who.moderator, "every payout", keyed=True, confirm=True)
_REFUND_DECIDED = Rule(Who.moderator, "every refund", keyed=True, confirm=True)

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
    "POST /payments/{payment_id}/refund": Rule(
        Who.signed_in, "own payments; moderators any", keyed=True
    ),
    "GET /payments/{payment_id}/refunds": Rule(
        Who.signed_in, "own payments; operators any", unit=UnitKind.read
    ),
    "GET /refunds/me": Rule(Who.signed_in, "one's own", unit=UnitKind.read),
    "GET /admin/refunds": Rule(Who.operator, "every refund", unit=UnitKind.read),
    "POST /admin/refunds/{refund_id}/approve": _REFUND_DECIDED,
    "POST /admin/refunds/{refund_id}/reject": _REFUND_DECIDED,
    "POST /admin/refunds/{refund_id}/retry": _REFUND_DECIDED,
    "POST /admin/refunds/{refund_id}/divert-to-wallet": replace(
        _REFUND_DECIDED, unit=UnitKind.none
    ),
    "GET /admin/payments": Rule(Who.operator, "every payment", unit=UnitKind.read),
    "GET /admin/payments/parked": Rule(Who.operator, "every gateway's", unit=UnitKind.read),
    "POST /providers/bank-details": Rule(Who.manager, _OWN_MONEY, fresh=True),
    "GET /providers/bank-details": Rule(Who.manager, _OWN_MONEY, unit=UnitKind.read),
    "GET /admin/bank-accounts": Rule(Who.operator, "every bank account", unit=UnitKind.read),
    "POST /admin/bank-accounts/{bank_account_id}/verify": Rule(
        Who.moderator, "every bank account", confirm=True, fresh=True
    ),
    "POST /admin/bank-accounts/{bank_account_id}/reject": Rule(
        Who.moderator, "every bank account", confirm=True
    ),
    "POST /payouts": Rule(Who.manager, _OWN_MONEY, keyed=True),
    "GET /payouts": Rule(Who.manager, _OWN_MONEY_SEEN, unit=UnitKind.read),
    "GET /payouts/{payout_id}": Rule(Who.manager, _OWN_MONEY_SEEN, unit=UnitKind.read),
    "POST /payouts/{payout_id}/request": Rule(Who.manager, _OWN_MONEY, keyed=True),
    "POST /payouts/{payout_id}/cancel": Rule(Who.manager, _OWN_MONEY, keyed=True),
    "GET /admin/payouts": Rule(Who.operator, "every payout", unit=UnitKind.read),
    "GET /admin/payouts/{payout_id}": Rule(Who.operator, "every payout", unit=UnitKind.read),
    "POST /admin/payouts/{payout_id}/approve": replace(_DECIDED, fresh=True),
    "POST /admin/payouts/{payout_id}/hold": _DECIDED,
    "POST /admin/payouts/{payout_id}/release": _DECIDED,
    "POST /admin/payouts/{payout_id}/cancel": _DECIDED,
    "POST /admin/payouts/{payout_id}/retry": _DECIDED,
    "GET /admin/reports/settlement": Rule(Who.operator, "every provider", unit=UnitKind.read),
    "GET /admin/settlements": Rule(Who.operator, "every gateway's", unit=UnitKind.read),
    "GET /admin/settlements/differences": Rule(Who.operator, "every gateway's", unit=UnitKind.read),
    "GET /admin/settlements/report": Rule(Who.operator, "every gateway's", unit=UnitKind.read),
    "GET /admin/settlements/report.csv": Rule(Who.operator, "every gateway's", unit=UnitKind.read),
    "POST /admin/settlements/differences/{difference_id}/explain": Rule(
        Who.moderator, "every gateway's"
    ),
    "GET /admin/chargebacks": Rule(Who.operator, "every gateway's", unit=UnitKind.read),
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


async def access_refundable(unit: Unit, payment_id: UUID) -> Any:
    """The payment, for its payer and for operators who may act. Raises NotFound for everybody else."""
    payment, who = await payments.by_id(unit, payment_id), unit.principal
    if payment is None or not (who.runs_marketplace or payment.payer_id == who.user_id):
        raise NotFound
    return payment


async def access_refund(unit: Unit, refund_id: UUID) -> Any:
    """The refund, for operators, whom the policy lets in. Raises NotFound when there is none."""
    refund = await refunds.by_id(unit, refund_id)
    if refund is None:
        raise NotFound
    return refund


def providers_run_by(principal: Principal) -> list[UUID]:
    """Whose money is theirs to see and ask for: providers that they own or manage as a whole.

    A manager of one venue runs that venue, not the provider's money.
    """
    whole = {m.provider_id for m in principal.memberships if principal.manages(m.provider_id)}
    return sorted(whole)


def access_provider(unit: Unit, provider_id: UUID | None) -> UUID:
    """The provider whose money is meant: the named one, or the only one that the caller runs.

    Raises NotFound when it is not theirs, UnknownProvider when one has to be named.
    """
    mine = providers_run_by(unit.principal)
    if provider_id is not None and provider_id in mine:
        return provider_id
    if provider_id is not None or not mine:
        raise NotFound
    if len(mine) > 1:
        raise UnknownProvider("you run several providers; name one with provider_id")
    return mine[0]


async def access_payout(unit: Unit, payout_id: UUID) -> Any:
    """The payout, for who runs its provider. Raises NotFound for everybody else."""
    payout = await payouts.by_id(unit, payout_id)
    if payout is None or payout.provider_id not in providers_run_by(unit.principal):
        raise NotFound
    return payout


async def see_payout(unit: Unit, payout_id: UUID) -> Any:
    """The same, for operators too."""
    if not unit.principal.is_operator:
        return await access_payout(unit, payout_id)
    payout = await payouts.by_id(unit, payout_id)
    if payout is None:
        raise NotFound
    return payout


async def access_difference(unit: Unit, difference_id: UUID) -> Difference:
    """The difference, locked, for operators, whom the policy lets in. Raises NotFound when there is none."""
    difference = await differences.lock(unit, difference_id)
    if difference is None:
        raise NotFound
    return difference
