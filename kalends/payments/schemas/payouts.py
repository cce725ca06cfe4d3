"""Bank accounts, payouts, statements and money pages on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from pydantic import AfterValidator, Field, field_validator, model_validator

from kalends.core.gateways import BankDetails
from kalends.core.money import Money
from kalends.core.paging import PageQuery
from kalends.core.wire import (
    FIRST_YEAR,
    LAST_YEAR,
    In,
    Instant,
    Line,
    MoneyIn,
    MoneyRead,
    Out,
)

from ..rules.bank_accounts import account_number_problem, routing_problem
from ..types import (
    BankAccountFacts,
    BankAccountState,
    Milestone,
    NameMatch,
    Origin,
    PayoutFacts,
    PayoutState,
    Position,
    Settlement,
    Standing,
    Statement,
    StatementLine,
    Totals,
)


def _sane_day(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return day


Day = Annotated[date, AfterValidator(_sane_day)]
Month = Annotated[
    str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"], description="YYYY-MM")
]


def _told(facts: Any, shape: type[Out]) -> dict[str, Any]:
    """The facts that this shape shows, money as it goes over the wire."""
    found = {name: getattr(facts, name, None) for name in shape.model_fields}
    return {n: MoneyRead.of(v) if isinstance(v, Money) else v for n, v in found.items()}


class BankAccountIn(In):
    """`routing` is the IFSC in India, the bank's code elsewhere. `provider_id` only for who runs several."""

    holder: Line = Field(min_length=3, max_length=120)
    account_number: Line = Field(min_length=5, max_length=35)
    routing: Line = Field(min_length=3, max_length=34)
    country: str = Field(default="IN", pattern=r"^[A-Z]{2}$")
    provider_id: UUID | None = None

    @field_validator("account_number")
    @classmethod
    def _number(cls, number: str) -> str:
        plain = number.upper()
        if problem := account_number_problem(plain):
            raise ValueError(problem)
        return plain

    @model_validator(mode="after")
    def _bank(self) -> "BankAccountIn":
        self.routing = self.routing.upper()
        if problem := routing_problem(self.routing, self.country):
            raise ValueError(problem)
        return self

    def details(self) -> BankDetails:
        return BankDetails(self.holder, self.account_number, self.routing, self.country)


class BankAccountRead(Out):
    """`last_four` is all that is shown of the number. `usable_from`: payouts to it begin then."""

    id: UUID
    provider_id: UUID
    last_four: str
    country: str
    state: BankAccountState
    name_match: NameMatch
    reason: str | None
    usable_from: Instant | None
    created_at: Instant

    @classmethod
    def of(cls, facts: BankAccountFacts) -> "BankAccountRead":
        return cls.model_validate(facts)


class BankAccountsQuery(PageQuery):
    state: BankAccountState | None = None


class DecisionIn(In):
    reason: Line = Field(min_length=3, max_length=500)


class PayoutIn(In):
    """Without an amount all that is available. `provider_id` only for who runs several."""

    amount: MoneyIn | None = None
    provider_id: UUID | None = None

    def money(self) -> Money | None:
        return self.amount.money() if self.amount else None


class PayoutRead(Out):
    """`withheld` went into what the provider owed. `subject` and `line`: what a milestone is of."""

    id: UUID
    provider_id: UUID
    origin: Origin
    state: PayoutState
    amount: MoneyRead
    withheld: MoneyRead
    milestone: Milestone | None
    subject: str | None
    line: str | None
    approved: bool
    approvals: int
    failure: str | None
    bank_reference: str | None
    created_at: Instant
    paid_at: Instant | None

    @classmethod
    def of(cls, facts: PayoutFacts) -> "PayoutRead":
        return cls.model_validate(_told(facts, cls))


class OwnPayoutsQuery(PageQuery):
    state: PayoutState | None = None
    provider_id: UUID | None = None


class StatementQuery(PageQuery):
    provider_id: UUID | None = None


class SettlementQuery(PageQuery):
    """From the first to the last day, both included, in the marketplace's time zone."""

    first: Day = Query(alias="from")
    last: Day = Query(alias="to")


class PositionRead(Out):
    available: MoneyRead
    reserved: MoneyRead

    @classmethod
    def of(cls, position: Position) -> "PositionRead":
        return cls.model_validate(_told(position, cls))


class TotalsRead(Out):
    """gross = commission + tax + net. `paid_out`: left for the bank, less what came back."""

    gross: MoneyRead
    commission: MoneyRead
    tax: MoneyRead
    net: MoneyRead
    taken_back: MoneyRead
    paid_out: MoneyRead

    @classmethod
    def of(cls, totals: Totals) -> "TotalsRead":
        return cls.model_validate(_told(totals, cls))


class StatementLineRead(Out):
    """`available` and `reserved`: what this movement added to each, negative when it took."""

    id: UUID
    kind: str = Field(examples=["release"])
    reference_kind: str | None = Field(examples=["booking"])
    reference_id: str | None
    at: Instant
    available: MoneyRead
    reserved: MoneyRead
    gross: MoneyRead | None
    commission: MoneyRead | None
    tax: MoneyRead | None

    @classmethod
    def of(cls, line: StatementLine) -> "StatementLineRead":
        kind, _, reference = (line.subject or "").partition(":")
        named = {"reference_kind": kind or None, "reference_id": reference or None}
        return cls.model_validate(_told(line, cls) | named)


class StatementRead(Out):
    month: str
    provider_id: UUID
    opening: PositionRead
    closing: PositionRead
    totals: TotalsRead
    items: list[StatementLineRead]
    next_cursor: str | None

    @classmethod
    def of(cls, statement: Statement) -> "StatementRead":
        return cls(
            month=statement.month,
            provider_id=statement.provider_id,
            opening=PositionRead.of(statement.opening),
            closing=PositionRead.of(statement.closing),
            totals=TotalsRead.of(statement.totals),
            items=[StatementLineRead.of(line) for line in statement.lines],
            next_cursor=statement.next_cursor,
        )


class SettlementRead(Out):
    """`open` is in payouts under way or held at the end of the period."""

    provider_id: UUID
    totals: TotalsRead
    available: MoneyRead
    open: MoneyRead

    @classmethod
    def of(cls, one: Settlement) -> "SettlementRead":
        return cls(
            provider_id=one.provider_id,
            totals=TotalsRead.of(one.totals),
            available=MoneyRead.of(one.closing.available),
            open=MoneyRead.of(one.closing.reserved),
        )


class StandingRead(Out):
    """`balance` is the wallet's. Who runs a provider also sees its figures, a member of staff only tips.

    `total_revenue` was released to the provider so far, less what was taken back; `pending_escrow` has been
    paid by customers and not been released; `available_payout` may be paid out, and is owed below zero.
    """

    balance: MoneyRead
    total_revenue: MoneyRead | None = None
    pending_escrow: MoneyRead | None = None
    available_payout: MoneyRead | None = None
    tips_only: MoneyRead | None = None

    @classmethod
    def of(cls, standing: Standing) -> "StandingRead":
        shown = {"balance": standing.balance, "tips_only": standing.tips}
        if standing.earnings is not None:
            earned = standing.earnings
            shown |= {
                "total_revenue": earned.revenue,
                "pending_escrow": earned.pending,
                "available_payout": earned.available,
            }
        return cls(
            **{name: MoneyRead.of(money) for name, money in shown.items() if money is not None}
        )
