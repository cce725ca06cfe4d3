"""The facts about staff that other rooms may hold."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .places import Hours, PlaceStatus, SpecialDays, Week

Breaks = tuple[tuple[int, int, int], ...]
"""Weekday (Monday is 0), from and to in minutes since local midnight, within one day."""


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Somebody to take on. `email` is that of an account that is asked to be theirs, None for nobody's.

    `skills` are services of the provider. Without `hours` those of the business, without
    `buffer_minutes` likewise.
    """

    name: str
    title: str = ""
    bio: str = ""
    email: str | None = None
    skills: tuple[UUID, ...] = ()
    hours: Hours | None = None
    breaks: Breaks = ()
    buffer_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """Who can be booked, for what and when: `weekly` and `exceptions` are without the breaks.

    Times are in the wall time of `zone`. Only an `active` one takes new bookings. `time_off` is what was
    asked for: half-open spans of instants. `is_owner` says that the business is theirs.
    """

    id: UUID
    provider_id: UUID
    user_id: UUID | None
    name: str
    title: str
    bio: str
    is_owner: bool
    status: PlaceStatus
    zone: str
    weekly: Week
    exceptions: SpecialDays
    buffer_minutes: int
    skills: frozenset[UUID]
    rating_hundredths: int | None
    rating_count: int
    time_off: tuple[tuple[datetime, datetime], ...] = ()
    invited_email: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A provider asks an account to be the member `staff_id` of its staff, under this name and title."""

    staff_id: UUID
    provider_id: UUID
    provider_name: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class StaffHours:
    """When somebody works, as it was written down; `hours` None means the business's."""

    hours: Hours | None
    breaks: Breaks
    zone: str


@dataclass(frozen=True, slots=True)
class TimeOffFacts:
    """Somebody is away, from `starts_at` (inclusive) to `ends_at` (exclusive)."""

    id: UUID
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
