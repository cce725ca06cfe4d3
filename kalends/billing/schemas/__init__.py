"""Wire shapes of billing."""

from .quotes import AddonLine as AddonLine
from .quotes import PriceLineRead as PriceLineRead
from .quotes import PriceRead as PriceRead
from .quotes import QuoteRead as QuoteRead
from .quotes import RentalRequest as RentalRequest
