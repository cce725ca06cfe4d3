"""Send a message: read in one unit, hand over outside, write down in the next."""

from uuid import UUID

from kalends.core.errors import TransitionNotAllowed
from kalends.core.failpoints import failpoint
from kalends.core.house import House
from kalends.core.ports import Mail
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import open_unit

from .. import repository
from ..rules.payload import unpack
from ..types import MessageState
from .machine import MESSAGES
from .write import context_of


async def send_message(house: House, message_id: UUID) -> None:
    """Hand the message to the mail port, unless it was sent before.

    Raises what the port raises, after noting the failure; the queue then tries again with the same
    Message-ID. Only a crash between the hand-over and the note can send a message a second time.
    """
    mail = await _still_to_send(house, message_id)
    if mail is None:
        return
    failpoint("notifications.before_send")
    try:
        await house.ports.mail.send(mail)
    except Exception as error:
        # The name only: what mail servers answer contains addresses.
        await _note(house, message_id, "fail", type(error).__name__)
        raise
    failpoint("notifications.after_send")
    await _note(house, message_id, "deliver")


async def _still_to_send(house: House, message_id: UUID) -> Mail | None:
    async with open_unit(house, read_only=True) as unit:
        row = await repository.message_content(unit, message_id)
        if row is None or row.state == MessageState.sent.value:
            return None
        packed = house.keyring.open(row.payload, context_of(message_id))
        return unpack(str(message_id), packed)


async def _note(house: House, message_id: UUID, transition: str, reason: str | None = None) -> None:
    async with open_unit(house) as unit:
        try:
            await fire(unit, MESSAGES, message_id, transition, Order(ActorKind.system, reason))
        except TransitionNotAllowed:
            return  # a second worker was at it too, and has noted that the message left
