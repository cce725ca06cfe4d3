"""Wire shapes of quotes."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from kalends.core.wire import Count, In, Instant, InstantIn, MoneyRead, Out

from ..rules.prices import Price

MAX_ADDONS, MAX_QUANTITY = 20, 10_000


class AddonLine(In):
    addon_id: UUID
    quantity: Annotated[Count, Field(ge=1, le=MAX_QUANTITY)] = 1


class RentalRequest(In):
    """A room from `start_time` to `end_time` (whole minutes, RFC 3339 with offset)."""

    kind: Literal["rental"] = "rental"
    room_id: UUID
    start_time: InstantIn
    end_time: InstantIn
    addons: Annotated[list[AddonLine], Field(max_length=MAX_ADDONS, default_factory=list)]
    guests: Annotated[Count, Field(ge=1, le=1_000_000)] | None = None
    quote_token: Annotated[str, Field(max_length=4000)] | None = None

    @property
    def minutes(self) -> int:
        return int((self.end_time - self.start_time).total_seconds()) // 60

    @model_validator(mode="after")
    def _times_make_sense(self) -> Self:
        if self.end_time <= self.start_time:
            raise ValueError("end_time must be after start_time")
        if any(t.second or t.microsecond for t in (self.start_time, self.end_time)):
            raise ValueError("times are whole minutes")
        if len({line.addon_id for line in self.addons}) != len(self.addons):
            raise ValueError("name each add-on once, with its quantity")
        return self


class PriceLineRead(Out):
    kind: str
    ref_id: UUID
    name: str
    quantity: int = Field(description="minutes of what is sold by the hour, else units")
    unit_price: MoneyRead = Field(description="per hour of what is sold by the hour, else per unit")
    subtotal: MoneyRead


class PriceRead(Out):
    lines: list[PriceLineRead]
    total: MoneyRead

    @classmethod
    def of(cls, price: Price) -> Self:
        return cls.model_validate(price, from_attributes=True)


class QuoteRead(PriceRead):
    """The price with a token that fixes it until `expires_at`."""

    token: str
    expires_at: Instant

    @classmethod
    def quoted(cls, price: Price, token: str, expires_at: datetime) -> Self:
        fields = PriceRead.of(price).model_dump()
        return cls(**fields, token=token, expires_at=expires_at)
