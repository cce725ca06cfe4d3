"""Who serves: their schedule, and whom they may reach."""

from uuid import UUID

from kalends import catalog
from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.principal import ActorKind
from kalends.core.unit import Unit

from ..types import BookingFacts
from .bookings import access_booking
from .feeds import access_member

_OWN = "one's own days on a staff; those of the staff of the providers that one runs"

SERVING = {
    "GET /staff/schedule": Rule(Who.signed_in, _OWN, UnitKind.read, feature="staff"),
    "POST /bookings/{booking_id}/contact": Rule(
        Who.signed_in, "bookings that one serves at or manages", limit="bookings"
    ),
}


async def access_served(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The booking, for who serves at it and who manages. Raises NotFound for everybody else."""
    seen = await access_booking(unit, booking_id)
    if not seen.actors & {ActorKind.staff, ActorKind.provider}:
        raise NotFound
    return seen.booking


async def access_days(unit: Unit, staff_id: UUID | None) -> list[catalog.StaffFacts]:
    """The named member, else every staff that the caller is on. Raises NotFound when there is none."""
    if staff_id is not None:
        return [await access_member(unit, staff_id)]
    own = await catalog.staff_of_user(unit, unit.user_id)
    if not own:
        raise NotFound
    return own
