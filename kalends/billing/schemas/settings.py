"""Wire shapes of commission and taxes."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from kalends.core.profile import TaxLine
from kalends.core.wire import FIRST_YEAR, LAST_YEAR, Count, In, Instant, InstantIn, Line, Out

from ..types import CommissionRate, NewCommission, NewTax, TaxRate

BasisPoints = Annotated[Count, Field(ge=0, le=10_000, description="1000 is 10 %")]
Reason = Annotated[Line, Field(min_length=3, max_length=500)]
Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]


class CommissionChange(In):
    """For a provider, a category, both, or without them for everybody; from now on, or later."""

    basis_points: BasisPoints
    provider_id: UUID | None = None
    category: Annotated[Line, Field(min_length=1, max_length=60)] | None = None
    valid_from: InstantIn | None = None
    reason: Reason

    def new(self) -> NewCommission:
        return NewCommission(**self.model_dump())


class CommissionRateRead(Out):
    provider_id: UUID | None
    category: str | None
    basis_points: int
    valid_from: Instant
    created_by: UUID | None
    reason: str


class CommissionRead(Out):
    """What everybody without a rate of their own pays now, and the rates that were set, newest first."""

    basis_points: int
    rates: list[CommissionRateRead]

    @classmethod
    def of(cls, basis_points: int, rates: list[CommissionRate]) -> Self:
        items = [CommissionRateRead.model_validate(rate) for rate in rates]
        return cls(basis_points=basis_points, rates=items)


class TaxChange(In):
    """A tax from a day on, instead of the earlier line of that name. No basis points: no such tax."""

    name: Annotated[str, Field(pattern=r"^[a-z_]{2,20}$")]
    base: Literal["price", "value", "commission"]
    basis_points: BasisPoints
    valid_from: Day
    valid_to: Day | None = None
    reason: Reason

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be after valid_from")
        return self

    def new(self) -> NewTax:
        return NewTax(TaxLine(**self.model_dump(exclude={"reason"})), self.reason)


class TaxLineRead(Out):
    name: str
    base: str
    basis_points: int
    valid_from: date | None
    valid_to: date | None


class TaxRateRead(TaxLineRead):
    created_by: UUID | None
    reason: str


class TaxesRead(Out):
    """The taxes that hold today, and the lines that were set, newest first."""

    taxes: list[TaxLineRead]
    rates: list[TaxRateRead]

    @classmethod
    def of(cls, lines: tuple[TaxLine, ...], rates: list[TaxRate]) -> Self:
        items = [
            TaxRateRead(**rate.line.model_dump(), created_by=rate.created_by, reason=rate.reason)
            for rate in rates
        ]
        return cls(taxes=[TaxLineRead.model_validate(line) for line in lines], rates=items)
