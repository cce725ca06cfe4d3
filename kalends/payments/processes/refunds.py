"""The refund machine: its table, and what its steps do to payments and to the journal."""

from typing import Any

from kalends import ledger
from kalends.core.failpoints import failpoint
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Machine, Move, Order, fire, register
from kalends.core.unit import Unit

from ..errors import NotRefundable, RefundExceedsCapture
from ..events import RefundCompleted, RefundFailed, RefundRejected
from ..models import refund_history
from ..repository import payments, payouts, refunds
from ..rules import movements
from ..rules.processes import REFUND
from ..types import Destination, RefundSource
from .payments import PAYMENTS


async def _reserve(move: Move) -> None:
    """The refund counts from here: taken off its payments, out of escrow, on its way to where it goes.

    Raises RefundExceedsCapture, InsufficientFunds.
    """
    for payment in await refunds.shares_of(move.unit, move.subject.id):
        await _take_share(move.unit, payment)
    await _take_money(move.unit, move.subject)
    failpoint("payments.refunded")


async def _take_share(unit: Unit, payment: Any) -> None:
    left = payment.amount - payment.refunded - payment.charged_back
    free = max(left - payment.disputed, 0)  # a card network may give the rest back as well
    if payment.share > free:
        available = Money(free, payment.currency)
        raise RefundExceedsCapture(f"at most {available} can be refunded", left=free)
    await payments.add_refunded(unit, payment.id, payment.share)
    step = "refund_rest" if payment.share == left else "refund_part"
    await fire(unit, PAYMENTS, payment.id, step, Order(ActorKind.system, "refund"))


async def _take_money(unit: Unit, refund: Any) -> None:
    """From what of the escrow is promised to nobody; what is missing there from the provider, who may fall
    below zero by that.
    """
    amount, escrow = Money(refund.amount, refund.currency), ledger.escrow(refund.subject)
    promised = await _promised(unit, refund)
    held = amount
    if promised or refund.source == RefundSource.provider:
        await ledger.lock(unit, escrow)
        free = await ledger.balance(unit, escrow, refund.currency) - promised
        held = min(amount, max(free, Money.zero(refund.currency)))
    if held < amount and refund.source != RefundSource.provider:
        raise NotRefundable("cancel the booking, or decide a dispute about one of its lines")
    if held:
        await _book(unit, refund, ("refund", movements.REFUND), (escrow, _waits_at(refund), held))
    if held < amount:
        provider = ledger.provider_available(refund.provider_id)
        await _book(
            unit,
            refund,
            ("refund_by_provider", ledger.CLAWBACK),
            (provider, _waits_at(refund), amount - held),
        )


async def _promised(unit: Unit, refund: Any) -> Money:
    """What of the subject's escrow milestones will release."""
    milestones = unit.profile.payout.milestones
    promised = await payouts.claimed(unit, refund.subject) if milestones else 0
    return Money(promised, refund.currency)


def _waits_at(refund: Any) -> ledger.Account:
    """Where the money is once it left escrow: there already, or on its way to the method that paid."""
    if refund.destination == Destination.wallet:
        return ledger.wallet(refund.user_id)
    return ledger.refunds_payable(refund.id)


async def _begin_attempt(move: Move) -> None:
    """A new try at the gateway has a new name there, and nothing of the one before."""
    refund = move.subject
    if refund.destination == Destination.original_method:
        fresh = {"attempt": refund.attempt + 1, "gateway_refund_id": None, "failure": None}
        await refunds.change(move.unit, refund.id, **fresh)


async def _pay_out(move: Move) -> None:
    """The gateway has given it back. A refund to the wallet lies there already."""
    refund = move.subject
    if refund.destination == Destination.original_method:
        whole = Money(refund.amount, refund.currency)
        way = (ledger.refunds_payable(refund.id), ledger.gateway(refund.gateway), whole)
        named = (f"refund_sent:{refund.attempt}", movements.REFUND_SENT)
        await _book(move.unit, refund, named, way)
    _tell_completed(move.unit, refund, refund.destination)


async def _take_back(move: Move) -> None:
    """What the gateway had given back has come back to it, and waits again."""
    refund = move.subject
    whole = Money(refund.amount, refund.currency)
    way = (ledger.gateway(refund.gateway), ledger.refunds_payable(refund.id), whole)
    named = (f"refund_returned:{refund.attempt}", movements.REFUND_RETURNED)
    await _book(move.unit, refund, named, way)


async def _divert(move: Move) -> None:
    """To the wallet instead, and for good."""
    refund = move.subject
    whole = Money(refund.amount, refund.currency)
    way = (ledger.refunds_payable(refund.id), ledger.wallet(refund.user_id), whole)
    await _book(move.unit, refund, ("refund_diverted", movements.REFUND), way)
    await refunds.change(move.unit, refund.id, destination=Destination.wallet.value)
    _tell_completed(move.unit, refund, Destination.wallet)


async def _book(
    unit: Unit,
    refund: Any,
    named: tuple[str, str],
    way: tuple[ledger.Account, ledger.Account, Money],
) -> None:
    """Move this refund's money: `named` is the cause and the journal's kind, `way` from, to and how much."""
    cause, kind = named
    debit, credit, amount = way
    await ledger.move(
        unit,
        ledger.Move(
            key=f"{cause}:{refund.id}",
            kind=kind,
            debit=debit,
            credit=credit,
            amount=amount,
            subject=refund.subject,
            memo=refund.reason,
        ),
    )


def _tell_completed(unit: Unit, refund: Any, destination: str) -> None:
    unit.emit(
        RefundCompleted(
            refund_id=refund.id,
            subject=refund.subject,
            user_id=refund.user_id,
            amount=refund.amount,
            currency=refund.currency,
            reason=refund.reason,
            destination=destination,
        )
    )


async def _tell_failed(move: Move) -> None:
    refund = move.subject
    move.unit.emit(
        RefundFailed(
            refund_id=refund.id,
            subject=refund.subject,
            attempt=refund.attempt,
            waits=refund.attempt >= move.unit.profile.refund.max_attempts,
        )
    )


async def _tell_rejected(move: Move) -> None:
    refund = move.subject
    move.unit.emit(
        RefundRejected(
            refund_id=refund.id,
            subject=refund.subject,
            user_id=refund.user_id,
            amount=refund.amount,
            currency=refund.currency,
        )
    )


REFUNDS = register(
    Machine(
        name="refund",
        table=refunds.REFUNDS,
        history=refund_history,
        lock=refunds.lock,
        processes={REFUND.name: REFUND},
        effects={
            "reserve": _reserve,
            "begin_attempt": _begin_attempt,
            "pay_out": _pay_out,
            "take_back": _take_back,
            "tell_failed": _tell_failed,
            "tell_rejected": _tell_rejected,
            "divert": _divert,
        },
    )
)
