"""The process of a review, as data."""

from kalends.core.principal import ActorKind
from kalends.core.process import Process, Transition

_operator, _system = ActorKind.operator, ActorKind.system
_parties = (ActorKind.customer, ActorKind.provider, ActorKind.staff)

# Where reviews are moderated afterwards, the system publishes each as it is written.
REVIEW = Process(
    name="review",
    initial="pending",
    transitions=(
        Transition("write", (), "pending", _parties),
        Transition(
            "publish",
            ("pending", "hidden"),
            "published",
            (_operator, _system),
            effects=("rate_subject", "tell_posted"),
        ),
        Transition(
            "hide",
            ("pending", "published"),
            "hidden",
            (_operator,),
            effects=("rate_subject", "tell_hidden"),
        ),
    ),
)
