"""Staff on the wire."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import MISSING, AfterValidator, Field

from kalends.core.paging import PageQuery
from kalends.core.wire import In, Instant, InstantIn, Line, Out

from ..types import Breaks, Invitation, NewStaff, PlaceStatus, StaffFacts, StaffHours, TimeOffFacts
from .hours import HoursIn, HoursRead, WeeklyPeriod
from .providers import Bio
from .values import Buffer, Email, Name, Shown, each_once

_MAX_BREAKS = 42
Title = Annotated[Line, Field(max_length=80)]
Skills = Annotated[list[UUID], Field(max_length=200), AfterValidator(each_once)]
BreaksIn = Annotated[list[WeeklyPeriod], Field(max_length=_MAX_BREAKS)]


class StaffQuery(PageQuery):
    """`provider_id` is needed only by those who run several."""

    provider_id: UUID | None = None


class StaffHoursIn(In):
    """`hours` null are the business's. A break lies within one day: 13:00 to 14:00."""

    hours: HoursIn | None = None
    breaks: BreaksIn = Field(default=[])

    def pauses(self) -> Breaks:
        return tuple((one.weekday, *one.minutes()) for one in self.breaks)


class StaffCreate(StaffHoursIn):
    """`email` is that of an account that is asked to be this member; without one nobody signs in as them.

    `skills` are services of the provider; `provider_id` is needed only by those who run several.
    """

    provider_id: UUID | None = None
    name: Name
    title: Title = ""
    bio: Bio = ""
    email: Email | None = None
    skills: Skills = Field(default=[])
    buffer_minutes: Buffer | None = None

    def new(self) -> NewStaff:
        return NewStaff(
            name=self.name,
            title=self.title,
            bio=self.bio,
            email=self.email,
            skills=tuple(self.skills),
            hours=self.hours.hours() if self.hours else None,
            breaks=self.pauses(),
            buffer_minutes=self.buffer_minutes,
        )


class StaffUpdate(In):
    """Only what is sent changes; `email` null parts the member from their account, another asks that one."""

    name: Name | MISSING = MISSING
    title: Title | MISSING = MISSING
    bio: Bio | MISSING = MISSING
    email: Email | MISSING | None = MISSING
    skills: Skills | MISSING = MISSING
    buffer_minutes: Buffer | MISSING | None = MISSING
    status: Shown | MISSING = MISSING

    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class TimeOffIn(In):
    """Away from `starts_at` (inclusive) to `ends_at` (exclusive)."""

    starts_at: InstantIn
    ends_at: InstantIn
    reason: Annotated[Line, Field(max_length=200)] = ""


class PublicStaffRead(Out):
    """What everybody may see of who works for a provider."""

    id: UUID
    name: str
    title: str
    average_rating: float | None
    rating_count: int

    @classmethod
    def of(cls, member: StaffFacts) -> "PublicStaffRead":
        return PublicStaffRead(**_public(member))


class StaffRead(PublicStaffRead):
    """A member as their provider sees them. `is_owner`: the business is theirs.

    `invited_email`: whose account was asked and has not said yes.
    """

    provider_id: UUID
    user_id: UUID | None
    invited_email: str | None
    bio: str
    is_owner: bool
    status: PlaceStatus
    skills: list[UUID]
    buffer_minutes: int

    @classmethod
    def of_member(cls, member: StaffFacts) -> Self:
        names = (
            "provider_id",
            "user_id",
            "invited_email",
            "bio",
            "is_owner",
            "status",
            "buffer_minutes",
        )
        told = {name: getattr(member, name) for name in names}
        return cls(**_public(member), **told, skills=sorted(member.skills))


class InvitationRead(Out):
    """A provider asks you to be on its staff, under this name and title."""

    id: UUID
    provider_id: UUID
    provider_name: str
    name: str
    title: str

    @classmethod
    def of(cls, one: Invitation) -> "InvitationRead":
        told = {n: getattr(one, n) for n in ("provider_id", "provider_name", "name", "title")}
        return InvitationRead(id=one.staff_id, **told)


class StaffHoursRead(Out):
    """`hours` is null where the business's count."""

    time_zone: str
    hours: HoursRead | None
    breaks: list[WeeklyPeriod]

    @classmethod
    def of(cls, written: StaffHours) -> Self:
        hours = written.hours
        return cls(
            time_zone=written.zone,
            hours=HoursRead.of(hours, written.zone) if hours else None,
            breaks=[WeeklyPeriod.on(*one) for one in written.breaks],
        )


class TimeOffRead(Out):
    id: UUID
    starts_at: Instant
    ends_at: Instant
    reason: str

    @classmethod
    def of(cls, off: TimeOffFacts) -> "TimeOffRead":
        return TimeOffRead.model_validate(off)


def _public(member: StaffFacts) -> dict[str, Any]:
    hundredths = member.rating_hundredths
    return {
        "id": member.id,
        "name": member.name,
        "title": member.title,
        "average_rating": None if hundredths is None else hundredths / 100,
        "rating_count": member.rating_count,
    }
