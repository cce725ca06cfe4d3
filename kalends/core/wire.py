"""Wire types that every room shares: strict money, safe text, instants."""

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
)

from .money import Money

MAX_AMOUNT = 10**13
FIRST_YEAR, LAST_YEAR = 2000, 2200


class In(BaseModel):
    """A request body: unknown fields are refused, so nobody can set what is not theirs."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)


class MoneyRead(BaseModel):
    """Minor units and an ISO-4217 code: 35000 INR is ₹350.00."""

    amount: int
    currency: str = Field(examples=["INR"])

    @classmethod
    def of(cls, money: Money) -> "MoneyRead":
        return cls(amount=money.amount, currency=money.currency)


class MoneyIn(In):
    amount: int = Field(strict=True, ge=1, le=MAX_AMOUNT)
    currency: str = Field(pattern=r"^[A-Z]{3}$")

    def money(self) -> Money:
        return Money(self.amount, self.currency)


def _clean(text: str) -> str:
    for character in text:
        kind = unicodedata.category(character)
        if kind in {"Cs", "Co"} or (kind == "Cc" and character not in "\n\t\r"):
            raise ValueError("control characters and lone surrogates cannot be stored")
    return unicodedata.normalize("NFC", text)


def _single_line(text: str) -> str:
    if "\n" in text or "\r" in text or "\t" in text:
        raise ValueError("must be one line")
    return text


def _sane_instant(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return moment.astimezone(UTC)


def _not_a_number(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - Pydantic wants ValueError
            "write the time as an RFC 3339 text such as 2026-11-21T09:00:00Z"
        )
    return value


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# The kinds that bodies have been told apart by; what is wrong with one is told without its kind.
KINDS: set[str] = set()


def told_by_kind(*models: type[BaseModel]) -> Discriminator:
    """Tells the members of a union apart, each tagged with the default of its `kind`. A body that names no
    kind is of the model which knows most of its fields, else of the first.
    """
    known = {model.model_fields["kind"].default: {*model.model_fields} for model in models}
    KINDS.update(known)

    def kind_of(body: Any) -> Any:
        if not isinstance(body, dict):
            return getattr(body, "kind", None)
        named = body.get("kind")
        if isinstance(named, str) and named in known:
            return named
        return max(known, key=lambda kind: len(known[kind] & body.keys()))

    return Discriminator(kind_of)


Text = Annotated[str, AfterValidator(_clean)]
Line = Annotated[str, AfterValidator(_clean), AfterValidator(_single_line)]
InstantIn = Annotated[AwareDatetime, BeforeValidator(_not_a_number), AfterValidator(_sane_instant)]
Instant = Annotated[datetime, PlainSerializer(_zulu, return_type=str, when_used="json")]
Count = Annotated[int, Field(strict=True)]


def subject(kind: str, subject_id: UUID) -> str:
    """A stable name of an object across rooms, such as `booking:0190…`."""
    return f"{kind}:{subject_id}"
