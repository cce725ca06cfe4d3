"""Money that the marketplace itself sold something for, such as a subscription."""

from uuid import UUID

from kalends import ledger
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..repository import payments
from ..rules import movements


async def keep_as_income(unit: Unit, payment_id: UUID) -> Money:
    """Credit a captured payment, once, to the platform; return its amount."""
    payment = await payments.reread(unit, payment_id)
    amount = Money(payment.amount, payment.currency)
    await ledger.move(
        unit,
        ledger.Move(
            key=f"income:payment:{payment.id}",
            kind=movements.RELEASE,
            debit=ledger.escrow(payment.subject),
            credit=ledger.commission(),
            amount=amount,
            subject=payment.subject,
            memo="Income",
        ),
    )
    return amount
