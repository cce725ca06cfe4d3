"""The process of a review, as data."""

from kalends.core.principal import ActorKind
from kalends.core.process import Process, Transition

_customer, _operator, _system = ActorKind.customer, ActorKind.operator, ActorKind.system

# Where reviews are moderated afterwards, the system publishes each as it is written.
REVIEW = Process(
    name="review",
    initial="pending",
    transitions=(
        Transition("write", (), "pending", (_customer,)),
        Transition(
            "publish",
            ("pending", "hidden"),
            "published",
            (_operator, _system),
            effects=("rate_room", "tell_posted"),
        ),
        Transition(
            "hide",
            ("pending", "published"),
            "hidden",
            (_operator,),
            effects=("rate_room", "tell_hidden"),
        ),
    ),
)
