"""The process of a message: it waits, and then it left or the last attempt failed."""

from kalends.core.principal import ActorKind
from kalends.core.process import Process, Transition

MESSAGE = Process(
    "message",
    "queued",
    (
        Transition("write", (), "queued", (ActorKind.system,)),
        Transition("deliver", ("queued", "failed"), "sent", (ActorKind.system,)),
        Transition("fail", ("queued", "failed"), "failed", (ActorKind.system,)),
    ),
)
