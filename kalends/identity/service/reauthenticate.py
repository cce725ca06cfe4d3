"""Giving the password again: the session counts as fresh from now on, and nothing else changes."""

from datetime import timedelta

import structlog

from kalends.core.clock import real_now
from kalends.core.errors import Unauthenticated
from kalends.core.house import House
from kalends.core.principal import Principal
from kalends.core.unit import open_unit

from ..access import access_own_account
from ..errors import WrongPassword
from ..repository import sessions
from ..schemas import Reauthenticated, Reauthentication
from ..types import AccessClaims
from .hashing import verify_password

_log = structlog.get_logger("kalends.identity")


async def reauthenticate(
    house: House, principal: Principal, request: Reauthentication
) -> Reauthenticated:
    """Raises WrongPassword, Unauthenticated for a session that ended meanwhile, Busy."""
    async with open_unit(house, principal, read_only=True) as unit:
        account = await access_own_account(unit)
    verification = await verify_password(account.password_hash, request.password)
    if not verification.matches:
        _log.warning("auth.failed", reason="reauthentication")
        raise WrongPassword
    assert principal.session_id is not None  # the edge lets in sessions only
    claims = AccessClaims(account.person.id, principal.session_id, account.token_version)
    now = real_now()
    async with open_unit(house, principal) as unit:
        if not await sessions.note_authenticated(unit, claims, now):
            raise Unauthenticated("this session has ended; sign in again")
    _log.info("auth.reauthenticated", user_id=str(account.person.id))
    return Reauthenticated(fresh_until=now + timedelta(minutes=house.profile.auth.fresh_minutes))
