"""Refusals of billing."""

from kalends.core.errors import Conflict, Invalid


class QuoteExpired(Conflict):
    code, status, title = "quote-expired", 409, "The quote has expired; ask for a new one"


class QuoteMismatch(Invalid):
    code, status, title = "quote-mismatch", 422, "The quote token does not belong to this request"


class AddonUnavailable(Conflict):
    code, status, title = "addon-unavailable", 409, "An add-on is not offered for this room"
