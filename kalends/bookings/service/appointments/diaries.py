"""When people can be booked: business and working hours, absences, jobs with what follows them, overruns.

One calendar answers for what is offered, what is booked and what is moved.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from kalends.catalog import ProviderFacts, StaffFacts
from kalends.core.unit import Unit

from ...errors import SlotTaken, SlotUnavailable
from ...repository import work
from ...repository.allocations import taken_spans
from ...rules.availability import Calendar, Limits, Reason, Refusal, free_spans, nearest_free
from ...rules.ranges import Span
from ...rules.visits import kept_apart
from ..slots import NEARBY, opening_hours

MAX_MINUTES = 7 * 24 * 60
NEAREST = 3
_SENTENCES = {
    Reason.TOO_SHORT: "this is shorter than the shortest job",
    Reason.TOO_LONG: "this is longer than the longest job",
    Reason.IN_THE_PAST: "this time has passed",
    Reason.TOO_FAR_AHEAD: "this is further ahead than bookings are taken",
    Reason.CLOSED_THAT_DAY: "nobody works that day",
    Reason.OUTSIDE_OPENING_HOURS: "this is outside the hours of the business or of whoever does it",
}


async def diaries(
    unit: Unit,
    provider: ProviderFacts,
    members: Sequence[StaffFacts],
    window: Span,
    ignoring: UUID | None = None,
) -> dict[UUID, Calendar]:
    """The calendars of these members inside the window, in two statements. `ignoring` leaves a booking out."""
    busy = await _busy(unit, members, window, ignoring)
    return {one.id: _calendar(unit, provider, one, busy[one.id]) for one in members}


async def teams_free_in(
    unit: Unit, teams: Sequence[tuple[ProviderFacts, Sequence[StaffFacts]]], window: Span
) -> set[UUID]:
    """The providers of whom somebody has any time left in the window, in two statements for all."""
    busy = await _busy(unit, [member for _, team in teams for member in team], window)
    return {
        provider.id
        for provider, team in teams
        if any(free_spans(_calendar(unit, provider, one, busy[one.id]), window) for one in team)
    }


async def _busy(
    unit: Unit, members: Sequence[StaffFacts], window: Span, ignoring: UUID | None = None
) -> dict[UUID, tuple[Span, ...]]:
    """What keeps these members from other jobs: jobs with what follows them, absences, overruns."""
    ids = [member.id for member in members]
    longest = max((_buffer(member) for member in members), default=timedelta())
    around = Span(window.start, window.end + longest)
    taken = await taken_spans(unit, ids, around, ignoring=ignoring)
    late = await work.occupied(unit, ids, ignoring=ignoring)
    return {
        member.id: (
            *kept_apart(taken[member.id], _buffer(member)),
            *_absences(member),
            *([_overrun(unit)] if member.id in late else []),
        )
        for member in members
    }


def _calendar(
    unit: Unit, provider: ProviderFacts, member: StaffFacts, busy: tuple[Span, ...]
) -> Calendar:
    limits = Limits(1, MAX_MINUTES, unit.profile.booking.window_days)
    also = (opening_hours(provider),)
    return Calendar(opening_hours(member), busy, limits, unit.now, also=also)


async def refuse(
    unit: Unit,
    provider: ProviderFacts,
    members: Sequence[StaffFacts],
    refused: tuple[Span, Refusal | None],
    ignoring: UUID | None = None,
) -> SlotTaken | SlotUnavailable:
    """The refusal to raise for a wanted time, with when any of these members is free instead. Without a
    reason somebody was faster.
    """
    wanted, why = refused
    around = Span(wanted.start - NEARBY - wanted.length, wanted.end + NEARBY + wanted.length)
    found = await diaries(unit, provider, members, around, ignoring)
    nearest = {span for one in found.values() for span in nearest_free(one, wanted, horizon=NEARBY)}
    shown = sorted(nearest, key=lambda span: (abs(span.start - wanted.start), span.start))
    told = [_wire(span) for span in shown[:NEAREST]]
    if why is None or why.reason is Reason.TAKEN:
        return SlotTaken(
            "this time is taken; the nearest free times are listed",
            reason=Reason.TAKEN.value,
            nearest=told,
        )
    return SlotUnavailable(
        _SENTENCES[why.reason],
        reason=why.reason.value,
        blocked=[_wire(span) for span in why.blocked],
        nearest=told,
    )


def _absences(member: StaffFacts) -> list[Span]:
    return [Span(start, end) for start, end in member.time_off]


def _overrun(unit: Unit) -> Span:
    """Nobody knows how long the job goes on; until it is done the next hours are not offered."""
    soon = timedelta(minutes=unit.profile.availability.overrun_minutes)
    return Span(unit.now - soon, unit.now + soon)


def _buffer(member: StaffFacts) -> timedelta:
    return timedelta(minutes=member.buffer_minutes)


def _wire(span: Span) -> dict[str, str]:
    return {"start": _instant(span.start), "end": _instant(span.end)}


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
