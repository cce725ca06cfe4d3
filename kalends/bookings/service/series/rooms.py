"""A room that is rented again and again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kalends.billing import Quoted, RentalRequest, price_of
from kalends.core.money import Money
from kalends.core.unit import Unit

from ...errors import OwnVenue
from ...repository.allocations import taken_spans
from ...rules.availability import Calendar, nearest_free, refusal
from ...rules.ranges import Span
from ...types import BookingFacts
from ..rentals import book_room
from ..slots import NEARBY, calendar_of
from .plan import Obstacle, around, near


@dataclass(frozen=True, slots=True)
class RoomPlan:
    request: RentalRequest
    quoted: Quoted

    @property
    def first(self) -> Span:
        return Span(self.request.start_time, self.request.end_time)

    @property
    def zone(self) -> str:
        return self.quoted.room.zone

    @property
    def title(self) -> str:
        return f"{self.quoted.room.name}, {self.quoted.room.venue_name}"

    @property
    def provider_id(self) -> UUID:
        return self.quoted.room.provider_id

    @property
    def venue_id(self) -> UUID | None:
        return self.quoted.room.venue_id

    @property
    def total(self) -> Money:
        return self.quoted.price.total

    @property
    def resource_ids(self) -> Sequence[UUID]:
        return [self.quoted.room.id]

    async def calendars(self, unit: Unit, window: Span) -> Sequence[Calendar]:
        room = self.quoted.room
        taken = await taken_spans(unit, [room.id], window)
        return [calendar_of(unit, room, taken[room.id])]

    async def obstacles(self, unit: Unit, spans: Sequence[Span]) -> list[Obstacle | None]:
        [calendar] = await self.calendars(unit, around(spans))
        return [_obstacle(near(calendar, span), span) for span in spans]

    async def book(self, unit: Unit, span: Span, series_id: UUID) -> BookingFacts:
        times = {"start_time": span.start, "end_time": span.end}
        return await book_room(unit, self.request.model_copy(update=times), series_id)


async def plan_room(unit: Unit, request: RentalRequest) -> RoomPlan:
    """Raises NotFound, AddonUnavailable, Invalid, OwnVenue."""
    plan = RoomPlan(request, await price_of(unit, request))
    if unit.principal.manages(plan.provider_id, plan.venue_id):
        raise OwnVenue("book at another venue, or block the time instead")
    return plan


def _obstacle(calendar: Calendar, span: Span) -> Obstacle | None:
    refused = refusal(calendar, span)
    if refused is None:
        return None
    return Obstacle(refused.reason.value, tuple(nearest_free(calendar, span, horizon=NEARBY)))
