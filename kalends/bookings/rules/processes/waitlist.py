"""Waiting for a time that is taken, and what becomes of the offer when it is free again."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

_customer, _system = ActorKind.customer, ActorKind.system

# An offer ends in one way for good: who lets it go has had their turn.
WAITLIST = Process(
    name="waitlist",
    initial="waiting",
    transitions=(
        Transition("join", (), "waiting", (_customer,)),
        Transition(
            "offer",
            ("waiting",),
            "offered",
            (_system,),
            effects=("hold_offer", "tell_waitlist_offer"),
        ),
        Transition(
            "accept",
            ("offered",),
            "accepted",
            (_customer,),
            guards=("in_time",),
            effects=("book_offer",),
        ),
        Transition("decline", ("offered",), "declined", (_customer,), effects=("free_offer",)),
        Transition(
            "expire",
            ("offered",),
            "expired",
            (_system,),
            clock=After("offer"),
            effects=("free_offer",),
        ),
        Transition("leave", ("waiting",), "left", (_customer,)),
        Transition("lapse", ("waiting",), "lapsed", (_system,), clock=At("start", before="lead")),
    ),
)
