"""When a booking may be reviewed, what reviews come to, and what is shown of who wrote them."""

from datetime import datetime, timedelta
from enum import StrEnum

REVIEWABLE_STATES = frozenset(
    {"completed", "pending_clearance", "released", "rating_pending", "closed"}
)
_LONGEST_NAME = 40


class Obstacle(StrEnum):
    """Why a booking cannot be reviewed."""

    not_completed = "not_completed"
    window_closed = "window_closed"
    not_part_of_it = "not_part_of_it"


def closes_at(end: datetime, window_days: int) -> datetime:
    """The moment from which the booking can no longer be reviewed."""
    return end + timedelta(days=window_days)


def obstacle(state: str, closing: datetime, now: datetime) -> Obstacle | None:
    """Why a booking in this state cannot be reviewed now; None when it can."""
    if state not in REVIEWABLE_STATES:
        return Obstacle.not_completed
    return None if now < closing else Obstacle.window_closed


def average_hundredths(stars: int, reviews: int) -> int | None:
    """The mean of `reviews` ratings that add up to `stars`, in hundredths of a star.

    Half a hundredth rounds up; None without reviews.
    """
    return (200 * stars + reviews) // (2 * reviews) if reviews else None


def first_name(name: str, otherwise: str) -> str:
    """What strangers read instead of a person's full name; `otherwise` for a person without one."""
    words = name.split()
    return words[0][:_LONGEST_NAME] if words else otherwise
