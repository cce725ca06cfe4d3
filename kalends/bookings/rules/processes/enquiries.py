"""Asking before booking: the enquiry, and the offers by which it asks one provider after another."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

_customer, _provider, _system = ActorKind.customer, ActorKind.provider, ActorKind.system

# Decline and expiry belong to an offer; the enquiry ends when its candidates do. A step from pending to
# pending begins the clock of that state anew.
ENQUIRY = Process(
    name="enquiry",
    initial="pending",
    transitions=(
        Transition("send", (), "pending", (_customer,), effects=("tell_sent",)),
        Transition("ask_next", ("pending",), "pending", (_system,), effects=("make_offer",)),
        Transition(
            "ask_consent", ("pending",), "pending", (_system,), effects=("note_consent_wanted",)
        ),
        Transition(
            "consent",
            ("pending",),
            "pending",
            (_customer,),
            guards=("consent_wanted",),
            effects=("agree_to_price",),
        ),
        Transition(
            "refuse_consent",
            ("pending",),
            "declined",
            (_customer,),
            guards=("consent_wanted",),
            effects=("tell_ended",),
        ),
        Transition(
            "consent_lapse",
            ("pending",),
            "expired",
            (_system,),
            clock=After("consent"),
            guards=("consent_wanted",),
            effects=("tell_ended",),
        ),
        Transition(
            "agree_terms",
            ("pending",),
            None,
            (_customer, _provider),
            guards=("without_haste",),
            effects=("take_terms",),
        ),
        Transition("accept", ("pending",), "accepted", (_provider,)),
        Transition("convert", ("accepted",), "converted", (_system,), effects=("tell_converted",)),
        Transition("decline", ("pending",), "declined", (_system,), effects=("tell_ended",)),
        Transition("expire", ("pending",), "expired", (_system,), effects=("tell_ended",)),
        Transition(
            "lapse",
            ("pending",),
            "expired",
            (_system,),
            clock=At("start"),
            effects=("end_offer", "tell_ended"),
        ),
        Transition(
            "grow_old",
            ("pending",),
            "expired",
            (_system,),
            clock=After("max_age"),
            guards=("without_haste",),
            effects=("end_offer", "tell_ended"),
        ),
        Transition(
            "withdraw",
            ("pending",),
            "withdrawn",
            (_customer,),
            effects=("end_offer", "tell_ended"),
        ),
    ),
)

OFFER = Process(
    name="offer",
    initial="offered",
    transitions=(
        Transition("offer", (), "offered", (_system,), effects=("tell_offered",)),
        Transition("accept", ("offered",), "accepted", (_provider,), guards=("in_time",)),
        Transition(
            "decline",
            ("offered",),
            "declined",
            (_provider,),
            guards=("in_time",),
            effects=("tell_offer_ended", "pass_on"),
        ),
        Transition(
            "expire",
            ("offered",),
            "expired",
            (_system,),
            clock=After("offer"),
            guards=("against_the_clock",),
            effects=("tell_offer_ended", "pass_on"),
        ),
        Transition(
            "lose",
            ("offered",),
            "withdrawn",
            (_system,),
            effects=("tell_offer_ended", "pass_on"),
        ),
        Transition(
            "withdraw",
            ("offered",),
            "withdrawn",
            (_customer, _system),
            effects=("tell_offer_ended",),
        ),
    ),
)
