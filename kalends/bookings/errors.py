"""Refusals of bookings."""

from kalends.core.errors import Conflict, Invalid


class SlotTaken(Conflict):
    """Carries `reason` and `nearest`: free times of the same length."""

    code, status, title = "slot-taken", 409, "Somebody else has this time"


class SlotUnavailable(Invalid):
    """Carries `reason` (closed_that_day, in_the_past, …), the `blocked` parts and `nearest`."""

    code, status, title = "slot-unavailable", 422, "This time cannot be booked"


class TooManyHolds(Conflict):
    code, status, title = (
        "too-many-holds",
        409,
        "Pay for or cancel one of your unpaid bookings first",
    )


class PreviewExpired(Conflict):
    code, status, title = "preview-expired", 409, "What was shown no longer holds; look again"


class NothingToPay(Conflict):
    code, status, title = "nothing-to-pay", 409, "Nothing is due for this booking"


class OwnVenue(Conflict):
    code, status, title = "own-venue", 409, "You cannot book at a venue that you manage"
