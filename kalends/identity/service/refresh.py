"""Refresh: a refresh token works once and is replaced by its one successor.

Somebody who brings a spent one may be a thief, or a second tab that was a moment too late. Within the
leeway it is refused and nothing else happens; later the whole session ends.
"""

from datetime import datetime, timedelta

import structlog

from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.unit import Unit, open_unit

from ..errors import RefreshRefused
from ..repository import sessions
from ..schemas import Refresh, TokensRead
from .tokens import fingerprint, new_refresh_token, refresh_life, tokens_for

_log = structlog.get_logger("kalends.identity")


async def refresh(house: House, body: Refresh | None, authorization: str | None) -> TokensRead:
    """Trade a refresh token, from the body or else from the header, for a new pair.

    Raises RefreshRefused; a session that ends because of it is closed before that.
    """
    spent = fingerprint(house, _presented(body, authorization))
    secret, now = new_refresh_token(), real_now()
    link = sessions.Link(fingerprint(house, secret), now, now + refresh_life(house))
    async with open_unit(house) as unit:
        claims = await sessions.rotate(unit, spent, link)
        if claims is None:
            await _look_at_reuse(unit, spent, now)
    if claims is None:
        raise RefreshRefused
    return TokensRead.of(tokens_for(house, claims, secret))


def _presented(body: Refresh | None, authorization: str | None) -> str:
    if body is not None:
        return body.refresh_token
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RefreshRefused("send the refresh token in the body, or as Authorization: Bearer")
    return token


async def _look_at_reuse(unit: Unit, token_hash: str, now: datetime) -> None:
    found = await sessions.find_spent(unit, token_hash)
    if found is None or found.rotated_at is None or not found.session_open:
        return
    leeway = timedelta(seconds=unit.profile.auth.refresh_leeway_seconds)
    if now - found.rotated_at <= leeway:
        return
    await sessions.revoke_session(unit, found.session_id, now)
    _log.warning(
        "auth.refresh_reused", user_id=str(found.user_id), session_id=str(found.session_id)
    )
