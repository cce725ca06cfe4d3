"""The process of a dispute as data, and when one may be opened. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from kalends.core.principal import ActorKind
from kalends.core.process import Process, Transition

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator

LIVE = ("open", "under_review")
DISPUTABLE_STATES = frozenset({"completed", "pending_clearance", "released", "closed"})
MAX_NOTES = 20  # of each side

DISPUTE = Process(
    name="dispute",
    initial="open",
    transitions=(
        Transition(
            "open", (), "open", (_customer, _provider), effects=("keep_back", "tell_opened")
        ),
        Transition(
            "review", ("open",), "under_review", (_operator,), effects=("tell_under_review",)
        ),
        Transition(
            "resolve",
            ("under_review",),
            "resolved",
            (_operator,),
            effects=("settle", "tell_closed"),
        ),
        Transition(
            "refund",
            ("under_review",),
            "refunded",
            (_operator,),
            effects=("settle", "tell_closed"),
        ),
        Transition(
            "adjust",
            ("under_review",),
            "adjusted",
            (_operator,),
            effects=("settle", "tell_closed"),
        ),
    ),
)


class Hindrance(StrEnum):
    """Why a booking cannot be disputed."""

    not_completed = "not_completed"
    window_closed = "window_closed"


def hindrance(state: str, end: datetime, window_days: int, now: datetime) -> Hindrance | None:
    """Why a booking in this state, that ended then, cannot be disputed now; None when it can."""
    if state not in DISPUTABLE_STATES:
        return Hindrance.not_completed
    return None if now < end + timedelta(days=window_days) else Hindrance.window_closed
