"""Settling: what is left in escrow goes to the provider, less commission and taxes."""

from kalends import ledger
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..errors import DeductionsExceedEscrow
from ..events import EscrowReleased
from ..repository import payments
from ..rules import movements
from ..types import ReleaseOrder
from .ask import releasable_of


async def release_escrow(unit: Unit, order: ReleaseOrder) -> Money:
    """Release what is left in the subject's escrow, except what refunds are asked for; return the net.

    An empty escrow releases nothing, so a repeat changes nothing. Raises DeductionsExceedEscrow.
    """
    escrow = ledger.escrow(order.subject)
    currency = order.commission.currency
    await payments.lock_refundable(unit, order.subject)  # so that no refund is asked for meanwhile
    await ledger.lock(unit, escrow)
    held = await releasable_of(unit, order.subject, currency)
    if order.amount is not None:
        held = min(held, order.amount)
    if not held:
        return held
    net = held - order.commission - sum((m for _, m in order.taxes), Money.zero(currency))
    if net.amount < 0:
        raise DeductionsExceedEscrow(f"only {held} is left in escrow")
    await ledger.post(unit, _settlement(order, held, net))
    unit.emit(
        EscrowReleased(
            subject=order.subject,
            provider_id=order.provider_id,
            amount=net.amount,
            currency=currency,
        )
    )
    return net


def _settlement(order: ReleaseOrder, held: Money, net: Money) -> ledger.Transaction:
    shares = [
        (ledger.commission(), order.commission),
        *((ledger.tax(name), amount) for name, amount in order.taxes),
        (ledger.provider_available(order.provider_id), net),
    ]
    entries = [ledger.Entry(account, -amount) for account, amount in shares if amount]
    return ledger.Transaction(
        key=order.key,
        kind=movements.RELEASE,
        subject=order.subject,
        memo="Release",
        entries=(ledger.Entry(ledger.escrow(order.subject), held), *entries),
    )
