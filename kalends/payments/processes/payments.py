"""The payment machine: its table, and what its steps do to the journal."""

from typing import Any

from kalends import ledger
from kalends.core.failpoints import failpoint
from kalends.core.money import Money
from kalends.core.process import Facts
from kalends.core.states import Machine, Move, register

from ..events import PaymentCaptured, PaymentFailed, TopUpCompleted
from ..models import payment_history
from ..repository import payments
from ..rules import movements
from ..rules.processes import PAYMENT
from ..types import TOP_UP, WALLET_GATEWAY


async def _book_capture(move: Move) -> None:
    """The money has come: into the subject's escrow, or into the wallet that is topped up."""
    payment, topping_up = move.subject, move.subject.purpose == TOP_UP
    wallet = ledger.wallet(payment.payer_id)
    paid_from_wallet = payment.gateway == WALLET_GATEWAY
    source = wallet if paid_from_wallet else ledger.gateway(payment.gateway)
    kind = movements.WALLET_PAYMENT if paid_from_wallet else movements.CAPTURE
    await ledger.move(
        move.unit,
        ledger.Move(
            key=f"capture:payment:{payment.id}",
            kind=movements.TOP_UP if topping_up else kind,
            debit=source,
            credit=wallet if topping_up else ledger.escrow(payment.subject),
            amount=Money(payment.amount, payment.currency),
            subject=payment.subject,
            memo="Top-up" if topping_up else "Payment",
        ),
    )
    failpoint("payments.captured")
    if not paid_from_wallet:  # who pays from the wallet knows at once
        _tell_capture(move, payment)


def _tell_capture(move: Move, payment: Any) -> None:
    amount = {"amount": payment.amount, "currency": payment.currency}
    if payment.purpose == TOP_UP:
        event = TopUpCompleted(payment_id=payment.id, user_id=payment.payer_id, **amount)
        move.unit.emit(event)
        return
    move.unit.emit(
        PaymentCaptured(
            payment_id=payment.id,
            subject=payment.subject,
            purpose=payment.purpose,
            late=payment.state == "expired",
            **amount,
        )
    )


async def _tell_failure(move: Move) -> None:
    move.unit.emit(PaymentFailed(payment_id=move.subject.id, subject=move.subject.subject))


PAYMENTS = register(
    Machine(
        name="payment",
        table=payments.PAYMENTS,
        history=payment_history,
        lock=payments.lock,
        processes={PAYMENT.name: PAYMENT},
        facts=lambda payment: Facts(payment.state_since, end=payment.expires_at),
        effects={"book_capture": _book_capture, "tell_failure": _tell_failure},
    )
)
