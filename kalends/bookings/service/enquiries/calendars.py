"""Whose time an enquiry takes, and whether it is free.

Who comes to one's door has the provider's calendar, and, where the owner is on their own staff, that one
as well. So whatever an artist is asked for, before or after the staff was there, it is the same time that is taken.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from kalends import catalog
from kalends.core.unit import Unit

from ...errors import SlotTaken, SlotUnavailable
from ...repository.allocations import taken_spans
from ...rules.availability import Calendar, Limits, Reason, nearest_free, refusal
from ...rules.ranges import Span
from ...types import Slot
from ..slots import NEARBY, opening_hours, wire

# How far ahead one may ask is a rule of enquiries; here it only has to be enough.
_LIMITS = Limits(1, 7 * 24 * 60, 2 * 366)


@dataclass(frozen=True, slots=True)
class Diary:
    """The calendar of a provider: `member` is the owner's row on their own staff, if there is one."""

    provider: catalog.ProviderFacts
    member: catalog.StaffFacts | None

    @property
    def resource_ids(self) -> tuple[UUID, ...]:
        return (self.member.id, self.provider.id) if self.member else (self.provider.id,)

    @property
    def buffer(self) -> timedelta:
        return timedelta(minutes=(self.member or self.provider).buffer_minutes)

    def slots(self, span: Span) -> tuple[Slot, ...]:
        """What a booking needs of them: the job, and what is kept free after it."""
        kinds = ("staff", "provider") if self.member else ("provider",)
        return tuple(
            Slot(kind, resource_id, span.start, span.end, span.end + self.buffer)
            for kind, resource_id in zip(kinds, self.resource_ids, strict=True)
        )

    def calendar(self, unit: Unit, taken: Mapping[UUID, Collection[Span]]) -> Calendar:
        """As the kernel reads it. What is taken begins a buffer earlier: there a job would have to end."""
        away = [Span(*off) for off in self.member.time_off] if self.member else []
        spans = (span for resource_id in self.resource_ids for span in taken[resource_id])
        reach = [Span(span.start - self.buffer, span.end) for span in spans]
        return Calendar(
            opening_hours(self.member or self.provider), (*reach, *away), _LIMITS, unit.now
        )


async def diaries_of(unit: Unit, provider_ids: Collection[UUID]) -> dict[UUID, Diary]:
    """The calendars of these providers, by provider; two statements."""
    providers = await catalog.providers_by_id(unit, provider_ids)
    owners = await catalog.owners_on_staff(unit, provider_ids)
    return {one.id: Diary(one, owners.get(one.id)) for one in providers.values()}


async def free_of(unit: Unit, wanted: Mapping[UUID, tuple[Diary, Span]]) -> frozenset[UUID]:
    """Which of these providers have that time; one statement for all."""
    if not wanted:
        return frozenset()
    diaries = [diary for diary, _ in wanted.values()]
    latest = max(span.end + diary.buffer for diary, span in wanted.values())
    around = Span(min(span.start for _, span in wanted.values()), latest)
    taken = await taken_spans(
        unit, [one for diary in diaries for one in diary.resource_ids], around
    )
    return frozenset(
        provider_id
        for provider_id, (diary, span) in wanted.items()
        if refusal(diary.calendar(unit, taken), span) is None
    )


async def check_free(unit: Unit, diary: Diary, span: Span, ignoring: UUID | None = None) -> None:
    """Return when the provider has that time. Raises SlotTaken, SlotUnavailable, with the nearest free times."""
    around = Span(span.start - NEARBY, span.end + diary.buffer + NEARBY)
    taken = await taken_spans(unit, diary.resource_ids, around, ignoring=ignoring)
    calendar = diary.calendar(unit, taken)
    refused = refusal(calendar, span)
    if refused is None:
        return
    fields: dict[str, Any] = {
        "reason": refused.reason.value,
        "nearest": [wire(free) for free in nearest_free(calendar, span, horizon=NEARBY)],
    }
    if refused.reason is Reason.TAKEN:
        raise SlotTaken("the provider is busy then; the nearest free times are listed", **fields)
    raise SlotUnavailable(
        "the provider does not work then; the nearest free times are listed",
        blocked=[wire(part) for part in refused.blocked],
        **fields,
    )
