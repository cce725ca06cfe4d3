"""The customer decides who comes instead."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire, refusal
from kalends.core.unit import Unit

from ...access import access_own_booking
from ...errors import DearerPrice, NobodyProposed, NotFree
from ...repository import bookings
from ...types import BookingFacts
from ..appointments.lines import people_of
from ..handover import Takeover
from ..machine import MACHINE
from ..read import get_booking
from .candidates import takeover, who_could

ACCEPT = ("accept_replacement", "accept_replacement_unpaid")
CHOOSE = ("choose_other", "choose_other_unpaid")


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who could come, and what the booking would cost with them."""

    staff_id: UUID
    name: str
    rating_hundredths: int | None
    total: Money


async def choices(unit: Unit, booking_id: UUID) -> list[Choice]:
    """Everybody who could come instead, best first. Raises NotFound, NobodyProposed."""
    booking = await access_own_booking(unit, booking_id)
    leaving = _leaving(booking)
    _, people = await people_of(unit, booking)
    found = []
    for member in await who_could(unit, booking, leaving):
        price = takeover(unit, booking, leaving, member, people).booking.total
        found.append(Choice(member.id, member.name, member.rating_hundredths, price))
    return found


async def accept_replacement(unit: Unit, booking_id: UUID) -> BookingFacts:
    """Raises NotFound, NobodyProposed, NotFree, TransitionNotAllowed, SlotTaken."""
    booking, name = await _begin(unit, booking_id, ACCEPT)
    proposed = booking.details["replacement"]["staff_id"]
    if proposed is None:
        raise NobodyProposed("nobody was found at this price; choose somebody, or cancel in full")
    change = await _with(unit, booking, UUID(proposed))
    if change.booking.difference.amount > 0:
        raise _dearer(change)
    return await _hand_over(unit, booking, name, change)


async def choose_staff(
    unit: Unit, booking_id: UUID, staff_id: UUID, accepted: Money | None
) -> BookingFacts:
    """`accepted` is the total to which the customer agrees, needed where it rises.

    Raises NotFound, NobodyProposed, NotFree, DearerPrice, TransitionNotAllowed, SlotTaken, InsufficientFunds.
    """
    booking, name = await _begin(unit, booking_id, CHOOSE)
    change = await _with(unit, booking, staff_id)
    if change.booking.difference.amount > 0 and accepted != change.booking.total:
        raise _dearer(change)
    return await _hand_over(unit, booking, name, change)


async def _begin(unit: Unit, booking_id: UUID, names: tuple[str, ...]) -> tuple[BookingFacts, str]:
    """The locked booking, and which of these transitions its money allows."""
    await access_own_booking(unit, booking_id)
    await bookings.lock(unit, booking_id)
    row = await bookings.look(unit, booking_id)
    booking = await get_booking(unit, booking_id)
    _leaving(booking)
    problems = {name: refusal(MACHINE, row, name, {ActorKind.customer}, unit.now) for name in names}
    open_ = [name for name, problem in problems.items() if problem is None]
    if not open_:
        problem = problems[names[0]]
        assert problem is not None
        raise problem
    return booking, open_[0]


async def _with(unit: Unit, booking: BookingFacts, staff_id: UUID) -> Takeover:
    leaving = _leaving(booking)
    free = {member.id: member for member in await who_could(unit, booking, leaving)}
    if staff_id not in free:
        raise NotFree("they cannot come at this time; look at the choices again")
    _, people = await people_of(unit, booking)
    return takeover(unit, booking, leaving, free[staff_id], people)


async def _hand_over(
    unit: Unit, booking: BookingFacts, name: str, change: Takeover
) -> BookingFacts:
    await fire(unit, MACHINE, booking.id, name, Order(ActorKind.customer, None, change))
    return await get_booking(unit, booking.id)


def _leaving(booking: BookingFacts) -> UUID:
    proposal = booking.details.get("replacement")
    if proposal is None:
        raise NobodyProposed("whoever was booked has not declined")
    return UUID(proposal["instead_of"])


def _dearer(change: Takeover) -> DearerPrice:
    total = change.booking.total
    return DearerPrice(
        "this costs more; send the total that you agree to",
        total={"amount": total.amount, "currency": total.currency},
    )
