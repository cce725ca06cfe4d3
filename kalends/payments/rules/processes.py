"""The life of a payment and of a refund, as data."""

from kalends.core.principal import ActorKind
from kalends.core.process import At, Process, Transition

_customer, _system, _operator, _gateway = (
    ActorKind.customer,
    ActorKind.system,
    ActorKind.operator,
    ActorKind.gateway,
)
OPEN = ("created", "failed", "expired")
CAPTURED = ("captured", "partially_refunded")

PAYMENT = Process(
    name="payment",
    initial="created",
    transitions=(
        Transition("request", (), "created", (_customer, _system)),
        # A bank may say yes after it said no, or after we stopped waiting: money that came is taken.
        Transition("capture", OPEN, "captured", (_gateway, _customer), effects=("book_capture",)),
        Transition("fail", ("created",), "failed", (_gateway,), effects=("tell_failure",)),
        Transition("expire", ("created",), "expired", (_system,), At("end")),
        Transition("refund_part", CAPTURED, "partially_refunded", (_system,)),
        Transition("refund_rest", CAPTURED, "refunded", (_system,)),
        # What a card network took back, and gives back when the dispute is won.
        Transition("charge_back", CAPTURED, "charged_back", (_gateway,)),
        Transition("reinstate", ("charged_back",), "captured", (_gateway,)),
        Transition(
            "reinstate_part", ("charged_back", "refunded"), "partially_refunded", (_gateway,)
        ),
    ),
)

# A refund that counts: its shares are taken off the payments, its money has left escrow.
DECIDED = ("approved", "processing", "completed", "failed")

REFUND = Process(
    name="refund",
    initial="requested",
    transitions=(
        Transition("request", (), "requested", (_customer, _operator, _system)),
        Transition(
            "approve", ("requested",), "approved", (_operator, _system), effects=("reserve",)
        ),
        Transition("reject", ("requested",), "rejected", (_operator,), effects=("tell_rejected",)),
        Transition("process", ("approved",), "processing", (_system,), effects=("begin_attempt",)),
        Transition(
            "complete", ("processing",), "completed", (_gateway, _system), effects=("pay_out",)
        ),
        Transition("fail", ("processing",), "failed", (_gateway,), effects=("tell_failed",)),
        # A bank may send money back days after the gateway called it processed.
        Transition(
            "fail_late",
            ("completed",),
            "failed",
            (_gateway,),
            effects=("take_back", "tell_failed"),
        ),
        Transition(
            "retry", ("failed",), "processing", (_operator, _system), effects=("begin_attempt",)
        ),
        Transition("divert", ("failed",), "completed", (_operator,), effects=("divert",)),
    ),
)
