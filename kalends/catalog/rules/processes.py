"""The processes of a provider, as data."""

from kalends.core.principal import ActorKind
from kalends.core.process import Process, Transition

_customer, _provider = ActorKind.customer, ActorKind.provider
_operator, _system = ActorKind.operator, ActorKind.system

_LATER = (
    Transition(
        "approve",
        ("pending", "needs_changes"),
        "active",
        (_operator, _system),
        effects=("tell_approved",),
    ),
    Transition(
        "ask_for_changes",
        ("pending", "active"),
        "needs_changes",
        (_operator,),
        effects=("tell_changes_wanted",),
    ),
    Transition(
        "resubmit", ("needs_changes",), "pending", (_provider,), effects=("tell_onboarded",)
    ),
    Transition(
        "suspend",
        ("pending", "needs_changes", "active"),
        "suspended",
        (_operator,),
        effects=("tell_suspended",),
    ),
    Transition("activate", ("suspended",), "active", (_operator,), effects=("tell_approved",)),
)
# Somebody signs up to sell. Where the profile approves by itself, the system does at once.
PROVIDER = Process(
    name="provider",
    initial="pending",
    transitions=(
        Transition("onboard", (), "pending", (_customer, _provider), effects=("tell_onboarded",)),
        *_LATER,
    ),
)
# An operator opens a place, and its provider with it: nothing is left to approve.
PLACED = Process(
    name="placed_provider",
    initial="active",
    transitions=(Transition("place", (), "active", (_operator, _system)), *_LATER),
)
