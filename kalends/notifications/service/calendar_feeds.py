"""The secret address at which calendar programs read somebody's bookings."""

import asyncio
import secrets

from kalends import bookings, identity
from kalends.core.edge import API_PREFIX
from kalends.core.errors import NotFound
from kalends.core.unit import Unit

from .. import repository
from .ical import feed_file

TOKEN_BYTES = 24
_PURPOSE = "calendar-feed"


async def new_feed(unit: Unit) -> str:
    """The address, which is told this once; only its digest is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await repository.set_feed(unit, unit.house.keyring.digest(_PURPOSE, token))
    return f"{unit.house.settings.base_url}{API_PREFIX}/calendars/{token}.ics"


async def close_feed(unit: Unit) -> None:
    await repository.drop_feed(unit)


async def read_feed(unit: Unit, token: str) -> bytes:
    """The calendar file. Raises NotFound for a token of nobody, and of somebody who is suspended."""
    digest = unit.house.keyring.digest(_PURPOSE, token)
    owner = await repository.owner_of_feed(unit, digest)
    if owner is None:
        raise NotFound
    person = await identity.get_person(unit, owner)
    if person.status is not identity.UserStatus.active:
        raise NotFound
    memberships = await identity.memberships_of(unit, owner)
    found = await bookings.bookings_of_person(unit, owner, memberships)
    return await asyncio.to_thread(feed_file, found, unit.profile.branding.name, unit.now)
