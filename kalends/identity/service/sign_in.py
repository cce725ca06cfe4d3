"""Sign-in by e-mail and password: the same work and the same answer for everybody who fails."""

import structlog

from kalends.core.house import House
from kalends.core.unit import open_unit

from ..errors import SignInRefused
from ..repository import users
from ..schemas import SignedIn, SignIn
from ..types import Account, UserStatus
from .hashing import verify_password
from .start_session import start_session

_log = structlog.get_logger("kalends.identity")


async def sign_in(house: House, request: SignIn, user_agent: str | None) -> SignedIn:
    """Open a session. Raises SignInRefused, Busy."""
    return await _sign_in(house, request, user_agent, operators_only=False)


async def sign_in_operator(house: House, request: SignIn, user_agent: str | None) -> SignedIn:
    """The same for operators; anybody else gets the same refusal. Raises SignInRefused, Busy."""
    return await _sign_in(house, request, user_agent, operators_only=True)


async def _sign_in(
    house: House, request: SignIn, user_agent: str | None, *, operators_only: bool
) -> SignedIn:
    async with open_unit(house, read_only=True) as unit:
        account = await users.find_account_by_email(unit, request.email)
    stored = account.password_hash if account else None
    verification = await verify_password(stored, request.password)
    if account is None or not verification.matches:
        raise _refused("credentials")
    if not _may_enter(account, operators_only=operators_only):
        raise _refused("not_allowed")
    async with open_unit(house) as unit:
        if verification.upgraded:
            old = account.password_hash
            await users.replace_hash(unit, account.person.id, old, verification.upgraded)
        tokens = await start_session(unit, account, user_agent)
    _log.info("auth.signed_in", user_id=str(account.person.id))
    return SignedIn.for_account(account, tokens)


def _may_enter(account: Account, *, operators_only: bool) -> bool:
    if account.person.status is not UserStatus.active:
        return False
    return bool(account.platform_roles) or not operators_only


def _refused(reason: str) -> SignInRefused:
    _log.warning("auth.failed", reason=reason)
    return SignInRefused()
