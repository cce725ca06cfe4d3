"""Write a message: render it, seal it, store it with its job, in the transaction of its cause.

A message is rendered when it is written, attachments included. So every attempt sends the same bytes, what
it says was true at that moment whatever happens later, and the mailbox shows exactly what left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kalends.core.ids import new_id
from kalends.core.ports import Attachment, Mail
from kalends.core.principal import ActorKind
from kalends.core.states import begin
from kalends.core.unit import Unit
from kalends.identity import Person

from .. import repository
from ..rules.payload import pack
from ..rules.processes import MESSAGE
from ..types import Channel
from .machine import MESSAGES
from .render import render


@dataclass(frozen=True, slots=True)
class Letter:
    """A message before it is rendered. The same template about the same `occasion` is told a person once."""

    template: str
    occasion: str
    to: Person
    facts: Mapping[str, Any]
    cc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


async def write_letter(unit: Unit, letter: Letter) -> None:
    """Store the letter and the job that sends it; do nothing when it was written before."""
    message_id = new_id()
    mail = _mail(unit, str(message_id), letter)
    sealed = unit.house.keyring.seal(pack(mail), context_of(message_id))
    message = repository.NewMessage(
        id=message_id,
        channel=Channel.mail.value,
        template=letter.template,
        dedupe_key=f"{letter.template}:{letter.occasion}:{letter.to.id}",
        address_digests=[address_digest(unit, address) for address in (mail.to, *mail.cc)],
        sealed=sealed,
    )
    row = await repository.add_message(unit, MESSAGE.name, message)
    if row is not None:
        await begin(unit, MESSAGES, row, ActorKind.system)
        unit.defer("notifications.send", message_id=str(message_id))


def address_digest(unit: Unit, address: str) -> str:
    """The fingerprint under which messages to an address are found; capitals make no difference."""
    return unit.house.keyring.digest("messages:address", address.strip().lower())


def context_of(message_id: object) -> str:
    """Where a sealed payload belongs; on another row it does not open."""
    return f"messages:payload:{message_id}"


def _mail(unit: Unit, message_id: str, letter: Letter) -> Mail:
    facts = {**letter.facts, "name": letter.to.name}
    rendered = render(unit.profile.branding, letter.template, facts)
    return Mail(
        message_id=message_id,
        to=letter.to.email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        cc=letter.cc,
        attachments=letter.attachments,
    )
