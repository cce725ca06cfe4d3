"""The links of a letter: made with it, known again by their signature and digest, used once.

A token is the link's id and a secret, signed. A forged one costs no statement, and who reads the table
cannot make one.
"""

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kalends import bookings, identity
from kalends.bookings import BookingFacts
from kalends.core.errors import NotFound
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind, Principal
from kalends.core.unit import Unit, open_unit

from .. import repository
from ..errors import LinkEnded
from ..types import Act, Link

PATH = "/links/"
PURPOSE = "booking-link"
KEPT = timedelta(days=30)
_ID, _SECRET, _SIGNATURE = (
    16,
    25,
    16,
)  # 57 bytes: whole letters, so that no other text means the same


@dataclass(frozen=True, slots=True)
class Offered:
    """The addresses that a letter tells, where the act is possible, and until when they work."""

    cancel: str | None
    reschedule: str | None
    until: datetime


async def offer_links(unit: Unit, booking: BookingFacts) -> Offered | None:
    """Make the links for what the customer may do with the booking now; None when there is nothing."""
    hours = unit.profile.booking.link_hours
    until = min(unit.now + timedelta(hours=hours), booking.start)
    possible = bookings.actions_of(unit, booking, frozenset({ActorKind.customer}))
    acts = [act for act in Act if act.value in possible]
    if until <= unit.now or not acts:
        return None
    made = [Link(new_id(), booking.id, booking.customer_id, act) for act in acts]
    tokens = {link.act: _token(unit, link.id) for link in made}
    stored = [(link, _digest(unit, tokens[link.act])) for link in made]
    await repository.add_links(unit, stored, until)
    urls = {act: f"{unit.house.settings.base_url}{PATH}{token}" for act, token in tokens.items()}
    return Offered(urls.get(Act.cancel), urls.get(Act.reschedule), until)


async def open_link(unit: Unit, token: str) -> Link:
    """The link of that token, whose customer acts in this unit from now on.

    Raises NotFound for a token that is none of ours, and LinkEnded.
    """
    return await _opened(unit, token, await repository.find_link(unit, _id_in(unit, token)))


async def use_link(unit: Unit, token: str) -> Link:
    """As `open_link`; whoever comes second waits, and finds it used when this unit commits."""
    link = await _opened(unit, token, await repository.lock_link(unit, _id_in(unit, token)))
    await repository.use_link(unit, link.id)
    return link


async def forget_links(house: House) -> None:
    async with open_unit(house) as unit:
        await repository.forget_links(unit, unit.now - KEPT)


async def _opened(unit: Unit, token: str, row: Any | None) -> Link:
    if row is None or not hmac.compare_digest(row.digest, _digest(unit, token)):
        raise NotFound
    if row.used_at is not None:
        raise LinkEnded("this link has been used; each works once")
    if row.expires_at <= unit.now:
        raise LinkEnded("the time of this link is over")
    customer = await identity.get_person(unit, row.user_id)
    if customer.status is not identity.UserStatus.active:
        raise NotFound
    unit.principal = Principal(ActorKind.customer, row.user_id)
    return Link(row.id, row.booking_id, row.user_id, Act(row.act))


def _token(unit: Unit, link_id: UUID) -> str:
    body = link_id.bytes + secrets.token_bytes(_SECRET)
    return base64.urlsafe_b64encode(body + unit.house.keyring.sign(PURPOSE, body)).decode()


def _id_in(unit: Unit, token: str) -> UUID:
    """The id of the link, from a token that we have signed. Raises NotFound."""
    try:
        signed = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotFound from None
    body, signature = signed[:-_SIGNATURE], signed[-_SIGNATURE:]
    genuine = hmac.compare_digest(signature, unit.house.keyring.sign(PURPOSE, body))
    if not genuine or len(body) != _ID + _SECRET:
        raise NotFound
    return UUID(bytes=body[:_ID])


def _digest(unit: Unit, token: str) -> str:
    return unit.house.keyring.digest(PURPOSE, token)
