"""Tips: a gift after the booking is over, to whoever served, or to the provider where nobody was booked."""

from dataclasses import dataclass
from uuid import UUID

from kalends import catalog, payments
from kalends.billing import Purpose
from kalends.core.errors import Invalid
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..access import access_own_booking
from ..errors import NothingToThankFor
from ..events import LatePaymentRefunded
from ..repository import bookings
from ..types import BookingFacts, booking_of, tip_subject_of
from .read import get_booking

_OVER = frozenset({"completed", "pending_clearance", "released", "closed"})
WALLET = "wallet"
TIPS = "tips"  # in the details: which payment is for whom


@dataclass(frozen=True, slots=True)
class Tip:
    """What the customer wants to give. `staff_id`: to whom, when several members were booked."""

    amount: Money
    method: str
    staff_id: UUID | None = None


async def give_tip(unit: Unit, booking_id: UUID, tip: Tip) -> payments.PaymentFacts:
    """Give a tip: from the wallet at once; else it waits to be paid at the gateway.

    Raises NotFound, NothingToThankFor, Invalid for a foreign currency or a member who was not booked,
    InsufficientFunds, UnknownGateway.
    """
    booking = await access_own_booking(unit, booking_id)
    await bookings.lock(unit, booking_id)
    booking = await get_booking(unit, booking_id)
    _check(booking, tip)
    member = await _member(unit, booking, tip.staff_id)
    if tip.method != WALLET:
        gateway = payments.default_gateway(unit.house)
        asked = await payments.request_payment(unit, _request(booking, tip, gateway, member))
        await _remember(unit, booking, asked.id, member)
        return asked
    paid = await payments.pay_from_wallet(unit, _request(booking, tip, WALLET, member))
    await _pass_on(unit, booking, paid.id, member)
    return paid


async def settle_tip(unit: Unit, event: payments.PaymentCaptured) -> None:
    """A tip was paid at the gateway: it goes on, unless another was given while this one was open."""
    booking_id = booking_of(event.subject)
    await bookings.lock(unit, booking_id)
    booking = await get_booking(unit, booking_id)
    tips = {tip.id: tip for tip in await payments.payments_of(unit, event.subject)}
    this = tips.pop(event.payment_id)
    if any(_instead(other, this) for other in tips.values()):
        await _return(unit, booking, event)
    else:
        await _pass_on(unit, booking, this.id, _remembered(booking, this.id))


def _instead(other: payments.PaymentFacts, this: payments.PaymentFacts) -> bool:
    """Whether the other tip was given, and kept, after this one had been asked for and before it came."""
    if other.captured_at is None or this.captured_at is None or other.refunded:
        return False
    earlier = (other.captured_at, other.id) < (this.captured_at, this.id)
    return earlier and other.captured_at > this.created_at


def _check(booking: BookingFacts, tip: Tip) -> None:
    if booking.kind == "event":
        raise NothingToThankFor("an event has many vendors; thank them yourself")
    if booking.state not in _OVER:
        raise NothingToThankFor
    if tip.amount.currency != booking.total.currency:
        raise Invalid(f"this booking was paid in {booking.total.currency}; so is its tip")


async def _member(unit: Unit, booking: BookingFacts, staff_id: UUID | None) -> UUID | None:
    """The account that gets it: of the member who is named, or who alone was booked. None: the provider,
    also when the member is its owner or has no account."""
    ids = [line.staff_id for line in booking.lines if line.staff_id and not line.cancelled_at]
    booked = await catalog.staff_by_id(unit, ids) if ids else {}
    if staff_id is not None and staff_id not in booked:
        raise Invalid(
            "staff_id: this member was not booked; leave it out, the provider gets the tip"
        )
    chosen = [booked[staff_id]] if staff_id else list(booked.values())
    if len(chosen) != 1 or chosen[0].is_owner:
        return None
    return chosen[0].user_id


async def _remember(
    unit: Unit, booking: BookingFacts, payment_id: UUID, member: UUID | None
) -> None:
    """For when the bank has taken the money."""
    if member is not None:
        tips = {**booking.details.get(TIPS, {}), str(payment_id): str(member)}
        await bookings.change(unit, booking.id, details={**booking.details, TIPS: tips})


def _remembered(booking: BookingFacts, payment_id: UUID) -> UUID | None:
    member = booking.details.get(TIPS, {}).get(str(payment_id))
    return UUID(member) if member else None


def _request(
    booking: BookingFacts, tip: Tip, gateway: str, member: UUID | None
) -> payments.PaymentRequest:
    """Of a member's tip the provider has nothing, so that nothing of it is ever taken back from there."""
    return payments.PaymentRequest(
        subject=tip_subject_of(booking.id),
        payer_id=booking.customer_id,
        provider_id=None if member else booking.provider_id,
        purpose=Purpose.tip.value,
        amount=tip.amount,
        gateway=gateway,
    )


async def _pass_on(
    unit: Unit, booking: BookingFacts, payment_id: UUID, member: UUID | None
) -> None:
    order = payments.TipOrder(tip_subject_of(booking.id), payment_id, booking.provider_id, member)
    await payments.pass_tip_on(unit, order)


async def _return(unit: Unit, booking: BookingFacts, event: payments.PaymentCaptured) -> None:
    amount = Money(event.amount, event.currency)
    order = payments.RefundOrder(
        subject=event.subject,
        user_id=booking.customer_id,
        amount=amount,
        reason="payment could not be used",
        key=f"unused:{event.payment_id}",
        payment_id=event.payment_id,
        destination=payments.refund_destination(unit),
    )
    await payments.refund(unit, order)
    unit.emit(
        LatePaymentRefunded(
            booking_id=booking.id,
            payment_id=event.payment_id,
            amount=amount.amount,
            currency=amount.currency,
            refund_to=order.destination.value,
        )
    )
