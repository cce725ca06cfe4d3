"""Tips: what was paid as a gift goes on to whom it is for, without commission or tax."""

from kalends import ledger
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..repository import payments
from ..rules import movements
from ..types import TipOrder


async def pass_tip_on(unit: Unit, order: TipOrder) -> Money:
    """Credit a captured tip, once, to the member of the staff or to the provider; return its amount."""
    payment = await payments.reread(unit, order.payment_id)
    amount = Money(payment.amount, payment.currency)
    gets = ledger.provider_available(order.provider_id)
    if order.staff_id is not None:
        gets = ledger.staff_tips(order.staff_id)
    await ledger.move(
        unit,
        ledger.Move(
            key=movements.tip_key(payment.id),
            kind=movements.TIP,
            debit=ledger.escrow(order.subject),
            credit=gets,
            amount=amount,
            subject=order.subject,
            memo="Tip",
        ),
    )
    return amount
