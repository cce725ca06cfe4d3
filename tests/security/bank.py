"""The sandbox bank's doors as calls, and the things at the bank that they are about."""

from typing import Any

from kalends.adapters.sandbox.service import accounts, disputes, orders, payouts, refunds
from kalends.adapters.sandbox.types import Instrument
from kalends.core.gateways import BankDetails
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit, open_unit

RUPEES = {"amount": 50_000, "currency": "INR"}
BANK = {"holder": "Asha Patil", "account_number": "004500998877", "routing": "HDFC0001234"}
REASON = {"reason": "a change of plans"}
BODIES: dict[str, Any] = {
    "POST /admin/bank-accounts/{bank_account_id}/verify": REASON,
    "POST /admin/bank-accounts/{bank_account_id}/reject": REASON,
    "POST /admin/payouts/{payout_id}/hold": REASON,
    "POST /admin/payouts/{payout_id}/cancel": REASON,
    "POST /admin/refunds/{refund_id}/reject": REASON,
    "POST /sandbox/v1/orders": {"reference": "{fresh}", **RUPEES},
    "POST /sandbox/v1/orders/{order_id}/capture": {"payment_id": "pay_nobodys", **RUPEES},
    "POST /sandbox/v1/refunds": {"payment_id": "pay_nobodys", "key": "{fresh}", **RUPEES},
    "POST /sandbox/v1/accounts": BANK | {"country": "IN"},
    "POST /sandbox/v1/checks": {"account_id": "fa_nobodys", "key": "{fresh}"},
    "POST /sandbox/v1/payouts": {
        "account_id": "fa_nobodys",
        "key": "{fresh}",
        "narration": "a payout",
        **RUPEES,
    },
}
# These read the body by themselves, so that the documentation knows no shape of it.
RAW_BODIES: dict[str, Any] = {
    "POST /sandbox/checkout/{gateway_order_id}": {"instrument": "timeout"},
    "POST /sandbox/refunds/{gateway_refund_id}/end": {"ok": True},
    "POST /sandbox/checks/{gateway_check_id}/end": {"status": "verified", "name": "ASHA PATIL"},
    "POST /sandbox/payouts/{gateway_payout_id}/end": {"status": "processed"},
    "POST /sandbox/payments/{gateway_payment_id}/dispute": {"amount": 100},
    "POST /sandbox/disputes/{gateway_dispute_id}/end": {"won": True},
}
QUERIES: dict[str, dict[str, str]] = {
    "GET /sandbox/v1/refunds": {"payment_id": "pay_nobodys", "key": "nobodys-key-1"},
    "GET /sandbox/v1/payouts": {"key": "nobodys-key-1"},
    "GET /sandbox/v1/movements": {"day": "2030-01-01"},
}
NAMES = (
    "gateway_payment_id",
    "gateway_refund_id",
    "gateway_check_id",
    "gateway_payout_id",
    "gateway_dispute_id",
)


async def things_at_the_bank(house: House) -> dict[str, str]:
    """A payment with a refund under way and an open dispute, a payout and the check of its account."""
    async with open_unit(house) as unit:
        return await _paid_back_and_disputed(unit) | await _paid_out(unit)


async def _paid_back_and_disputed(unit: Unit) -> dict[str, str]:
    order = await orders.create_order(unit, str(new_id()), Money(1000, "INR"))
    order = await orders.pay(unit, order.order_id, Instrument.refund_slow)
    payment_id = order.payment_id or ""
    wish = refunds.RefundWish(payment_id, Money(100, "INR"), str(new_id()))
    return {
        "gateway_payment_id": payment_id,
        "gateway_refund_id": (await refunds.refund(unit, wish)).refund_id,
        "gateway_dispute_id": (await disputes.open_dispute(unit, payment_id, 100)).dispute_id,
    }


async def _paid_out(unit: Unit) -> dict[str, str]:
    bank = BankDetails(BANK["holder"], BANK["account_number"], BANK["routing"])
    account_id = (await accounts.add_account(unit, bank)).account_id
    wish = payouts.PayoutWish(account_id, Money(1000, "INR"), str(new_id()), "a payout")
    return {
        "gateway_check_id": (await accounts.check(unit, account_id, str(new_id()))).check_id,
        "gateway_payout_id": (await payouts.payout(unit, wish)).payout_id,
    }
