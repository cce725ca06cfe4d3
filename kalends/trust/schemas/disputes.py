"""Disputes on the wire."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from kalends.core.money import Money
from kalends.core.paging import Page, PageQuery, Slice
from kalends.core.wire import In, Instant, MoneyIn, MoneyRead, Out, Text

from ..types import (
    Decision,
    DisputeFacts,
    DisputeReason,
    DisputeRole,
    DisputeState,
    NewDispute,
    NoteFacts,
)

MAX_TEXT = 4000
Said = Annotated[Text, Field(min_length=3, max_length=MAX_TEXT)]


class DisputeCreate(In):
    """About a booking that is over; without `amount` about all that was paid and not given back.

    About an event: `line_id` names one line, else every line of it that one has to do with is meant.
    """

    booking_id: UUID
    line_id: UUID | None = None
    reason: DisputeReason
    statement: Said
    amount: MoneyIn | None = None

    def dispute(self) -> NewDispute:
        amount = self.amount.money() if self.amount else None
        return NewDispute(self.booking_id, self.reason, self.statement, amount, self.line_id)


class NoteIn(In):
    text: Said


class OutcomeIn(In):
    """`note` is what both sides are told. `refund_amount` is what the customer gets of an adjustment."""

    note: Said
    refund_amount: MoneyIn | None = None


class DecisionIn(In):
    state: Literal["under_review", "resolved", "refunded", "adjusted"]
    outcome: OutcomeIn | None = None

    def decision(self) -> Decision:
        note = self.outcome.note if self.outcome else None
        refund = self.outcome.refund_amount if self.outcome else None
        return Decision(DisputeState(self.state), note, refund.money() if refund else None)


class NoteRead(Out):
    """`role` says who wrote it; what operators write is shown to operators only."""

    id: UUID
    role: DisputeRole
    text: str
    created_at: Instant


class DisputeRead(Out):
    """`claimed` is the money that it is about, `given_back` what the customer got when it was decided."""

    id: UUID
    booking_id: UUID
    line_id: UUID | None = Field(description="the line of an event that it is about")
    role: DisputeRole = Field(description="whose complaint it is")
    reason: DisputeReason
    statement: str
    state: DisputeState
    claimed: MoneyRead
    given_back: MoneyRead | None
    decision: str | None
    decided_at: Instant | None
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, facts: DisputeFacts) -> Self:
        return cls.model_validate(_fields(facts))

    @classmethod
    def page(cls, found: Slice[DisputeFacts]) -> Page[Self]:
        return Page(items=[cls.of(row) for row in found.rows], next_cursor=found.next_cursor)


class DisputeOpenedRead(DisputeRead):
    """A complaint about a whole event opens one dispute for each line: `others` are theirs."""

    others: list[UUID]

    @classmethod
    def told(cls, opened: Sequence[DisputeFacts]) -> Self:
        first, *others = opened
        return cls.model_validate({**_fields(first), "others": [one.id for one in others]})


class DisputeDetail(DisputeRead):
    """With what was said since, oldest first."""

    notes: list[NoteRead]

    @classmethod
    def told(cls, facts: DisputeFacts, notes: Sequence[NoteFacts]) -> Self:
        said = [NoteRead.model_validate(note) for note in notes]
        return cls.model_validate({**_fields(facts), "notes": said})


class AdminDisputeRead(DisputeRead):
    """What operators see besides. Of money that had been released, `held` was set aside of the provider's
    balance, `in_payouts` waits in payouts, and `missing` was nowhere."""

    customer_id: UUID
    provider_id: UUID
    opened_by: UUID
    held: MoneyRead
    in_payouts: MoneyRead
    missing: MoneyRead


class DisputeQuery(PageQuery):
    state: DisputeState | None = None


def _fields(facts: DisputeFacts) -> dict[str, object]:
    names = set(AdminDisputeRead.model_fields) - {"updated_at"}
    known = {name: getattr(facts, name) for name in names} | {"updated_at": facts.state_since}
    return {k: MoneyRead.of(v) if isinstance(v, Money) else v for k, v in known.items()}
