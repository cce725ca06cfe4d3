"""Wire shapes of billing."""

from typing import Annotated

from pydantic import Tag

from kalends.core.wire import told_by_kind

from .appointments import AppointmentRequest as AppointmentRequest
from .appointments import PlaceIn as PlaceIn
from .appointments import ServiceWish as ServiceWish
from .quotes import AddonLine as AddonLine
from .quotes import PriceLineRead as PriceLineRead
from .quotes import PriceRead as PriceRead
from .quotes import QuoteRead as QuoteRead
from .quotes import RentalRequest as RentalRequest

# What can be priced at once. Who names no kind is understood by what else the body says.
QuoteRequest = Annotated[
    Annotated[RentalRequest, Tag("rental")] | Annotated[AppointmentRequest, Tag("appointment")],
    told_by_kind(RentalRequest, AppointmentRequest),
]
