"""Bank accounts, payouts, holds, milestones and statements, as the rooms above hear of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.gateways import BankDetails
from kalends.core.money import Money

PAYOUT_SUBJECT = "payout"
BY_OPERATOR = "operator"  # the hold of an operator, beside those of disputes


class BankAccountState(StrEnum):
    pending = "pending"
    verified = "verified"
    rejected = "rejected"
    replaced = "replaced"


class NameMatch(StrEnum):
    """How the holder that we were told compares with the name that the bank knows."""

    same = "same"
    similar = "similar"
    different = "different"
    unknown = "unknown"


class PayoutState(StrEnum):
    locked = "locked"
    eligible = "eligible"
    processing = "processing"
    paid = "paid"
    held = "held"
    failed = "failed"
    reversed = "reversed"
    cancelled = "cancelled"


class Milestone(StrEnum):
    reservation = "reservation"
    completion = "completion"


class Origin(StrEnum):
    """Why there is a payout: somebody asked, the calendar, a release of escrow, a booking's milestone."""

    request = "request"
    schedule = "schedule"
    release = "release"
    milestone = "milestone"


@dataclass(frozen=True, slots=True)
class NewBankAccount:
    provider_id: UUID
    details: BankDetails = field(repr=False)


@dataclass(frozen=True, slots=True)
class BankAccountFacts:
    """A provider's account as it may be shown. `usable_from`: no payout goes to it before."""

    id: UUID
    provider_id: UUID
    last_four: str
    country: str
    state: BankAccountState
    name_match: NameMatch
    reason: str | None
    usable_from: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PayoutWish:
    """What is to be paid out on request; without an amount, all that is available."""

    provider_id: UUID
    amount: Money | None
    origin: Origin = Origin.request


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """`withheld` was netted against what the provider owed; `approvals` of `approvals_needed` were given."""

    id: UUID
    provider_id: UUID
    origin: Origin
    state: PayoutState
    amount: Money
    withheld: Money
    milestone: Milestone | None
    subject: str | None
    line: str | None
    approved: bool
    approvals: int
    failure: str | None
    bank_reference: str | None
    created_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class MilestoneOrder:
    """One provider's part of what a payment brought into a subject's escrow, to be paid in milestones.

    `amount` is gross: the provider gets it less `commission` and `taxes`. A second payment of the same
    line names another `instalment`.
    """

    subject: str
    line: str
    provider_id: UUID
    amount: Money
    commission: Money
    taxes: tuple[tuple[str, Money], ...] = ()
    instalment: str = "full"


@dataclass(frozen=True, slots=True)
class PayoutHold:
    """Whose payouts wait, and why: those of a subject's (line's) milestones, or all that a provider asked for.

    `ref` names the cause, such as ``dispute:<id>``; letting go of it lets go of nothing else.
    """

    ref: str
    reason: str
    subject: str | None = None
    provider_id: UUID | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Earnings:
    """`revenue`: released to the provider so far, less what was taken back. `pending`: paid by customers
    and not released. `available`: may be paid out; below zero it is owed."""

    revenue: Money
    pending: Money
    available: Money


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody's wallet page shows; each part only to who it belongs to."""

    balance: Money
    earnings: Earnings | None = None
    tips: Money | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """What a provider had at one moment: free to be paid out, and in payouts or held."""

    available: Money
    reserved: Money


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement. `available` and `reserved` are what it added to each; gross, commission and tax are of
    a release."""

    id: UUID
    kind: str
    subject: str | None
    at: datetime
    available: Money
    reserved: Money
    gross: Money | None
    commission: Money | None
    tax: Money | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a period: gross = commission + tax + net; `paid_out` has left for the bank, less what came back."""

    gross: Money
    commission: Money
    tax: Money
    net: Money
    taken_back: Money
    paid_out: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """A provider's month by the journal; `lines` are one page of it, oldest first."""

    month: str
    provider_id: UUID
    opening: Position
    closing: Position
    totals: Totals
    lines: list[StatementLine]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class MonthLine:
    """What came to a provider or left it, in a statement: `movements` of one kind, of a day when it is more
    than one; `subject` is of a single one."""

    at: datetime
    kind: str
    subject: str | None
    movements: int
    amount: Money


@dataclass(frozen=True, slots=True)
class MonthBooks:
    """A provider's whole month by the journal, what is in payouts under way included; `until` is its end."""

    provider_id: UUID
    since: datetime
    until: datetime
    opening: Money
    closing: Money
    totals: Totals
    lines: tuple[MonthLine, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """One provider's sums of a period, and how it stands at its end."""

    provider_id: UUID
    totals: Totals
    closing: Position
