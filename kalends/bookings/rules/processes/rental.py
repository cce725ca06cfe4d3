"""A hall by the hour."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

from .shared import PAYING_LATER, RELEASING

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator
_gateway, _system = ActorKind.gateway, ActorKind.system

RENTAL = Process(
    name="rental",
    initial="awaiting_payment",
    money_states=frozenset({"confirmed", "completed", "pending_clearance"}),
    transitions=(
        Transition(
            "create", (), "awaiting_payment", (_customer, _operator), effects=("tell_requested",)
        ),
        Transition(
            "pay",
            ("awaiting_payment",),
            "confirmed",
            (_gateway,),
            effects=("make_firm", "tell_confirmed"),
        ),
        Transition(
            "pay_late",
            ("expired",),
            "confirmed",
            (_gateway,),
            guards=("before_start",),
            effects=("win_back", "tell_confirmed"),
        ),
        Transition(
            "payment_timeout",
            ("awaiting_payment",),
            "expired",
            (_system,),
            clock=After("hold", by_start=True),
            effects=("free_slot", "expire_payments", "tell_expired"),
        ),
        Transition(
            "reschedule",
            ("awaiting_payment", "confirmed"),
            None,
            (_customer, _provider, _operator),
            guards=("before_start", "not_held"),
            effects=("swap_slot", "settle_difference", "tell_rescheduled"),
        ),
        Transition(
            "remind",
            ("confirmed",),
            None,
            (_system,),
            clock=At("start", before="reminder", skip_past=True),
            effects=("tell_reminder",),
        ),
        *PAYING_LATER,
        Transition(
            "complete",
            ("confirmed",),
            "completed",
            (_system,),
            clock=At("end"),
            effects=("tell_completed", "tell_due"),
        ),
        Transition(
            "complete_with_code",
            ("confirmed",),
            "completed",
            (_provider,),
            guards=("released_by_code", "begun", "not_held"),
            effects=("accept_code", "tell_completed", "tell_due"),
        ),
        *RELEASING,
        Transition("close", ("released",), "closed", (_system,), clock=After("close")),
        Transition(
            "cancel",
            ("awaiting_payment", "confirmed"),
            "cancelled",
            (_customer, _provider, _operator),
            guards=("before_start", "not_held"),
            effects=("free_slot", "expire_payments", "refund", "tell_cancelled"),
        ),
        Transition(
            "override_cancel",
            ("awaiting_payment", "confirmed", "completed", "pending_clearance"),
            "cancelled",
            (_operator,),
            guards=("not_held",),
            effects=("free_slot", "expire_payments", "refund", "tell_cancelled"),
        ),
        Transition(
            "force_complete",
            ("confirmed",),
            "completed",
            (_operator,),
            effects=("tell_completed", "tell_due"),
        ),
    ),
)
