"""Binds the process of a message to its table."""

from kalends.core.states import Machine, register

from .. import models, repository
from ..rules.processes import MESSAGE

MESSAGES = register(
    Machine(
        name="message",
        table=models.Message.metadata.tables["messages"],
        history=models.history,
        lock=repository.lock_message,
        processes={MESSAGE.name: MESSAGE},
    )
)
