"""Refunds that somebody asks for, and what operators decide about those that wait for them."""

from typing import Any
from uuid import UUID

from kalends import ledger
from kalends.core import audit
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..access import access_refund, access_refundable
from ..errors import AnotherOperatorDecides, NotRefundable, RefundAlreadyRequested
from ..events import RefundApproved
from ..processes import REFUNDS
from ..repository import payments, payouts, refunds
from ..rules.refunds import destination_for
from ..types import (
    SUBSCRIPTION,
    TOP_UP,
    Destination,
    RefundFacts,
    RefundOrder,
    RefundSource,
    RefundWish,
)
from .refund import carry_out, refund


async def ask_refund(unit: Unit, payment_id: UUID, wish: RefundWish) -> RefundFacts:
    """The payer's request waits for an operator. An operator's own is carried out within the limits.

    Raises NotFound, NotRefundable, RefundAlreadyRequested, RefundExceedsCapture, InsufficientFunds.
    """
    known = await access_refundable(unit, payment_id)
    decides = _decides(unit, known.payer_id)
    payment, left = await _left(unit, known)
    if not decides and await refunds.is_requested(unit, payment_id):
        raise RefundAlreadyRequested("an operator looks at your first request; wait for the answer")
    amount = wish.amount or left
    source, provider_id = await _source(unit, payment.subject, payment.provider_id, amount)
    setting = unit.profile.refund.destination
    order = RefundOrder(
        subject=payment.subject,
        user_id=payment.payer_id,
        amount=amount,
        reason=wish.reason,
        key=f"asked:{new_id()}",
        destination=destination_for(setting, wish.destination, free=decides),
        source=source,
        provider_id=provider_id,
        payment_id=payment_id,
        within_policy=decides,
    )
    (made,) = await refund(unit, order)
    if decides:
        await _note_operators(unit, made)
    return made


async def approve_refund(unit: Unit, refund_id: UUID) -> RefundFacts:
    """Let a refund go that waits; what is left is looked at again. Audited.

    Raises NotFound, TransitionNotAllowed, AnotherOperatorDecides, RefundExceedsCapture, InsufficientFunds.
    """
    known = await access_refund(unit, refund_id)
    if unit.user_id in {known.requested_by, known.user_id}:
        raise AnotherOperatorDecides("who asked for a refund, or gets it, does not approve it")
    await payments.lock_refundable(unit, known.subject)
    await _decide(unit, known)
    await fire(unit, REFUNDS, refund_id, "approve", Order(ActorKind.operator))
    await carry_out(unit, refund_id, known.destination)
    unit.emit(RefundApproved(refund_id=refund_id, subject=known.subject))
    return await recorded(unit, refund_id, "refund.approved")


async def reject_refund(unit: Unit, refund_id: UUID, reason: str) -> RefundFacts:
    """Refuse a refund that waits. Audited. Raises NotFound, TransitionNotAllowed."""
    await access_refund(unit, refund_id)
    await fire(unit, REFUNDS, refund_id, "reject", Order(ActorKind.operator, reason))
    await refunds.change(unit, refund_id, decided_by=unit.user_id)
    return await recorded(unit, refund_id, "refund.rejected", why=reason)


async def retry_refund(unit: Unit, refund_id: UUID) -> RefundFacts:
    """Try a failed refund again at its gateway, at once. Audited. Raises NotFound, TransitionNotAllowed."""
    await access_refund(unit, refund_id)
    await fire(unit, REFUNDS, refund_id, "retry", Order(ActorKind.operator))
    await carry_out(unit, refund_id, Destination.original_method)
    return await recorded(unit, refund_id, "refund.retried")


def _decides(unit: Unit, payer_id: UUID) -> bool:
    """Nobody decides about money for themselves."""
    return unit.principal.runs_marketplace and unit.user_id != payer_id


async def _left(unit: Unit, known: Any) -> tuple[Any, Money]:
    """The payment, locked, and what of it has not been given back."""
    captured = await payments.lock_refundable(unit, known.subject)
    payment = next((p for p in captured if p.id == known.id), None)
    if payment is None or payment.purpose == TOP_UP:
        raise NotRefundable("only captured payments for something can be given back")
    if payment.purpose == SUBSCRIPTION:
        raise NotRefundable(
            "what a subscription costs is the marketplace's own income: cancel it, and give what you owe into the wallet"
        )
    left = payment.amount - payment.refunded - payment.charged_back
    if left <= 0:
        raise NotRefundable("all of it has been given back")
    return payment, Money(left, payment.currency)


async def _source(
    unit: Unit, subject: str, provider_id: UUID | None, amount: Money
) -> tuple[RefundSource, UUID | None]:
    """From escrow while it suffices; then from the provider whom the money had been released to.

    Raises NotRefundable for what milestones have promised.
    """
    held = await ledger.balance(unit, ledger.escrow(subject), amount.currency)
    promised = Money(await payouts.claimed(unit, subject), amount.currency)
    if promised and held - promised < amount:
        raise NotRefundable(
            "this is promised to the vendors; cancel the booking, which gives back by their terms"
        )
    if provider_id is None or held >= amount:
        return RefundSource.escrow, None
    return RefundSource.provider, provider_id


async def _decide(unit: Unit, known: Any) -> None:
    """Note who decides, and where the money has to come from by now."""
    changes: dict[str, Any] = {"decided_by": unit.user_id}
    if known.source == RefundSource.escrow:
        payees = {share.provider_id for share in await refunds.shares_of(unit, known.id)}
        only = payees.pop() if len(payees) == 1 else None
        amount = Money(known.amount, known.currency)
        source, provider_id = await _source(unit, known.subject, only, amount)
        changes |= {"source": source.value, "provider_id": provider_id}
    await refunds.change(unit, known.id, **changes)


async def _note_operators(unit: Unit, made: RefundFacts) -> None:
    if made.state == "requested":
        await recorded(unit, made.id, "refund.requested")
        return
    unit.emit(RefundApproved(refund_id=made.id, subject=made.subject))
    await refunds.change(unit, made.id, decided_by=unit.user_id)
    await recorded(unit, made.id, "refund.made")


async def recorded(unit: Unit, refund_id: UUID, deed: str, **detail: str) -> RefundFacts:
    """The refund as it is now; what was decided about it is audited."""
    facts = refunds.facts(await refunds.reread(unit, refund_id))
    detail |= {
        "amount": str(facts.amount.amount),
        "currency": facts.amount.currency,
        "subject": facts.subject,
        "destination": facts.destination.value,
        "source": facts.source.value,
    }
    await audit.record(unit, audit.Deed(deed, "refund", str(refund_id), detail))
    return facts
