"""The processes of bookings, as data. `kalends processes --mermaid` draws them."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator
_gateway, _system = ActorKind.gateway, ActorKind.system

# In these a booking stands, and something may still be owed for it.
MAY_OWE = ("confirmed", "completed", "pending_clearance", "released", "closed")

# The parts of a price that are paid after the booking stands. An unpaid balance ends as if the customer
# had cancelled; an unpaid extra only stays owed.
PAYING_LATER = (
    Transition(
        "pay_balance",
        ("confirmed",),
        None,
        (_gateway,),
        guards=("owes_balance",),
        effects=("note_money", "tell_paid"),
    ),
    Transition(
        "remind_balance",
        ("confirmed",),
        None,
        (_system,),
        clock=At("start", before="balance_due", skip_past=True),
        guards=("owes_balance",),
        effects=("tell_due",),
    ),
    Transition(
        "balance_unpaid",
        ("confirmed",),
        "cancelled",
        (_system,),
        clock=At("start", before="balance_end"),
        guards=("owes_balance",),
        effects=("wait_while_held", "free_slot", "expire_payments", "cancel_by_tier"),
    ),
    Transition(
        "pay_extra",
        MAY_OWE,
        None,
        (_gateway,),
        guards=("owes",),
        effects=("note_money", "tell_paid", "pass_on"),
    ),
)
_PAYOUT = ("release_escrow", "tell_released")
# From the end of the service to the provider's money: at once, or after somebody's word, by the rule that
# the booking froze. An operator may always say it.
RELEASING = (
    Transition(
        "release",
        ("completed",),
        "released",
        (_system,),
        clock=After("release"),
        guards=("released_at_once",),
        effects=("wait_while_held", *_PAYOUT),
    ),
    Transition(
        "await_clearance",
        ("completed",),
        "pending_clearance",
        (_system,),
        clock=After("release"),
        guards=("released_later",),
    ),
    Transition(
        "confirm_release",
        ("pending_clearance",),
        "released",
        (_customer,),
        guards=("released_by_customer", "not_held"),
        effects=_PAYOUT,
    ),
    Transition(
        "auto_release",
        ("pending_clearance",),
        "released",
        (_system,),
        clock=After("auto_release"),
        guards=("released_by_customer",),
        effects=("wait_while_held", *_PAYOUT),
    ),
    Transition(
        "release_with_code",
        ("pending_clearance",),
        "released",
        (_provider,),
        guards=("released_by_code", "not_held"),
        effects=("accept_code", *_PAYOUT),
    ),
    Transition(
        "approve_release",
        ("pending_clearance",),
        "released",
        (_operator,),
        guards=("not_held",),
        effects=_PAYOUT,
    ),
)

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
            clock=After("hold"),
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

PROCESSES = {process.name: process for process in (RENTAL,)}
