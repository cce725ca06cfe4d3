"""Pay for a booking, and what happens when money arrives: in time, late, twice, or not the right sum."""

from typing import Any
from uuid import UUID

from kalends import payments
from kalends.core.errors import Problem, TransitionNotAllowed
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import ActorKind, Principal
from kalends.core.states import Order, fire
from kalends.core.unit import Unit, open_unit

from ..access import access_own_booking
from ..errors import NothingToPay, SlotTaken
from ..events import LatePaymentRefunded
from ..repository import bookings
from ..types import BookingFacts, subject_of
from .machine import MACHINE
from .read import actions_of, get_booking


async def pay_from_wallet(unit: Unit, booking_id: UUID) -> BookingFacts:
    """Pay what is due from the customer's wallet and confirm at once.

    Raises NotFound, NothingToPay, TransitionNotAllowed, InsufficientFunds, SlotTaken.
    """
    booking = await access_own_booking(unit, booking_id)
    await bookings.lock(unit, booking_id)
    due = await _due(unit, booking)
    await payments.pay_from_wallet(unit, _request(booking, due, "wallet"))
    await fire(unit, MACHINE, booking_id, "pay", Order(ActorKind.gateway))
    await _note(unit, booking_id)
    return await get_booking(unit, booking_id)


async def order_payment(
    house: House, principal: Principal, booking_id: UUID
) -> payments.PaymentFacts:
    """Open a payment at the gateway for what is due. Asking again returns the same open payment.

    Raises NotFound, NothingToPay, TransitionNotAllowed, UnknownGateway, GatewayUnavailable.
    """
    async with open_unit(house, principal) as unit:
        booking = await access_own_booking(unit, booking_id)
        await bookings.lock(unit, booking_id)
        due = await _due(unit, booking)
        payment = await payments.request_payment(
            unit, _request(booking, due, payments.default_gateway(unit.house))
        )
    return await payments.place_order(house, payment.id)


async def settle_capture(unit: Unit, event: payments.PaymentCaptured) -> None:
    """Apply captured money to its booking: confirm it, win a lapsed slot back, or return the money in full."""
    booking_id = UUID(event.subject.removeprefix("booking:"))
    row = await bookings.lock(unit, booking_id)
    assert row is not None
    if await _confirmed(unit, row, event.subject):
        await _return_excess(unit, booking_id, event)
    else:
        await _return_in_full(unit, booking_id, event)


async def _confirmed(unit: Unit, row: Any, subject: str) -> bool:
    """Whether the money could confirm the booking: it covers the price, and the slot is ours or free again."""
    transition = {"awaiting_payment": "pay", "expired": "pay_late"}.get(row.state)
    held = await payments.escrow_of(unit, subject)
    if transition is None or held.amount < row.total:
        return False
    try:
        async with unit.session.begin_nested():
            await fire(unit, MACHINE, row.id, transition, Order(ActorKind.gateway))
    except (SlotTaken, TransitionNotAllowed):
        return False
    await _note(unit, row.id)
    return True


async def _return_excess(unit: Unit, booking_id: UUID, event: payments.PaymentCaptured) -> None:
    booking = await get_booking(unit, booking_id)
    excess = await payments.escrow_of(unit, event.subject) - booking.total
    if excess.amount > 0:
        await _give_back(unit, booking, event, excess)


async def _return_in_full(unit: Unit, booking_id: UUID, event: payments.PaymentCaptured) -> None:
    """All of it, unless a cancellation has dealt with it between the capture and now."""
    booking = await get_booking(unit, booking_id)
    held = await payments.escrow_of(unit, event.subject)
    amount = min(Money(event.amount, event.currency), held)
    if amount.amount > 0:
        await _give_back(unit, booking, event, amount)


async def _give_back(
    unit: Unit, booking: BookingFacts, event: payments.PaymentCaptured, amount: Money
) -> None:
    order = payments.RefundOrder(
        subject=event.subject,
        user_id=booking.customer_id,
        amount=amount,
        reason="payment could not be used",
        key=f"unused:{event.payment_id}",
    )
    await payments.refund_to_wallet(unit, order)
    await _note(unit, booking.id)
    unit.emit(
        LatePaymentRefunded(
            booking_id=booking.id,
            payment_id=event.payment_id,
            amount=amount.amount,
            currency=amount.currency,
        )
    )


async def _due(unit: Unit, booking: BookingFacts) -> Money:
    current = await get_booking(unit, booking.id)
    if current.state == "confirmed":
        raise NothingToPay
    if current.state != "awaiting_payment" or unit.now >= current.start:
        raise _cannot_pay(unit, current)
    due = current.total - await payments.escrow_of(unit, subject_of(booking.id))
    if due.amount <= 0:
        raise NothingToPay("the money has arrived; the booking is being confirmed")
    return due


def _cannot_pay(unit: Unit, booking: BookingFacts) -> Problem:
    return TransitionNotAllowed(
        f"a booking that is {booking.state} cannot be paid; make a new one",
        state=booking.state,
        actions=[a for a in actions_of(unit, booking) if a != "pay"],
    )


def _request(booking: BookingFacts, due: Money, gateway: str) -> payments.PaymentRequest:
    return payments.PaymentRequest(
        subject=subject_of(booking.id),
        payer_id=booking.customer_id,
        purpose="full",
        amount=due,
        gateway=gateway,
        expires_at=booking.hold_expires_at,
    )


async def _note(unit: Unit, booking_id: UUID) -> None:
    subject = subject_of(booking_id)
    paid, refunded = (await payments.money_of(unit, [subject]))[subject]
    await bookings.change(unit, booking_id, paid=paid.amount, refunded=refunded.amount)
