"""Refusals of reviews and disputes."""

from kalends.core.errors import Conflict, Problem


class AlreadyReviewed(Conflict):
    code, status, title = "already-reviewed", 409, "You have reviewed this booking"


class NotReviewable(Conflict):
    """Carries `reason`: not_completed, window_closed or not_part_of_it."""

    code, status, title = "not-reviewable", 409, "This booking cannot be reviewed now"


class NotDisputable(Conflict):
    """Carries `reason`: not_completed, window_closed or nothing_left."""

    code, status, title = "not-disputable", 409, "This booking cannot be disputed now"


class AlreadyDisputed(Conflict):
    code, status, title = "already-disputed", 409, "A dispute about this booking is open"


class DisputeOver(Conflict):
    code, status, title = "dispute-over", 409, "This dispute has been decided"


class TooManyNotes(Conflict):
    code, status, title = "too-many-notes", 409, "Your side has written enough notes"


class NothingToGiveBack(Conflict):
    code, status, title = "nothing-to-give-back", 409, "All of the money is back already"


class OutcomeImpossible(Problem):
    """Carries `left`: what may still be given back, in minor units."""

    code, status, title = "outcome-impossible", 422, "The amount does not fit this dispute"
