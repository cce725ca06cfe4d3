"""The lines of a visit as jobs: whose, when, at which place in the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends import catalog
from kalends.catalog import ProviderFacts, StaffFacts
from kalends.core.unit import Unit

from ...types import BookingFacts, LineFacts

SERVICE, OWNER_PREMIUM, FEE, EXTRA = "service", "owner_premium", "cancellation_fee", "extra"


@dataclass(frozen=True, slots=True)
class LiveJob:
    """A service of a visit that was not called off, by its place among the lines."""

    position: int
    staff_id: UUID
    start: datetime
    end: datetime


def live_jobs(lines: Sequence[LineFacts]) -> list[LiveJob]:
    """In the order in which they are done."""
    return [
        LiveJob(position, line.staff_id, line.start, line.end)
        for position, line in enumerate(lines)
        if line.kind == SERVICE and line.staff_id and line.start and line.end
        if line.cancelled_at is None
    ]


def premium_of(lines: Sequence[LineFacts], position: int) -> int | None:
    """Where the owner's premium for the service at this place stands: what is added later stands at the end.

    One that was called off counts only for a service that was called off with it.
    """
    service = lines[position]
    same = (service.ref_id, service.start, service.cancelled_at)
    for place, line in enumerate(lines):
        if line.kind == OWNER_PREMIUM and (line.ref_id, line.start, line.cancelled_at) == same:
            return place
    return None


async def people_of(
    unit: Unit, booking: BookingFacts
) -> tuple[ProviderFacts, dict[UUID, StaffFacts]]:
    """The provider, and who serves, in the order of their jobs."""
    provider = (await catalog.providers_by_id(unit, [booking.provider_id]))[booking.provider_id]
    ids = list(dict.fromkeys(job.staff_id for job in live_jobs(booking.lines)))
    known = await catalog.staff_by_id(unit, ids)
    return provider, {staff_id: known[staff_id] for staff_id in ids}
