"""Pay for a booking: what is to be paid next, from the wallet at once or at the gateway."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kalends import payments
from kalends.billing import Part, Purpose, Standing, require_subscription
from kalends.core.errors import Problem, TransitionNotAllowed
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import ActorKind, Principal
from kalends.core.states import Order, fire
from kalends.core.stops import Postponed
from kalends.core.unit import Unit, open_unit

from ..access import access_own_booking
from ..errors import NothingToPay, ReleasePaused, WrongPurpose
from ..repository import bookings
from ..rules.guards import GUARDS
from ..rules.processes import EVENT, MAY_OWE, PROCESSES
from ..types import BookingFacts, subject_of, tip_subject_of
from .instalments import payable_until, to_pay_next
from .machine import MACHINE
from .read import actions_of, get_booking

# The step of the process that a payment for each purpose takes.
STEPS = {
    Purpose.full: "pay",
    Purpose.deposit: "pay",
    Purpose.balance: "pay_balance",
    Purpose.extra: "pay_extra",
}


_VARIANTS = {"pay": ("pay", "pay_unapproved"), "pay_late": ("pay_late", "pay_late_unapproved")}


def open_step(row: Any, step: str, now: datetime) -> str:
    """The step itself, or the variant of it that the booking's row is open to."""
    leaving = {t.name: t for t in PROCESSES[row.process].leaving(row.state)}
    for name in _VARIANTS.get(step, ()):
        if name in leaving and not any(GUARDS[guard](row, now) for guard in leaving[name].guards):
            return name
    return step


async def pay_from_wallet(
    unit: Unit, booking_id: UUID, purpose: Purpose | None = None
) -> BookingFacts:
    """Pay what is to be paid next from the customer's wallet; the first payment confirms at once.

    Raises NotFound, NothingToPay, WrongPurpose, TransitionNotAllowed, InsufficientFunds, SlotTaken.
    """
    booking = await access_own_booking(unit, booking_id)
    row = await bookings.lock(unit, booking_id)
    owed = await _owed(unit, booking, purpose)
    await payments.pay_from_wallet(unit, _request(booking, owed, "wallet"))
    step = open_step(row, STEPS[owed.instalment.purpose], unit.now)
    try:
        await fire(unit, MACHINE, booking_id, step, Order(ActorKind.gateway))
    except Postponed as wait:
        raise ReleasePaused(str(wait)) from wait
    await note_paid(unit, booking_id)
    return await get_booking(unit, booking_id)


async def order_payment(
    house: House, principal: Principal, booking_id: UUID, purpose: Purpose | None = None
) -> payments.PaymentFacts:
    """Open a payment at the gateway for what is to be paid next, or for the tip that was agreed on.

    Asking again returns the same open payment. Raises NotFound, NothingToPay, WrongPurpose,
    TransitionNotAllowed, UnknownGateway, GatewayUnavailable.
    """
    async with open_unit(house, principal) as unit:
        booking = await access_own_booking(unit, booking_id)
        await bookings.lock(unit, booking_id)
        if purpose is Purpose.tip:
            payment = await _agreed_tip(unit, booking)
        else:
            owed = await _owed(unit, booking, purpose)
            gateway = payments.default_gateway(unit.house)
            payment = await payments.request_payment(unit, _request(booking, owed, gateway))
    return await payments.place_order(house, payment.id)


async def note_paid(unit: Unit, booking_id: UUID) -> None:
    """Copy onto the booking what payments says was paid and given back."""
    subject = subject_of(booking_id)
    paid, refunded = (await payments.money_of(unit, [subject]))[subject]
    await bookings.change(unit, booking_id, paid=paid.amount, refunded=refunded.amount)


async def settled_of(unit: Unit, booking_id: UUID) -> Money:
    """What was paid and not given back, as payments knows it: also what the booking has not heard of yet."""
    subject = subject_of(booking_id)
    paid, refunded = (await payments.money_of(unit, [subject]))[subject]
    return paid - refunded


async def _owed(unit: Unit, booking: BookingFacts, purpose: Purpose | None) -> Standing:
    """The instalment to pay next. One that is not due yet has to be asked for by its name."""
    current = await get_booking(unit, booking.id)
    before_start = current.state == "awaiting_payment" and unit.now < current.start
    if not before_start and current.state not in MAY_OWE:
        raise _cannot_pay(unit, current)
    if before_start and current.kind == EVENT.name:
        await require_subscription(unit)
    owed = to_pay_next(current, unit.now, await settled_of(unit, booking.id))
    if owed is None or (before_start and STEPS[owed.instalment.purpose] != "pay"):
        raise NothingToPay("what was due has been paid" + ", and is being confirmed" * before_start)
    if purpose is None and owed.part is Part.upcoming:
        raise NothingToPay(
            f"nothing is due yet; to pay now, send purpose: {owed.instalment.purpose}"
        )
    if purpose not in {None, owed.instalment.purpose}:
        raise _wrong_purpose(owed)
    return owed


def _wrong_purpose(owed: Standing) -> WrongPurpose:
    purpose, left = owed.instalment.purpose, owed.left
    amount = {"amount": left.amount, "currency": left.currency}
    return WrongPurpose(
        f"pay the {purpose} of {left}, or leave the purpose out", purpose=purpose, amount=amount
    )


def _cannot_pay(unit: Unit, booking: BookingFacts) -> Problem:
    return TransitionNotAllowed(
        f"a booking that is {booking.state} cannot be paid; make a new one",
        state=booking.state,
        actions=[a for a in actions_of(unit, booking) if a != "pay"],
    )


async def _agreed_tip(unit: Unit, booking: BookingFacts) -> payments.PaymentFacts:
    waiting = await payments.payments_of(unit, tip_subject_of(booking.id))
    found = next((tip for tip in waiting if tip.state == "created"), None)
    if found is None:
        raise NothingToPay("say first how much the tip shall be: POST /bookings/{id}/tip")
    return found


def _request(booking: BookingFacts, owed: Standing, gateway: str) -> payments.PaymentRequest:
    purpose = owed.instalment.purpose
    return payments.PaymentRequest(
        subject=subject_of(booking.id),
        payer_id=booking.customer_id,
        provider_id=None if booking.kind == EVENT.name else booking.provider_id,
        purpose=purpose.value,
        amount=owed.left,
        gateway=gateway,
        expires_at=payable_until(booking, purpose),
    )
