"""What of an event the people of a vendor are shown."""

from collections.abc import Collection
from uuid import UUID

from kalends.core.principal import MANAGING_ROLES, ActorKind, Principal

from ..types import BookingFacts, WrittenBooking

EVENT_KIND = "event"


def vendors_run_by(principal: Principal, vendor_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these vendors the principal owns or manages as a whole."""
    mine = {
        m.provider_id
        for m in principal.memberships
        if m.role in MANAGING_ROLES and m.place_id is None
    }
    return frozenset(mine.intersection(vendor_ids))


def sees_all(principal: Principal, booking: BookingFacts | WrittenBooking) -> bool:
    """Whether the principal may know everything of the event: its organiser, operators, the system."""
    trusted = principal.is_operator or principal.kind is ActorKind.system
    return trusted or principal.user_id == booking.customer_id
