"""How those who serve reach the customer, while they have a reason to. Every look is recorded."""

from uuid import UUID

from kalends import identity
from kalends.core.audit import Deed, record
from kalends.core.unit import Unit

from ..access import access_served
from ..errors import ContactWithheld
from ..types import BookingFacts

# From when it is agreed until the work is done.
OPEN = frozenset({"confirmed", "preparing", "traveling", "arrived", "in_progress"})


async def reveal_contact(unit: Unit, booking_id: UUID) -> identity.Person:
    """The customer. Raises NotFound for who does not serve there, ContactWithheld."""
    booking = await access_served(unit, booking_id)
    _check(unit, booking)
    person = await identity.get_person(unit, booking.customer_id)
    detail = {"state": booking.state, "customer_id": str(booking.customer_id)}
    await record(unit, Deed("contact.revealed", "booking", str(booking_id), detail))
    return person


def _check(unit: Unit, booking: BookingFacts) -> None:
    policy = unit.profile.contact.policy
    if policy != "reveal_when_confirmed":
        raise ContactWithheld("this marketplace does not pass contacts on", reason=policy)
    if booking.state not in OPEN:
        raise ContactWithheld(
            "a contact is shown while the booking is confirmed or under way", reason="state"
        )
