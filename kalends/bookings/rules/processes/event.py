"""One organiser, many vendors: what becomes of the event, and of each vendor's line of it."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator
_gateway, _system = ActorKind.gateway, ActorKind.system
_ENDED = ("free_slot", "expire_payments", "refund_lines", "tell_cancelled")
_GIVEN_UP = ("free_slot", "expire_payments", "give_up")

EVENT = Process(
    name="event",
    initial="draft",
    money_states=frozenset({"confirmed", "in_progress", "completed"}),
    transitions=(
        Transition("create", (), "draft", (_customer, _operator)),
        # Every vendor's time is held, or nobody's.
        Transition(
            "submit",
            ("draft",),
            "awaiting_provider",
            (_customer,),
            guards=("before_start",),
            effects=("hold_lines", "ask_vendors"),
        ),
        Transition(
            "ready",
            ("awaiting_provider",),
            "awaiting_payment",
            (_system,),
            guards=("before_start",),
            effects=("hold_lines", "tell_due"),
        ),
        # A vendor thought better of it, or the organiser chose another one.
        Transition(
            "reopen",
            ("awaiting_payment",),
            "awaiting_provider",
            (_system,),
            effects=("expire_payments", "hold_lines"),
        ),
        Transition(
            "no_answer",
            ("awaiting_provider",),
            "cancelled",
            (_system,),
            clock=After("answer"),
            effects=_GIVEN_UP,
        ),
        Transition(
            "payment_timeout",
            ("awaiting_payment",),
            "cancelled",
            (_system,),
            clock=After("payment"),
            effects=_GIVEN_UP,
        ),
        Transition(
            "too_late",
            ("draft", "awaiting_provider", "awaiting_payment"),
            "cancelled",
            (_system,),
            clock=At("start"),
            effects=_GIVEN_UP,
        ),
        # Whoever pays so late that the balance would be due already pays everything at once.
        Transition(
            "drop_deposit",
            ("awaiting_payment",),
            None,
            (_system,),
            clock=At("start", before="balance_due", skip_past=True),
            guards=("agreed_deposit",),
            effects=("agree_on_all", "tell_due"),
        ),
        Transition(
            "pay",
            ("awaiting_payment",),
            "confirmed",
            (_gateway,),
            effects=("make_firm", "promise_first", "tell_confirmed"),
        ),
        Transition(
            "pay_balance",
            ("confirmed", "in_progress", "completed", "released", "closed"),
            None,
            (_gateway,),
            guards=("owes_balance",),
            effects=("note_money", "promise_rest", "unlock_late", "tell_paid"),
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
            effects=("wait_while_held", "free_slot", "expire_payments", "cancel_lines_by_tier"),
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
            "start",
            ("confirmed",),
            "in_progress",
            (_system, _operator),
            clock=At("start"),
            guards=("begun",),
            effects=("begin_event",),
        ),
        Transition(
            "complete",
            ("in_progress",),
            "completed",
            (_system, _operator),
            clock=At("end"),
            effects=("note_end", "tell_completed"),
        ),
        Transition(
            "force_complete",
            ("confirmed", "in_progress"),
            "completed",
            (_operator,),
            effects=("note_end", "tell_completed"),
        ),
        # What is left of the vendors' money falls due to them; what was promised to nobody is theirs as well.
        Transition(
            "release",
            ("completed",),
            "released",
            (_system,),
            clock=After("release"),
            effects=(
                "wait_while_held",
                "promise_rest",
                "unlock_lines",
                "release_rest",
                "tell_released",
            ),
        ),
        Transition("close", ("released",), "closed", (_system,), clock=After("close")),
        Transition(
            "cancel",
            ("draft", "awaiting_provider", "awaiting_payment", "confirmed", "in_progress"),
            "cancelled",
            (_customer, _operator),
            guards=("not_held",),
            effects=_ENDED,
        ),
        Transition(
            "override_cancel",
            (
                "draft",
                "awaiting_provider",
                "awaiting_payment",
                "confirmed",
                "in_progress",
                "completed",
            ),
            "cancelled",
            (_operator,),
            guards=("not_held",),
            effects=_ENDED,
        ),
    ),
)
_ANSWERABLE = ("pending", "countered", "approved", "declined")

EVENT_LINE = Process(
    name="event_line",
    initial="pending",
    transitions=(
        Transition("ask", (), "pending", (_customer, _operator)),
        Transition("approve", ("pending",), "approved", (_provider,), effects=("tell_answer",)),
        Transition(
            "decline",
            ("pending", "countered", "approved"),
            "declined",
            (_provider,),
            effects=("tell_answer",),
        ),
        # The last of several counter-offers is the one that may be accepted.
        Transition(
            "counter",
            ("pending", "countered"),
            "countered",
            (_provider,),
            effects=("tell_answer",),
        ),
        Transition("accept_counter", ("countered",), "approved", (_customer,)),
        Transition("replace", _ANSWERABLE, "replaced", (_customer,), effects=("tell_ended",)),
        Transition("remove", _ANSWERABLE, "removed", (_customer,), effects=("tell_ended",)),
        Transition(
            "cancel",
            _ANSWERABLE,
            "cancelled",
            (_customer, _operator, _system),
            effects=("tell_ended",),
        ),
    ),
)
