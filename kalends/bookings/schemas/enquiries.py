"""Wire shapes of enquiries, offers and proposals."""

import datetime as dt
import re
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from kalends.billing import PlaceIn
from kalends.catalog import TravelMode
from kalends.core.wire import (
    FIRST_YEAR,
    LAST_YEAR,
    Count,
    In,
    Instant,
    Line,
    MoneyIn,
    MoneyRead,
    Out,
    Text,
)

from ..types import Mode

MAX_SERVICES, MAX_IMAGES = 5, 10
_HHMM = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")


def _wall_time(text: str) -> dt.time:
    """H:MM or HH:MM of a day of 24 hours."""
    if not _HHMM.fullmatch(text):
        raise ValueError("write the time as HH:MM, from 00:00 to 23:59")
    hours, minutes = text.split(":")
    return dt.time(int(hours), int(minutes))


def _sane_date(day: dt.date) -> dt.date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def _hhmm(text: Any) -> Any:
    """Looked at as it came, before blanks are taken away."""
    if isinstance(text, str):
        _wall_time(text)
    return text


Day = Annotated[dt.date, AfterValidator(_sane_date)]
Time = Annotated[str, Field(min_length=4, max_length=5, examples=["14:30"]), BeforeValidator(_hhmm)]
Note = Annotated[Text, Field(min_length=1, max_length=2000)]
Image = Annotated[Line, Field(pattern=r"^(https://|/)", max_length=500)]


class TrialIn(In):
    """A trial beforehand, with a time and price of its own; without a price it is free."""

    date: Day
    time: Time
    duration_min: Annotated[Count, Field(ge=15, le=480)] = 60
    price: MoneyIn | None = None

    @property
    def wall(self) -> dt.datetime:
        return dt.datetime.combine(self.date, _wall_time(self.time))


class EnquiryRequest(In):
    """`date` and `time` are the wall time of the place. `max_price` is of everything, with the way there.

    A `quote_token` fixes the price of the provider who is asked first.
    """

    kind: Literal["enquiry"] = "enquiry"
    mode: Mode
    provider_id: UUID
    service_ids: Annotated[list[UUID], Field(max_length=MAX_SERVICES)]
    date: Day
    time: Time
    location: PlaceIn
    travel_option: TravelMode
    notes: Note | None = None
    reference_images: Annotated[list[Image], Field(max_length=MAX_IMAGES, default_factory=list)]
    max_price: MoneyIn | None = None
    trial: TrialIn | None = None
    quote_token: Annotated[str, Field(max_length=20_000)] | None = None

    @property
    def wall(self) -> dt.datetime:
        return dt.datetime.combine(self.date, _wall_time(self.time))

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.service_ids:
            raise ValueError("At least one package required: name 1 to 5 services in service_ids")
        if len({*self.service_ids}) != len(self.service_ids):
            raise ValueError("service_ids: name each service once")
        if self.trial and self.mode is not Mode.flexi:
            raise ValueError("trial: only a flexi enquiry can have one")
        return self


class ConsentIn(In):
    """Whether a dearer provider may be asked. No ends the enquiry."""

    agree: Annotated[bool, Field(strict=True)]


class ReasonIn(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)] | None = None


class OtpIn(In):
    """The customer's completion code."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class ProposalIn(In):
    """Other terms: a price for everything, a time (both `date` and `time`), or only a note."""

    price: MoneyIn | None = None
    date: Day | None = None
    time: Time | None = None
    note: Note | None = None

    @property
    def wall(self) -> dt.datetime | None:
        if self.date is None or self.time is None:
            return None
        return dt.datetime.combine(self.date, _wall_time(self.time))

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.date is None) != (self.time is None):
            raise ValueError("a time needs both date and time")
        if self.price is None and self.date is None and self.note is None:
            raise ValueError("say a price, a time or a note")
        return self


class TrialDecision(In):
    """Whether to go on after the trial: yes leads to the payment, no ends the booking."""

    go_on: Annotated[bool, Field(strict=True)]


class NamedProvider(Out):
    id: UUID
    name: str


class OfferRead(Out):
    """Whose turn it is. `seconds_left` and `expires_at` are null where there is no haste."""

    provider: NamedProvider
    sequence: int
    state: str
    price: MoneyRead
    offered_at: Instant
    expires_at: Instant | None
    seconds_left: int | None


class ProposalRead(Out):
    version: int
    by: Literal["customer", "provider"]
    price: MoneyRead | None
    start_time: Instant | None
    note: str | None
    state: Literal["proposed", "accepted", "superseded", "expired"]
    created_at: Instant
    expires_at: Instant


class ConsentRead(Out):
    """A dearer provider who would be asked next, if the customer agrees until then."""

    provider: NamedProvider
    price: MoneyRead
    until: Instant


class LocationRead(Out):
    address: str
    lat: float
    lng: float


class TrialRead(Out):
    start_time: Instant
    duration_min: int
    price: MoneyRead


class EnquiryRead(Out):
    """An enquiry. `offer` is the live one, for a provider their own last one; `offers` is the whole line,
    for the customer. Where exactly it is, a provider is told while it is their turn, and once they accepted.
    """

    id: UUID
    mode: Mode
    state: str
    actions: list[str]
    offer: OfferRead | None
    offers: list[OfferRead]
    consent: ConsentRead | None
    proposals: list[ProposalRead]
    booking_id: UUID | None
    trial_booking_id: UUID | None
    customer: dict[str, UUID] | None
    provider: dict[str, UUID]
    service_ids: list[UUID]
    start_time: Instant
    date: dt.date
    time: str
    time_zone: str
    location: LocationRead | None
    travel_option: TravelMode
    notes: str | None
    reference_images: list[str]
    max_price: MoneyRead | None
    trial: TrialRead | None
    created_at: Instant
