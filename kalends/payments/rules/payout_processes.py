"""The life of a bank account and of a payout, as data."""

from kalends.core.principal import ActorKind
from kalends.core.process import Process, Transition

_provider, _system, _operator, _gateway = (
    ActorKind.provider,
    ActorKind.system,
    ActorKind.operator,
    ActorKind.gateway,
)

BANK_ACCOUNT = Process(
    name="bank_account",
    initial="pending",
    transitions=(
        Transition("add", (), "pending", (_provider,)),
        Transition(
            "verify", ("pending", "rejected"), "verified", (_gateway, _operator), effects=("tell",)
        ),
        # The gateway also rejects a verified account, when a payout to it bounced for good.
        Transition(
            "reject", ("pending", "verified"), "rejected", (_gateway, _operator), effects=("tell",)
        ),
        # The bank could not tell: it is asked again.
        Transition("recheck", ("pending",), None, (_system, _gateway)),
        Transition("replace", ("pending", "verified"), "replaced", (_system,)),
    ),
)

# Shared by both kinds of payout. Only `send` leads to a gateway, and only from `eligible`.
_ON_THE_WAY = (
    Transition("approve", ("eligible",), None, (_operator, _system)),
    Transition("send", ("eligible",), "processing", (_system,), effects=("check_approved",)),
    Transition("pay", ("processing",), "paid", (_gateway,), effects=("book_paid", "tell")),
    # What a gateway called paid may still come back from the bank.
    Transition("fail", ("processing", "paid"), "failed", (_gateway,), effects=("restore", "tell")),
    Transition("reverse", ("paid",), "reversed", (_gateway,), effects=("restore", "tell")),
    Transition("hold", ("eligible",), "held", (_operator, _system), effects=("tell",)),
    Transition("release", ("held",), "eligible", (_operator, _system)),
    Transition(
        "cancel", ("eligible",), "cancelled", (_provider, _operator, _system), effects=("free",)
    ),
    Transition("cancel_held", ("held",), "cancelled", (_operator, _system), effects=("free",)),
    Transition("retry", ("failed",), "eligible", (_operator,), effects=("reserve", "tell")),
)

PAYOUT = Process(
    name="payout",
    initial="eligible",
    transitions=(
        Transition("request", (), "eligible", (_provider, _system), effects=("reserve", "tell")),
        *_ON_THE_WAY,
    ),
)

MILESTONE_PAYOUT = Process(
    name="milestone_payout",
    initial="locked",
    transitions=(
        Transition("create", (), "locked", (_system,)),
        Transition(
            "unlock", ("locked",), "eligible", (_provider, _system), effects=("reserve", "tell")
        ),
        # All of it went into what the provider owed: there is nothing to send.
        Transition("net", ("locked",), "cancelled", (_provider, _system)),
        Transition("hold_locked", ("locked",), "held", (_operator, _system), effects=("tell",)),
        Transition("relock", ("held",), "locked", (_operator, _system)),
        Transition("drop", ("locked",), "cancelled", (_system, _operator)),
        *_ON_THE_WAY,
    ),
)

OPEN = ("eligible", "processing")
