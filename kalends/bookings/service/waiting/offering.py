"""Who is next: the first in the line whose wish fits into what has become free gets it offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kalends import catalog
from kalends.catalog import PlaceStatus, ProviderFacts, RoomFacts, StaffFacts
from kalends.core.errors import TransitionNotAllowed
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ...events import TimeFreed
from ...repository import waiting as repository
from ...repository.allocations import taken_spans
from ...repository.waiting import Line
from ...rules.availability import Calendar
from ...rules.ranges import Span
from ...rules.visits import Shift, slots_of_visit
from ...rules.waiting import Longing, place_for
from ...types import Slot
from ...types.waiting import WaitFacts
from ..appointments.diaries import diaries
from ..slots import calendar_of
from .machine import WAITLISTS, OfferLost

BATCH = 50


@dataclass(frozen=True, slots=True)
class Diary:
    """A calendar that somebody may wait for: a room's, or that of a member of a staff."""

    line: Line
    room: RoomFacts | None = None
    member: tuple[StaffFacts, ProviderFacts] | None = None

    async def calendar(self, unit: Unit, window: Span) -> Calendar:
        if self.room is not None:
            taken = await taken_spans(unit, [self.room.id], window)
            return calendar_of(unit, self.room, taken[self.room.id])
        assert self.member is not None
        who, provider = self.member
        return (await diaries(unit, provider, [who], window))[who.id]

    def slot(self, span: Span) -> Slot:
        if self.room is not None:
            return Slot("room", self.room.id, span.start, span.end, span.end)
        assert self.member is not None
        who = self.member[0]
        pause = timedelta(minutes=who.buffer_minutes)
        [slot] = slots_of_visit([Shift(who.id, span.start, span.end, pause)])
        return slot


async def offer_next(unit: Unit, resource_id: UUID, start: datetime, end: datetime) -> None:
    """Make at most one offer of this time. What is left of it is looked at again in a unit of its own, so that
    nobody holds one entry and waits for another.
    """
    diary, freed = await _diary_of(unit, resource_id), Span(start, end)
    if diary is None:
        return
    after = None
    while batch := await repository.in_line(unit, diary.line, freed, after, BATCH):
        if await _offer_one(unit, diary, batch, freed):
            unit.emit(TimeFreed(resource_id=resource_id, start=start, end=end))
            return
        after = batch[-1]


async def _offer_one(unit: Unit, diary: Diary, batch: Sequence[WaitFacts], freed: Span) -> bool:
    """Whether one of these got an offer. Each try is undone as a whole, its locks too, when it comes too late."""
    longest = timedelta(minutes=max(entry.minutes for entry in batch))
    window = Span(freed.start - longest, freed.end + longest)
    calendar = await diary.calendar(unit, window)
    for entry in batch:
        place = place_for(calendar, longing_of(unit, entry, window), freed)
        if place is None:
            continue
        try:
            async with unit.session.begin_nested():
                order = Order(ActorKind.system, None, diary.slot(place))
                await fire(unit, WAITLISTS, entry.id, "offer", order)
        except TransitionNotAllowed:
            continue
        except OfferLost:
            calendar = await diary.calendar(unit, window)
            continue
        return True
    return False


def longing_of(unit: Unit, entry: WaitFacts, window: Span) -> Longing:
    """What the entry still wants; at most what lies inside the window."""
    lead = timedelta(minutes=unit.profile.booking.waitlist.lead_minutes)
    start, end = max(entry.not_before, window.start), min(entry.not_after, window.end)
    return Longing(Span(start, end), timedelta(minutes=entry.minutes), unit.now + lead)


async def _diary_of(unit: Unit, resource_id: UUID) -> Diary | None:
    """The calendar, if it takes bookings that one can wait for."""
    room = (await catalog.rooms_by_id(unit, [resource_id])).get(resource_id)
    if room is not None:
        active = room.status is PlaceStatus.active
        return Diary(Line(room.id, (room.id,), anybody=True), room) if active else None
    who = (await catalog.staff_by_id(unit, [resource_id])).get(resource_id)
    if who is None or who.status is not PlaceStatus.active:
        return None
    provider = (await catalog.providers_by_id(unit, [who.provider_id]))[who.provider_id]
    # Where the owner costs more, nobody gets the owner unasked.
    dear = who.is_owner and unit.profile.fees.owner_premium_bp > 0
    line = Line(who.id, tuple(sorted(who.skills)), anybody=not dear)
    return Diary(line, member=(who, provider))
