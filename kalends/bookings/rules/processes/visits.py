"""An artist at your door (instant), and asked before and tried out (flexi)."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

from .shared import RELEASING

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator
_staff, _gateway, _system = ActorKind.staff, ActorKind.gateway, ActorKind.system
WHO_SERVES = (_provider, _staff)

ENDING = ("free_slot", "expire_payments", "refund", "tell_cancelled")
_ON_THE_WAY = ("preparing", "traveling", "arrived", "in_progress")
PAYING = (
    Transition(
        "pay",
        ("awaiting_payment",),
        "confirmed",
        (_gateway,),
        effects=("make_firm", "tell_confirmed"),
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
_PAY_LATE = Transition(
    "pay_late",
    ("expired",),
    "confirmed",
    (_gateway,),
    guards=("before_start",),
    effects=("win_back", "tell_confirmed"),
)
_JOURNEY = (
    Transition(
        "prepare",
        ("confirmed",),
        "preparing",
        (_system,),
        clock=At("start", before="prepare"),
        effects=("tell_reminder",),
    ),
    Transition("check_in", ("preparing",), None, WHO_SERVES, effects=("note_check_in",)),
    Transition(
        "start_journey",
        ("preparing",),
        "traveling",
        WHO_SERVES,
        effects=("note_departure", "tell_departed"),
    ),
    Transition(
        "arrive", ("traveling",), "arrived", WHO_SERVES, effects=("note_arrival", "tell_arrived")
    ),
    Transition(
        "start_service",
        ("arrived",),
        "in_progress",
        WHO_SERVES,
        effects=("note_start", "tell_started"),
    ),
    Transition(
        "complete_with_code",
        ("in_progress",),
        "completed",
        WHO_SERVES,
        guards=("released_by_code", "not_held"),
        effects=("accept_code", "note_end", "tell_completed"),
    ),
    # Whoever forgot to say how it went must not keep the money for ever: an operator looks at it.
    Transition(
        "leave_open",
        _ON_THE_WAY,
        "pending_clearance",
        (_system,),
        clock=After("overdue"),
        effects=("wait_while_held", "free_slot"),
    ),
)
_ABSENT = (
    Transition(
        "provider_no_show",
        ("confirmed", "preparing", "traveling"),
        "no_show",
        (_customer, _operator),
        guards=("provider_overdue", "not_held"),
        effects=("free_slot", "settle_absence"),
    ),
    Transition(
        "customer_no_show",
        ("arrived",),
        "no_show",
        (*WHO_SERVES, _operator),
        guards=("customer_overdue", "not_held"),
        effects=("free_slot", "settle_absence"),
    ),
)
_RATING = (
    Transition(
        "ask_rating",
        ("released",),
        "rating_pending",
        (_system,),
        clock=After("release"),
        effects=("tell_rating_wanted",),
    ),
    Transition("close", ("rating_pending",), "closed", (_system,), clock=After("close")),
)
_OPERATORS = (
    Transition(
        "override_cancel",
        ("awaiting_payment", "confirmed", *_ON_THE_WAY, "completed", "pending_clearance"),
        "cancelled",
        (_operator,),
        guards=("not_held",),
        effects=ENDING,
    ),
    Transition(
        "force_complete",
        ("confirmed", *_ON_THE_WAY),
        "completed",
        (_operator,),
        effects=("note_end", "tell_completed"),
    ),
)
_MONEY = frozenset({"confirmed", *_ON_THE_WAY, "completed", "pending_clearance"})


def _cancelling(*sources: str) -> Transition:
    """Before the journey starts: by tier for the customer, in full when the provider calls it off."""
    return Transition(
        "cancel",
        (*sources, "awaiting_payment", "confirmed", "preparing"),
        "cancelled",
        (_customer, _provider, _operator),
        guards=("not_held",),
        effects=ENDING,
    )


INSTANT = Process(
    name="instant",
    initial="awaiting_payment",
    money_states=_MONEY,
    transitions=(
        Transition(
            "create", (), "awaiting_payment", (_provider, _system), effects=("tell_requested",)
        ),
        *PAYING,
        _PAY_LATE,
        *_JOURNEY,
        *RELEASING,
        *_RATING,
        _cancelling(),
        *_ABSENT,
        *_OPERATORS,
    ),
)

FLEXI = Process(
    name="flexi",
    initial="awaiting_payment",
    money_states=_MONEY,
    transitions=(
        Transition(
            "create", (), "awaiting_payment", (_provider, _system), effects=("tell_requested",)
        ),
        Transition("create_with_trial", (), "trial_booked", (_provider, _system)),
        Transition(
            "complete_trial",
            ("trial_booked",),
            "trial_completed",
            (_system,),
            effects=("tell_trial_over",),
        ),
        Transition(
            "lose_trial",
            ("trial_booked",),
            "cancelled",
            (_system,),
            effects=("free_slot", "drop"),
        ),
        Transition(
            "confirm_trial",
            ("trial_completed",),
            "awaiting_payment",
            (_customer,),
            guards=("before_start",),
            effects=("hold_anew", "tell_requested"),
        ),
        Transition(
            "decline_trial",
            ("trial_completed",),
            "cancelled",
            (_customer,),
            effects=("free_slot", "drop"),
        ),
        Transition(
            "trial_undecided",
            ("trial_completed",),
            "cancelled",
            (_system,),
            clock=After("trial_decision"),
            effects=("free_slot", "drop"),
        ),
        Transition(
            "agree_terms",
            ("trial_booked", "trial_completed", "awaiting_payment"),
            None,
            (_customer, _provider),
            guards=("before_start",),
            effects=("swap_slot", "reprice_unpaid", "tell_rescheduled"),
        ),
        *PAYING,
        _PAY_LATE,
        Transition(
            "unpaid_at_start",
            ("trial_booked", "trial_completed", "awaiting_payment"),
            "expired",
            (_system,),
            clock=At("start"),
            effects=("free_slot", "expire_payments", "tell_expired"),
        ),
        *_JOURNEY,
        *RELEASING,
        *_RATING,
        _cancelling("trial_booked", "trial_completed"),
        *_ABSENT,
        *_OPERATORS,
    ),
)
