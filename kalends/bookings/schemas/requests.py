"""The bodies that make a booking, one for each kind."""

from typing import Annotated

from pydantic import Tag

from kalends.billing import AppointmentRequest, RentalRequest
from kalends.core.wire import told_by_kind

from .events import EventRequest

# Who names no kind is understood by what else the body says.
BookingRequest = Annotated[
    Annotated[RentalRequest, Tag("rental")]
    | Annotated[AppointmentRequest, Tag("appointment")]
    | Annotated[EventRequest, Tag("event")],
    told_by_kind(RentalRequest, AppointmentRequest, EventRequest),
]
