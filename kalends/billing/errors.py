"""Refusals of billing."""

from kalends.core.errors import Conflict, Invalid, Problem


class QuoteExpired(Conflict):
    code, status, title = "quote-expired", 409, "The quote has expired; ask for a new one"


class QuoteMismatch(Invalid):
    code, status, title = "quote-mismatch", 422, "The quote token does not belong to this request"


class KindNotOffered(Invalid):
    code, status, title = (
        "kind-not-offered",
        422,
        "This marketplace takes no bookings of this kind",
    )


class StaffNotQualified(Invalid):
    code, status, title = "staff-not-qualified", 422, "This member does not do this service"


class AddonUnavailable(Conflict):
    code, status, title = "addon-unavailable", 409, "An add-on is not offered for this room"


class TooFarAway(Invalid):
    """Carries `max_km` and `distance_metres`."""

    code, status, title = "too-far-away", 422, "The provider does not travel that far"


class RateInThePast(Invalid):
    code, status, title = "rate-in-the-past", 422, "A rate cannot change what has been sold"


class RatesExceedPrice(Invalid):
    code, status, title = (
        "rates-exceed-price",
        422,
        "Commission and taxes together would take more than the price",
    )


class SubscriptionRequired(Problem):
    code, status, title = "subscription-required", 402, "Subscribe first"


class AlreadySubscribed(Conflict):
    code, status, title = "already-subscribed", 409, "You have a subscription that is paid for"


class UnknownPlan(Invalid):
    """Carries `plans`: what one may subscribe to."""

    code, status, title = "unknown-plan", 422, "There is no such plan"


class TotalsDiffer(ValueError):
    """A document was to say something else than the journal: a bug of the caller."""


class SeriesExhausted(ValueError):
    """The next number would be longer than the law allows; give the profile a shorter prefix."""
