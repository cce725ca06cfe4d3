"""Who writes, sees and moderates reviews; who opens, sees and decides disputes."""

from dataclasses import dataclass
from uuid import UUID

from kalends.bookings import BookingFacts, access_booking
from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.principal import ActorKind
from kalends.core.unit import Unit

from .repository import disputes
from .types import DisputeFacts, DisputeRole

_PARTIES = "own bookings; those at a managed venue"
_EVERYBODY = Rule(Who.public, "published reviews", UnitKind.read)

POLICY = {
    "POST /reviews": Rule(Who.signed_in, _PARTIES, keyed=True),
    "GET /reviews/booking/{booking_id}/customer": Rule(Who.signed_in, _PARTIES, UnitKind.read),
    "GET /reviews/room/{room_id}": _EVERYBODY,
    "GET /reviews/provider/{provider_id}": _EVERYBODY,
    "GET /reviews/booking/{booking_id}": Rule(
        Who.signed_in, "own bookings; those at a managed venue; all for operators", UnitKind.read
    ),
    "GET /admin/reviews": Rule(Who.operator, "all", UnitKind.read),
    "PATCH /admin/reviews/{review_id}/hide": Rule(Who.moderator, "all"),
    "PATCH /admin/reviews/{review_id}/publish": Rule(Who.moderator, "all"),
    "POST /disputes": Rule(Who.signed_in, _PARTIES, limit="bookings", keyed=True),
    "GET /disputes": Rule(Who.signed_in, _PARTIES, UnitKind.read),
    "GET /disputes/{dispute_id}": Rule(
        Who.signed_in, f"{_PARTIES}; all for operators", UnitKind.read
    ),
    "POST /disputes/{dispute_id}/notes": Rule(
        Who.signed_in, f"{_PARTIES}; moderators any", limit="bookings"
    ),
    "GET /admin/disputes": Rule(Who.operator, "all", UnitKind.read),
    "PATCH /admin/disputes/{dispute_id}": Rule(Who.moderator, "all", keyed=True, confirm=True),
}


@dataclass(frozen=True, slots=True)
class SeenDispute:
    """A dispute that the caller may see; `role` is the caller's side, None for who only looks."""

    dispute: DisputeFacts
    role: DisputeRole | None


async def access_dispute(unit: Unit, dispute_id: UUID) -> SeenDispute:
    """The dispute, for the booking's customer, its venue's managers, and operators. Raises NotFound."""
    dispute = await disputes.find(unit, dispute_id)
    if dispute is None:
        raise NotFound
    who = unit.principal
    role = None
    if who.user_id == dispute.customer_id:
        role = DisputeRole.customer
    elif who.manages(dispute.provider_id, dispute.venue_id):
        role = DisputeRole.provider
    elif who.runs_marketplace:
        role = DisputeRole.operator
    elif not who.is_operator:
        raise NotFound
    return SeenDispute(dispute, role)


async def access_speaking(unit: Unit, dispute_id: UUID) -> SeenDispute:
    """The same for who may say something in it. Raises NotFound for everybody else."""
    seen = await access_dispute(unit, dispute_id)
    if seen.role is None:
        raise NotFound
    return seen


async def access_disputable(unit: Unit, booking_id: UUID) -> tuple[BookingFacts, DisputeRole]:
    """The booking and the caller's side, for its customer and its venue's managers. Raises NotFound."""
    seen = await access_booking(unit, booking_id)
    for actor in (ActorKind.customer, ActorKind.provider):
        if actor in seen.actors:
            return seen.booking, DisputeRole(actor.value)
    raise NotFound


async def access_reviewable(unit: Unit, booking_id: UUID) -> tuple[BookingFacts, ActorKind]:
    """The booking and the caller's part in it: its customer, or who served or manages where those rate customers.

    Raises NotFound.
    """
    seen = await access_booking(unit, booking_id)
    others = (ActorKind.staff, ActorKind.provider) if unit.profile.reviews.of_customers else ()
    for actor in (ActorKind.customer, *others):
        if actor in seen.actors:
            return seen.booking, actor
    raise NotFound
