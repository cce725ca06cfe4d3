"""Wire shapes of billing."""

from .appointments import AppointmentRequest as AppointmentRequest
from .appointments import PlaceIn as PlaceIn
from .appointments import ServiceWish as ServiceWish
from .quotes import AddonLine as AddonLine
from .quotes import PriceLineRead as PriceLineRead
from .quotes import PriceRead as PriceRead
from .quotes import QuoteRead as QuoteRead
from .quotes import RentalRequest as RentalRequest
