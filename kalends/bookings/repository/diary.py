"""Bookings by when they are, for calendars: one person's, one member's of a staff."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, select, type_coerce, union
from sqlalchemy.dialects.postgresql import ARRAY

from kalends.core.unit import Unit

from ..models import Booking, BookingParticipant
from ..rules.processes import EVENT
from ..rules.ranges import Span
from ..types import BookingFacts
from .bookings import FULL, facts_of

_B = Booking.__table__.c
MOST = 500


@dataclass(frozen=True, slots=True)
class Diary:
    """Whose: somebody's own, those that they serve at where they work, and those of what they manage."""

    user_id: UUID
    works_for: Collection[UUID] = ()
    provider_ids: Collection[UUID] = ()
    venue_ids: Collection[UUID] = ()


async def bookings_in_diary(unit: Unit, diary: Diary, window: Span) -> list[BookingFacts]:
    """Those that begin in the window, at most 500, by start."""
    found = union(*(query.limit(MOST) for query in _mine(diary, window)))
    query = FULL.where(_B.id.in_(select(found.subquery().c.id)))
    rows = await unit.session.execute(query.order_by(_B.start_at, _B.id).limit(MOST))
    return [facts_of(unit, row) for row in rows]


def _mine(diary: Diary, window: Span) -> list[Select[tuple[UUID]]]:
    """One query per way to a booking, each with an index of its own."""
    takes_part = select(BookingParticipant.booking_id).where(
        BookingParticipant.user_id == diary.user_id
    )
    ways: list[ColumnElement[bool]] = [
        _B.customer_id == diary.user_id,
        type_coerce(_B.staff_user_ids, ARRAY(Uuid)).contains([diary.user_id])
        & _B.provider_id.in_(diary.works_for),
        _B.id.in_(takes_part),
    ]
    if diary.provider_ids:
        # An event is its vendors' once they are asked; until then it is the organiser's draft.
        ways.append(_B.provider_id.in_(diary.provider_ids) & (_B.process != EVENT.name))
        asked = type_coerce(_B.vendor_ids, ARRAY(Uuid))
        ways.append(asked.overlap(list(diary.provider_ids)))
    if diary.venue_ids:
        ways.append(_B.venue_id.in_(diary.venue_ids))
    within = (_B.start_at >= window.start, _B.start_at < window.end)
    return [select(_B.id).where(way, *within).order_by(_B.start_at) for way in ways]
