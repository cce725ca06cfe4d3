"""Somebody's time, by the slot: paid and approved in either order, done by staff, paid out after a day."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

from .shared import RELEASING, paying_later

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator
_staff, _gateway, _system = ActorKind.staff, ActorKind.gateway, ActorKind.system
_who_serves = (_staff, _provider)

_ENDING = ("free_slot", "expire_payments", "refund", "tell_cancelled")
# While a card network may take the money back, nobody else gets it.
_FAILING = ("wait_while_held", "free_slot", "expire_payments", "cancel_in_full")
# Money that comes for a booking that somebody has to approve yet is kept, and the provider is asked.
_PAYING = (
    Transition(
        "pay",
        ("awaiting_payment",),
        "confirmed",
        (_gateway,),
        guards=("before_start", "approval_given"),
        effects=("make_firm", "tell_confirmed"),
    ),
    Transition(
        "pay_unapproved",
        ("awaiting_payment",),
        "awaiting_provider",
        (_gateway,),
        guards=("before_start", "approval_missing"),
        effects=("make_firm", "note_money", "ask_provider"),
    ),
    Transition(
        "pay_late",
        ("expired",),
        "confirmed",
        (_gateway,),
        guards=("before_start", "approval_given"),
        effects=("win_back", "tell_confirmed"),
    ),
    Transition(
        "pay_late_unapproved",
        ("expired",),
        "awaiting_provider",
        (_gateway,),
        guards=("before_start", "approval_missing"),
        effects=("win_back", "note_money", "ask_provider"),
    ),
    Transition(
        "payment_timeout",
        ("awaiting_payment",),
        "expired",
        (_system,),
        clock=After("hold", by_start=True),
        effects=("free_slot", "expire_payments", "tell_expired"),
    ),
)
_APPROVING = (
    Transition(
        "approve",
        ("awaiting_provider",),
        "confirmed",
        _who_serves,
        guards=("something_paid", "before_start"),
        effects=("note_approval", "tell_confirmed"),
    ),
    Transition(
        "approve_unpaid",
        ("awaiting_provider",),
        "awaiting_payment",
        _who_serves,
        guards=("nothing_paid", "before_start"),
        effects=("note_approval", "hold_anew"),
    ),
    Transition(
        "approve_ahead",
        ("awaiting_payment",),
        None,
        _who_serves,
        guards=("approval_missing", "before_start"),
        effects=("note_approval",),
    ),
    Transition(
        "unapproved",
        ("awaiting_provider",),
        "cancelled",
        (_system,),
        clock=After("approval", by_start=True),
        guards=("something_paid",),
        effects=_FAILING,
    ),
    Transition(
        "never_approved",
        ("awaiting_provider",),
        "expired",
        (_system,),
        clock=After("approval", by_start=True),
        guards=("nothing_paid",),
        effects=("free_slot", "expire_payments", "tell_expired"),
    ),
)
# Whoever was booked cannot come. The time stays taken until the customer has somebody else or gives up.
_RECOVERING = (
    Transition(
        "decline",
        ("awaiting_provider", "confirmed"),
        "declined_with_option",
        _who_serves,
        guards=("before_start",),
        effects=("note_decline", "keep_time", "propose_replacement"),
    ),
    Transition(
        "accept_replacement",
        ("declined_with_option",),
        "confirmed",
        (_customer,),
        guards=("before_start", "something_paid"),
        effects=("take_replacement", "tell_confirmed"),
    ),
    Transition(
        "accept_replacement_unpaid",
        ("declined_with_option",),
        "awaiting_provider",
        (_customer,),
        guards=("before_start", "nothing_paid"),
        effects=("take_replacement", "ask_provider"),
    ),
    Transition(
        "choose_other",
        ("declined_with_option",),
        "confirmed",
        (_customer,),
        guards=("before_start", "something_paid"),
        effects=("take_replacement", "tell_confirmed"),
    ),
    Transition(
        "choose_other_unpaid",
        ("declined_with_option",),
        "awaiting_provider",
        (_customer,),
        guards=("before_start", "nothing_paid"),
        effects=("take_replacement", "ask_provider"),
    ),
    Transition(
        "alert_owner",
        ("declined_with_option",),
        None,
        (_system,),
        clock=After("at_risk", skip_past=True),
        effects=("alert_owner",),
    ),
    Transition(
        "never_replaced",
        ("declined_with_option",),
        "cancelled",
        (_system,),
        clock=At("start"),
        effects=_FAILING,
    ),
)
_WORKING = (
    Transition(
        "remind",
        ("confirmed",),
        None,
        (_system,),
        clock=At("start", before="reminder", skip_past=True),
        effects=("tell_reminder",),
    ),
    Transition(
        "start",
        ("confirmed",),
        "in_progress",
        _who_serves,
        guards=("nearly_begun",),
        effects=("note_start", "tell_started"),
    ),
    Transition(
        "overrun",
        ("in_progress",),
        None,
        (_system,),
        clock=At("end", skip_past=True),
        effects=("alert_next",),
    ),
    Transition("add_extra", ("in_progress",), None, _who_serves, effects=("add_lines",)),
    Transition(
        "complete",
        ("in_progress",),
        "completed",
        _who_serves,
        effects=("check_checklist", "finish_job", "tell_completed", "tell_due"),
    ),
    # Nobody said that it did not happen, nobody said that it is over: money must not wait for ever.
    Transition(
        "presume_done",
        ("confirmed", "in_progress"),
        "completed",
        (_system,),
        clock=At("end", after="silence"),
        effects=("finish_job", "tell_completed", "tell_due"),
    ),
    Transition(
        "customer_no_show",
        ("confirmed",),
        "no_show",
        (*_who_serves, _operator),
        guards=("customer_overdue", "not_held"),
        effects=("free_slot", "expire_payments", "settle_absence"),
    ),
    Transition(
        "provider_no_show",
        ("confirmed",),
        "no_show",
        (_customer, _operator),
        guards=("provider_overdue", "not_held"),
        effects=("free_slot", "expire_payments", "settle_absence"),
    ),
)
_CHANGING = (
    Transition(
        "reschedule",
        ("awaiting_payment", "awaiting_provider", "confirmed"),
        None,
        (_customer, _provider, _operator),
        guards=("before_start", "not_held"),
        effects=("swap_slot", "settle_difference", "tell_rescheduled"),
    ),
    Transition(
        "drop_line",
        ("awaiting_payment", "awaiting_provider", "confirmed"),
        None,
        (_customer, _provider, _operator),
        guards=("before_start", "not_held"),
        effects=("take_line_out", "tell_line_dropped"),
    ),
    Transition(
        "cancel",
        ("awaiting_payment", "awaiting_provider", "confirmed", "declined_with_option"),
        "cancelled",
        (_customer, _provider, _operator),
        guards=("before_start", "not_held"),
        effects=_ENDING,
    ),
    Transition(
        "override_cancel",
        (
            "awaiting_payment",
            "awaiting_provider",
            "confirmed",
            "declined_with_option",
            "in_progress",
            "completed",
            "pending_clearance",
        ),
        "cancelled",
        (_operator,),
        guards=("not_held",),
        effects=_ENDING,
    ),
    Transition(
        "force_complete",
        ("confirmed", "in_progress"),
        "completed",
        (_operator,),
        effects=("finish_job", "tell_completed", "tell_due"),
    ),
)

APPOINTMENT = Process(
    name="appointment",
    initial="awaiting_payment",
    money_states=frozenset(
        {
            "awaiting_provider",
            "confirmed",
            "declined_with_option",
            "in_progress",
            "completed",
            "pending_clearance",
        }
    ),
    transitions=(
        Transition(
            "create", (), "awaiting_payment", (_customer, _operator), effects=("tell_requested",)
        ),
        Transition(
            "request", (), "awaiting_provider", (_customer, _operator), effects=("ask_provider",)
        ),
        *_PAYING,
        *_APPROVING,
        *_RECOVERING,
        *_WORKING,
        *paying_later("in_progress"),
        *RELEASING,
        Transition("close", ("released",), "closed", (_system,), clock=After("close")),
        *_CHANGING,
    ),
)
