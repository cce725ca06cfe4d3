"""Step-up: what must not be done with a token that somebody found needs a password given a moment ago.

Real time counts here, as for every token: the marketplace's clock does not age a session.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from .clock import real_now
from .errors import ReauthenticationRequired
from .policy import Rule
from .profile import Profile


class Witness(Protocol):
    """Who remembers when a caller last proved who they are."""

    async def authenticated_at(self, session: AsyncSession, claims: Any) -> datetime | None: ...


async def check_fresh(
    rule: Rule, profile: Profile, witness: Witness, caller: tuple[AsyncSession, Any]
) -> None:
    """Raises ReauthenticationRequired where the rule asks for a password that was given just now."""
    if not rule.fresh or not profile.auth.fresh_minutes:
        return
    known = await witness.authenticated_at(*caller)
    if known is None or real_now() - known > timedelta(minutes=profile.auth.fresh_minutes):
        raise ReauthenticationRequired("give your password to POST /auth/reauthenticate first")
