"""Billing: what is owed. Prices, quotes, refund tiers, commission and tax: the arithmetic people argue about."""

from .errors import QuoteExpired as QuoteExpired
from .errors import QuoteMismatch as QuoteMismatch
from .rules.prices import AddonOrder as AddonOrder
from .rules.prices import Price as Price
from .rules.prices import PriceLine as PriceLine
from .rules.prices import rent as rent
from .rules.refunds import RefundQuote as RefundQuote
from .rules.refunds import refund_for as refund_for
from .rules.refunds import tier_percent as tier_percent
from .rules.settlement import Settlement as Settlement
from .rules.settlement import settle as settle
from .schemas import AddonLine as AddonLine
from .schemas import PriceLineRead as PriceLineRead
from .schemas import PriceRead as PriceRead
from .schemas import RentalRequest as RentalRequest
from .service.quotes import Quoted as Quoted
from .service.quotes import price_of as price_of
