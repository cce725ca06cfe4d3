"""The provider's objects as its wire shows them."""

from collections.abc import Sequence

from .rules import PERMANENT
from .schemas import (
    AccountRead,
    CheckRead,
    DisputeRead,
    MovementRead,
    OrderRead,
    PayoutRead,
    RefundRead,
    StatementRead,
    TotalRead,
)
from .types import (
    AccountFacts,
    CheckFacts,
    DisputeFacts,
    Movement,
    OrderFacts,
    PayoutFacts,
    RefundFacts,
    Total,
)


def order_read(order: OrderFacts) -> OrderRead:
    return OrderRead.model_validate(
        {
            "order_id": order.order_id,
            "reference": order.reference,
            "payment_id": order.payment_id,
            "status": order.status,
            "amount": order.amount.amount,
            "currency": order.amount.currency,
            "captured": order.captured,
            "refunded": order.refunded,
            "created_at": order.created_at,
        }
    )


def refund_read(refund: RefundFacts) -> RefundRead:
    return RefundRead.model_validate(
        {
            "refund_id": refund.refund_id,
            "payment_id": refund.payment_id,
            "key": refund.key,
            "status": refund.state,
            "amount": refund.amount.amount,
            "currency": refund.amount.currency,
            "reason": refund.reason,
        }
    )


def account_read(account: AccountFacts) -> AccountRead:
    return AccountRead.model_validate(account)


def check_read(check: CheckFacts) -> CheckRead:
    return CheckRead.model_validate(
        {
            "check_id": check.check_id,
            "account_id": check.account_id,
            "key": check.key,
            "status": check.state,
            "registered_name": check.registered_name,
            "reason": check.reason,
        }
    )


def payout_read(payout: PayoutFacts) -> PayoutRead:
    return PayoutRead.model_validate(
        {
            "payout_id": payout.payout_id,
            "account_id": payout.account_id,
            "key": payout.key,
            "status": payout.state,
            "amount": payout.amount.amount,
            "currency": payout.amount.currency,
            "fee": payout.fee,
            "bank_reference": payout.bank_reference,
            "reason": payout.reason,
            "permanent": payout.reason in PERMANENT,
        }
    )


def dispute_read(dispute: DisputeFacts) -> DisputeRead:
    return DisputeRead.model_validate(
        {
            "dispute_id": dispute.dispute_id,
            "order_id": dispute.order_id,
            "payment_id": dispute.payment_id,
            "status": dispute.state,
            "amount": dispute.amount.amount,
            "currency": dispute.amount.currency,
            "deducted": dispute.deducted,
        }
    )


def movement_reads(movements: Sequence[Movement]) -> list[MovementRead]:
    return [MovementRead.model_validate(movement) for movement in movements]


def statement_read(totals: Sequence[Total], movements: Sequence[Movement]) -> StatementRead:
    return StatementRead(
        totals=[TotalRead.model_validate(total) for total in totals],
        movements=movement_reads(movements),
    )
