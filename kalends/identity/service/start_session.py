"""From a checked password to a session with its pair of tokens."""

from kalends.core.clock import real_now
from kalends.core.ids import new_id
from kalends.core.unit import Unit

from ..errors import SignInRefused
from ..repository import sessions
from ..types import AccessClaims, Account, Tokens
from .tokens import fingerprint, new_refresh_token, refresh_life, tokens_for

MAX_AGENT = 200


async def start_session(unit: Unit, account: Account, user_agent: str | None) -> Tokens:
    """Open a session for this account as it was read.

    Raises SignInRefused when the account was suspended, or its password changed, since then.
    """
    claims = AccessClaims(account.person.id, new_id(), account.token_version)
    secret = new_refresh_token()
    now = real_now()
    link = sessions.Link(fingerprint(unit.house, secret), now, now + refresh_life(unit.house))
    if not await sessions.open_session(unit, claims, _printable(user_agent), link):
        raise SignInRefused
    return tokens_for(unit.house, claims, secret)


def _printable(agent: str | None) -> str:
    return "".join(c for c in agent or "" if c.isprintable())[:MAX_AGENT]
