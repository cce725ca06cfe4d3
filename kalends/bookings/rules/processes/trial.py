"""A trial before the service: the same people try it out first."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

from .shared import RELEASING
from .visits import ENDING, PAYING, WHO_SERVES

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator
_system = ActorKind.system

# A booking of its own, with its own time, price and payment; what becomes of it moves the one that it is for.
TRIAL = Process(
    name="trial",
    initial="awaiting_payment",
    money_states=frozenset({"confirmed", "completed", "pending_clearance"}),
    transitions=(
        Transition(
            "create", (), "awaiting_payment", (_provider, _system), effects=("tell_requested",)
        ),
        Transition(
            "create_free", (), "confirmed", (_provider, _system), effects=("tell_confirmed",)
        ),
        *PAYING,  # and no later: what it was for ended with it
        Transition(
            "remind",
            ("confirmed",),
            None,
            (_system,),
            clock=At("start", before="reminder", skip_past=True),
            effects=("tell_reminder",),
        ),
        Transition(
            "complete",
            ("confirmed",),
            "completed",
            (_system,),
            clock=At("end"),
            effects=("tell_completed",),
        ),
        Transition(
            "complete_with_code",
            ("confirmed",),
            "completed",
            WHO_SERVES,
            guards=("released_by_code", "begun", "not_held"),
            effects=("accept_code", "tell_completed"),
        ),
        *RELEASING,
        Transition("close", ("released",), "closed", (_system,), clock=After("close")),
        Transition(
            "cancel",
            ("awaiting_payment", "confirmed"),
            "cancelled",
            (_customer, _provider, _operator),
            guards=("before_start", "not_held"),
            effects=ENDING,
        ),
        Transition(
            "call_off",
            ("awaiting_payment", "confirmed"),
            "cancelled",
            (_system,),
            effects=("free_slot", "expire_payments", "refund", "tell_cancelled"),
        ),
        Transition(
            "override_cancel",
            ("awaiting_payment", "confirmed", "completed", "pending_clearance"),
            "cancelled",
            (_operator,),
            guards=("not_held",),
            effects=ENDING,
        ),
        Transition(
            "force_complete", ("confirmed",), "completed", (_operator,), effects=("tell_completed",)
        ),
    ),
)
