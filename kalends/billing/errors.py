"""Refusals of billing."""

from kalends.core.errors import Conflict, Invalid


class QuoteExpired(Conflict):
    code, status, title = "quote-expired", 409, "The quote has expired; ask for a new one"


class QuoteMismatch(Invalid):
    code, status, title = "quote-mismatch", 422, "The quote token does not belong to this request"


class AddonUnavailable(Conflict):
    code, status, title = "addon-unavailable", 409, "An add-on is not offered for this room"


class RateInThePast(Invalid):
    code, status, title = "rate-in-the-past", 422, "A rate cannot change what has been sold"


class RatesExceedPrice(Invalid):
    code, status, title = (
        "rates-exceed-price",
        422,
        "Commission and taxes together would take more than the price",
    )


class TotalsDiffer(ValueError):
    """A document was to say something else than the journal: a bug of the caller."""


class SeriesExhausted(ValueError):
    """The next number would be longer than the law allows; give the profile a shorter prefix."""
