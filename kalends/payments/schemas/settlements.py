"""Statements and differences on the wire, for operators."""

from datetime import date
from typing import Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from kalends.core.gateways import MovementKind
from kalends.core.paging import PageQuery
from kalends.core.wire import In, Instant, Line, MoneyRead, Out

from ..types import Difference, Gap, Thing
from .payments import Name


class KindTotal(Out):
    """Lines of one kind in one currency: `amount` is signed, in minor units, before the `fee`."""

    currency: str
    kind: MovementKind
    count: int
    amount: int
    fee: int


class SettledDayRead(Out):
    """One UTC day of a gateway's own statement."""

    id: UUID
    gateway: str
    day: date
    lines: int
    totals: list[KindTotal]
    open_differences: int
    asked_at: Instant


class SettledDaysQuery(PageQuery):
    gateway: Name | None = None


class StoryRead(Out):
    """What one side says."""

    state: str | None
    amount: MoneyRead | None

    @classmethod
    def told(cls, state: str | None, amount: int | None, currency: str) -> Self | None:
        if state is None and amount is None:
            return None
        priced = None if amount is None else MoneyRead(amount=amount, currency=currency)
        return cls(state=state, amount=priced)


class DifferenceRead(Out):
    """`ours` and `theirs` are null where one side knows nothing.

    `object_id` is the gateway's name of it, or ours when it has none there. A difference that vanished by
    itself has a note and nobody in `explained_by`.
    """

    id: UUID
    gateway: str
    day: date
    kind: Gap
    object_kind: Thing
    object_id: str
    our_id: UUID | None
    ours: StoryRead | None
    theirs: StoryRead | None
    noticed_at: Instant
    explained_at: Instant | None
    explained_by: UUID | None
    note: str | None

    @classmethod
    def of(cls, difference: Difference) -> Self:
        found = difference.finding
        return cls(
            id=difference.id,
            gateway=difference.gateway,
            day=difference.day,
            kind=found.kind,
            object_kind=found.thing,
            object_id=found.object_id,
            our_id=found.our_id,
            ours=StoryRead.told(found.ours_state, found.ours_amount, found.currency),
            theirs=StoryRead.told(found.theirs_state, found.theirs_amount, found.currency),
            noticed_at=difference.noticed_at,
            explained_at=difference.explained_at,
            explained_by=difference.explained_by,
            note=difference.note,
        )


class DifferencesQuery(PageQuery):
    open: bool | None = Query(default=None, description="only those that are explained, or are not")
    gateway: Name | None = None
    kind: Gap | None = None


class ExplainIn(In):
    note: Line = Field(min_length=3, max_length=500)
