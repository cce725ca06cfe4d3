"""What somebody has on, for their calendar."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from kalends.core.principal import MANAGING_ROLES
from kalends.core.unit import Unit
from kalends.identity import MembershipFacts

from ..repository.diary import Diary, bookings_in_diary
from ..rules.ranges import Span
from ..types import BookingFacts

BACK, AHEAD = timedelta(days=30), timedelta(days=365)


async def bookings_of_person(
    unit: Unit, user_id: UUID, memberships: Sequence[MembershipFacts]
) -> list[BookingFacts]:
    """Booked, taken part in, served at and managed: the last month and the next year, at most 500."""
    managed = [m for m in memberships if m.role in MANAGING_ROLES]
    diary = Diary(
        user_id,
        works_for=[m.provider_id for m in memberships],
        provider_ids=[m.provider_id for m in managed if m.place_id is None],
        venue_ids=[m.place_id for m in managed if m.place_id],
    )
    return await bookings_in_diary(unit, diary, Span(unit.now - BACK, unit.now + AHEAD))
