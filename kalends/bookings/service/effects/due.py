"""Effects of the booking machine on what is owed: noting what was paid, telling what is due, repricing."""

from kalends import payments
from kalends.core.money import Money
from kalends.core.states import Move

from ...events import InstalmentPaid, PaymentDue
from ...repository import bookings
from ...rules.guards import owes_balance
from ...types import subject_of
from ..changes import Move as Relocation
from ..instalments import agreed_anew, payable_until, to_pay_next
from ..read import get_booking


async def note_money(move: Move) -> None:
    """Copy onto the booking what payments says was paid and given back."""
    subject = subject_of(move.subject.id)
    paid, refunded = (await payments.money_of(move.unit, [subject]))[subject]
    await bookings.change(move.unit, move.subject.id, paid=paid.amount, refunded=refunded.amount)


async def tell_due(move: Move) -> None:
    """Say what is still to be paid, if anything is."""
    booking = await get_booking(move.unit, move.subject.id)
    owed = to_pay_next(booking, move.unit.now)
    if owed is None:
        return
    purpose = owed.instalment.purpose
    move.unit.emit(
        PaymentDue(
            booking_id=booking.id,
            purpose=purpose.value,
            amount=owed.left.amount,
            currency=owed.left.currency,
            until=payable_until(booking, purpose),
        )
    )


async def tell_paid(move: Move) -> None:
    move.unit.emit(InstalmentPaid(booking_id=move.subject.id))


async def settle_difference(move: Move) -> None:
    """Charge the wallet for a dearer time, refund a cheaper one.

    While nothing is paid only the price changes, and while a balance is open only the balance.
    """
    row, to = move.subject, relocation(move)
    if row.state == "awaiting_payment" or (row.state == "awaiting_provider" and not row.paid):
        await payments.expire_payments(move.unit, subject_of(row.id))
        anew = agreed_anew(row.policy, to.total, start=to.span.start, now=move.unit.now)
        await bookings.change(move.unit, row.id, policy=anew)
    elif owes_balance(row, move.unit.now) is None:
        await payments.expire_payments(move.unit, subject_of(row.id))
        await _give_back(move, Money(row.paid - row.refunded, row.currency) - to.total)
    elif to.difference.amount > 0:
        await _charge(move, to.difference)
    else:
        await _give_back(move, -to.difference)
    await note_money(move)


def relocation(move: Move) -> Relocation:
    assert isinstance(move.input, Relocation)
    return move.input


async def _charge(move: Move, amount: Money) -> None:
    row = move.subject
    request = payments.PaymentRequest(
        subject=subject_of(row.id),
        payer_id=row.customer_id,
        provider_id=row.provider_id,
        purpose="extra",
        amount=amount,
        gateway="wallet",
    )
    await payments.pay_from_wallet(move.unit, request)


async def _give_back(move: Move, amount: Money) -> None:
    """Nothing happens for an amount that is not positive."""
    row = move.subject
    if amount.amount <= 0:
        return
    order = payments.RefundOrder(
        subject=subject_of(row.id),
        user_id=row.customer_id,
        amount=amount,
        reason="rescheduled",
        key=f"reschedule:{row.id}:{row.version}",
    )
    await payments.refund(move.unit, order)


EFFECTS = (settle_difference, note_money, tell_due, tell_paid)
