"""The processes of bookings, as data. `kalends processes --mermaid` draws them."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator
_gateway, _system = ActorKind.gateway, ActorKind.system

RENTAL = Process(
    name="rental",
    initial="awaiting_payment",
    money_states=frozenset({"confirmed", "completed"}),
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
            clock=After("hold"),
            effects=("free_slot", "expire_payments", "tell_expired"),
        ),
        Transition(
            "reschedule",
            ("awaiting_payment", "confirmed"),
            None,
            (_customer, _provider, _operator),
            guards=("before_start",),
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
        Transition(
            "complete",
            ("confirmed",),
            "completed",
            (_system,),
            clock=At("end"),
            effects=("tell_completed",),
        ),
        Transition(
            "release",
            ("completed",),
            "released",
            (_system,),
            clock=After("release"),
            effects=("release_escrow", "tell_released"),
        ),
        Transition("close", ("released",), "closed", (_system,), clock=After("close")),
        Transition(
            "cancel",
            ("awaiting_payment", "confirmed"),
            "cancelled",
            (_customer, _provider, _operator),
            guards=("before_start",),
            effects=("free_slot", "expire_payments", "refund", "tell_cancelled"),
        ),
        Transition(
            "override_cancel",
            ("awaiting_payment", "confirmed", "completed"),
            "cancelled",
            (_operator,),
            effects=("free_slot", "expire_payments", "refund", "tell_cancelled"),
        ),
        Transition(
            "force_complete", ("confirmed",), "completed", (_operator,), effects=("tell_completed",)
        ),
    ),
)

PROCESSES = {process.name: process for process in (RENTAL,)}
