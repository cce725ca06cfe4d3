"""Who writes, sees and moderates reviews."""

from uuid import UUID

from kalends.bookings import BookingFacts, access_booking
from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.principal import ActorKind
from kalends.core.unit import Unit

_EVERYBODY = Rule(Who.public, "published reviews", UnitKind.read)

POLICY = {
    "POST /reviews": Rule(Who.signed_in, "own bookings", keyed=True),
    "GET /reviews/room/{room_id}": _EVERYBODY,
    "GET /reviews/provider/{provider_id}": _EVERYBODY,
    "GET /reviews/booking/{booking_id}": Rule(
        Who.signed_in, "own bookings; those at a managed venue; all for operators", UnitKind.read
    ),
    "GET /admin/reviews": Rule(Who.operator, "all", UnitKind.read),
    "PATCH /admin/reviews/{review_id}/hide": Rule(Who.moderator, "all"),
    "PATCH /admin/reviews/{review_id}/publish": Rule(Who.moderator, "all"),
}


async def access_own_booking(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The booking, for the customer who made it. Raises NotFound."""
    seen = await access_booking(unit, booking_id)
    if ActorKind.customer not in seen.actors:
        raise NotFound
    return seen.booking
