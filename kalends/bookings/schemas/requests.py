"""The bodies that make a booking or can be priced, one for each kind."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Tag

from kalends.billing import AppointmentRequest, Price, QuoteRead, RentalRequest
from kalends.core.money import Money
from kalends.core.wire import MoneyRead, told_by_kind

from .enquiries import EnquiryRequest
from .events import EventRequest

# Who names no kind is understood by what else the body says.
BookingRequest = Annotated[
    Annotated[RentalRequest, Tag("rental")]
    | Annotated[AppointmentRequest, Tag("appointment")]
    | Annotated[EventRequest, Tag("event")],
    told_by_kind(RentalRequest, AppointmentRequest, EventRequest),
]
QuoteRequest = Annotated[
    Annotated[RentalRequest, Tag("rental")]
    | Annotated[AppointmentRequest, Tag("appointment")]
    | Annotated[EnquiryRequest, Tag("enquiry")]
    | Annotated[EventRequest, Tag("event")],
    told_by_kind(RentalRequest, AppointmentRequest, EnquiryRequest, EventRequest),
]


class PricedRead(QuoteRead):
    """A quote. `trial` is what a trial costs, which is paid by itself and beforehand."""

    trial: MoneyRead | None = None

    @classmethod
    def told(cls, quoted: tuple[Price, str, datetime], trial: Money | None) -> Self:
        read = cls.quoted(*quoted)
        return read.model_copy(update={"trial": MoneyRead.of(trial) if trial else None})
