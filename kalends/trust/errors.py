"""Refusals of reviews."""

from kalends.core.errors import Conflict


class AlreadyReviewed(Conflict):
    code, status, title = "already-reviewed", 409, "You have reviewed this booking"


class NotReviewable(Conflict):
    """Carries `reason`: not_completed or window_closed."""

    code, status, title = "not-reviewable", 409, "This booking cannot be reviewed now"
