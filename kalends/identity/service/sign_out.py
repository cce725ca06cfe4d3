"""Sign-out: of this session or of all, as the profile says."""

from kalends.core.clock import real_now
from kalends.core.unit import Unit

from ..repository import sessions


async def sign_out(unit: Unit) -> None:
    """End the caller's session; with `auth.logout_scope = "all"` every session and every token."""
    now = real_now()
    if unit.profile.auth.logout_scope == "all":
        await sessions.end_sessions(unit, unit.user_id, now)
    elif unit.principal.session_id is not None:
        await sessions.revoke_session(unit, unit.principal.session_id, now)
