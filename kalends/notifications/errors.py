"""Refusals of this room."""

from kalends.core.errors import Problem


class LinkEnded(Problem):
    """It was used, its time is over, or the booking has moved on."""

    code, status, title = "link-ended", 410, "This link no longer works"
