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


class SeriesClash(Conflict):
    """Carries `turns`: those that cannot be booked, each with `reason` and `nearest`. Nothing was booked."""

    code, status, title = "series-clash", 409, "Some bookings of the series cannot be made"


class FreeAlready(Conflict):
    """Carries `nearest`: what is free."""

    code, status, title = "free-already", 409, "There is nothing to wait for"


class AlreadyWaiting(Conflict):
    code, status, title = "already-waiting", 409, "You wait for some of this time already"


class TooManyWaits(Conflict):
    """Carries `limit`."""

    code, status, title = "too-many-waits", 409, "Leave one of the lines that you stand in first"


class VenueRequired(Invalid):
    code, status, title = "venue-required", 422, "An event needs a venue"


class PreviewExpired(Conflict):
    code, status, title = "preview-expired", 409, "What was shown no longer holds; look again"


class NothingToPay(Conflict):
    code, status, title = "nothing-to-pay", 409, "Nothing is due for this booking"


class TakesNoBookings(Conflict):
    code, status, title = "takes-no-bookings", 409, "This provider takes no bookings at the moment"


class OfferChanged(Conflict):
    """Carries `price`: what the vendor asks for now."""

    code, status, title = "offer-changed", 409, "The vendor has named another price meanwhile"


class TooManyChanges(Conflict):
    """Carries `limit`: how often it may be changed."""

    code, status, title = "too-many-changes", 409, "This has been changed too often; begin anew"


class OwnVenue(Conflict):
    code, status, title = "own-venue", 409, "You cannot book at a venue that you manage"


class WrongPurpose(Conflict):
    """Carries `purpose` and `amount`: what is to be paid next."""

    code, status, title = "wrong-purpose", 409, "Something else is to be paid first"


class BalanceFirst(Conflict):
    code, status, title = "balance-first", 409, "Pay the balance before moving the booking so close"


class BookingFrozen(Conflict):
    code, status, title = (
        "booking-frozen",
        409,
        "The money of this booking is kept back while a dispute is open",
    )


class ReleasePaused(Conflict):
    code, status, title = (
        "release-paused",
        409,
        "No money goes out at the moment; try again in a while",
    )


class NoCodeHere(Conflict):
    code, status, title = "no-code-here", 409, "This booking is not completed with a code"


class WrongCode(Conflict):
    """Carries `tries_left`; at 0 the customer has to ask for a new code."""

    code, status, title = "wrong-code", 409, "This is not the customer's code"


class ContactWithheld(Conflict):
    """Carries `reason`: state, or the marketplace's policy."""

    code, status, title = "contact-withheld", 409, "The contact is not shown now"


class TooManyCalendars(Conflict):
    code, status, title = "too-many-calendars", 409, "No more calendars are read for this"


class ChecklistOpen(Conflict):
    """Carries `missing`: the places of the steps in the list."""

    code, status, title = "checklist-open", 409, "A mandatory step of the work is not done"


class NobodyProposed(Conflict):
    code, status, title = "nobody-proposed", 409, "Nobody is proposed to come instead"


class NotFree(Conflict):
    code, status, title = "not-free", 409, "They cannot do this job at this time"


class DearerPrice(Conflict):
    """Carries `total`: what the booking would cost."""

    code, status, title = "dearer-price", 409, "A price never rises without your word"


class NothingToThankFor(Conflict):
    code, status, title = "nothing-to-thank-for", 409, "A tip can be given once the booking is over"


class TooManyEnquiries(Conflict):
    code, status, title = (
        "too-many-enquiries",
        409,
        "Wait for answers to your open enquiries, or withdraw one",
    )


class NoSuchTurn(Conflict):
    """Carries `state` of the enquiry: it is somebody else's turn, or nobody's any more."""

    code, status, title = "not-your-turn", 409, "This enquiry no longer waits for your answer"


class ProposalOutdated(Conflict):
    """Carries `version`: the proposal that is on the table, None without one."""

    code, status, title = "proposal-outdated", 409, "These terms are no longer on the table"
