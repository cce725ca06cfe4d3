"""Invariant checkers of identity."""

from kalends.core.checks import Rows, check
from kalends.core.unit import Unit

from .repository import sessions


@check("E4", "a suspended user has no open session")
async def suspended_are_signed_out(unit: Unit) -> Rows:
    return await sessions.open_sessions_of_suspended(unit)
