"""The parts that several processes of bookings share."""

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Transition

_customer, _provider, _operator = ActorKind.customer, ActorKind.provider, ActorKind.operator
_gateway, _system = ActorKind.gateway, ActorKind.system

_OWING = ("confirmed", "completed", "pending_clearance", "released", "closed")
# In these a booking stands, and something may still be owed for it.
MAY_OWE = ("in_progress", *_OWING)

# The parts of a price that are paid after the booking stands. An unpaid balance ends as if the customer
# had cancelled; an unpaid extra only stays owed.
_BALANCE = (
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
)


def paying_later(*more: str) -> tuple[Transition, ...]:
    """These steps, for a process that knows `more` states in which something is still paid."""
    paying = tuple(
        Transition(
            name,
            (*more, *_OWING),
            None,
            (_gateway,),
            guards=(guard,),
            effects=("note_money", "tell_paid", "pass_on"),
        )
        for name, guard in (("pay_balance", "owes_balance"), ("pay_extra", "owes"))
    )
    return (*paying, *_BALANCE)


PAYING_LATER = paying_later()
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
