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
    ),
)

REFUND = Process(
    name="refund",
    initial="requested",
    transitions=(
        Transition("request", (), "requested", (_customer, _operator, _system)),
        Transition("approve", ("requested",), "approved", (_operator, _system)),
        Transition("process", ("approved",), "processing", (_system,)),
        Transition(
            "complete", ("processing",), "completed", (_gateway, _system), effects=("give_back",)
        ),
        Transition("fail", ("processing",), "failed", (_gateway,)),
        Transition("retry", ("failed",), "processing", (_operator, _system)),
    ),
)
