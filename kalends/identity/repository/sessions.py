"""Sessions and refresh tokens: each step is one statement, so that races have one winner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.ids import new_id
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..models import RefreshToken, Session, User
from ..types import AccessClaims, SessionFacts

# FOR SHARE waits for a suspension or a password change that is under way, and then finds no row.
_OPEN = text("""
    WITH person AS (
        SELECT id, token_version FROM users
        WHERE id = :user AND status = 'active' AND token_version = :version FOR SHARE
    ), opened AS (
        INSERT INTO sessions
            (id, user_id, user_agent, created_at, last_used_at, authenticated_at, expires_at)
        SELECT :session, id, :agent, :now, :now, :now, :expires FROM person RETURNING id
    )
    INSERT INTO refresh_tokens (id, session_id, token_hash, created_at)
    SELECT :link, id, :hash, :now FROM opened RETURNING session_id
""")
_ROTATE = text("""
    WITH spent AS (
        UPDATE refresh_tokens AS t SET rotated_at = :now
        FROM sessions AS s JOIN users AS u ON u.id = s.user_id
        WHERE t.token_hash = :old AND t.rotated_at IS NULL AND s.id = t.session_id
          AND s.revoked_at IS NULL AND s.expires_at > :now AND u.status = 'active'
        RETURNING t.id, s.id AS session_id, u.id AS user_id, u.token_version
    ), renewed AS (
        UPDATE sessions SET last_used_at = :now, expires_at = :expires
        FROM spent WHERE sessions.id = spent.session_id
    ), minted AS (
        INSERT INTO refresh_tokens (id, session_id, token_hash, parent_id, created_at)
        SELECT :link, session_id, :hash, id, :now FROM spent
    )
    SELECT user_id, session_id, token_version FROM spent
""")
# Finds nobody when the account is suspended, the session closed, or every token of the user ended.
CALLER = """
    SELECT kalends_now() AS now, u.id AS user_id,
           (SELECT json_agg(r.role) FROM platform_roles r WHERE r.user_id = u.id)::text AS roles,
           (SELECT json_agg(json_build_object(
                       'role', m.role, 'provider_id', m.provider_id, 'place_id', m.place_id))
            FROM memberships m WHERE m.user_id = u.id)::text AS memberships
    FROM users u JOIN sessions s ON s.user_id = u.id
    WHERE u.id = :caller_user AND u.status = 'active' AND u.token_version = :caller_version
      AND s.id = :caller_session AND s.revoked_at IS NULL
"""
_RECOGNISE = text(CALLER)
_OPEN_OF_SUSPENDED = text("""
    SELECT s.id AS session_id, u.id AS user_id FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.revoked_at IS NULL AND u.status <> 'active' LIMIT 100
""")


@dataclass(frozen=True, slots=True)
class Link:
    """A new refresh token's fingerprint and the times that go with it; all real time."""

    token_hash: str
    now: datetime
    expires_at: datetime

    def values(self) -> dict[str, Any]:
        return {
            "link": new_id(),
            "hash": self.token_hash,
            "now": self.now,
            "expires": self.expires_at,
        }


@dataclass(frozen=True, slots=True)
class SpentToken:
    """A refresh token that could not be used: when it was, and whose session it belongs to."""

    session_id: UUID
    user_id: UUID
    rotated_at: datetime | None
    session_open: bool


async def recognise(session: AsyncSession, claims: AccessClaims) -> Row[Any] | None:
    """All that the edge must know about a caller, in one statement; None for nobody we know."""
    return (await session.execute(_RECOGNISE, caller_values(claims))).first()


def caller_values(claims: AccessClaims) -> dict[str, Any]:
    """The values of `CALLER`."""
    return {
        "caller_user": claims.user_id,
        "caller_session": claims.session_id,
        "caller_version": claims.version,
    }


async def open_session(unit: Unit, claims: AccessClaims, agent: str, link: Link) -> bool:
    """Store a session with its first refresh token; False when the account changed meanwhile."""
    values = {
        "user": claims.user_id,
        "version": claims.version,
        "session": claims.session_id,
        "agent": agent,
    }
    row = (await unit.session.execute(_OPEN, values | link.values())).first()
    return row is not None


async def rotate(unit: Unit, old_hash: str, link: Link) -> AccessClaims | None:
    """Spend a refresh token for its one successor; None when it is spent, closed or unknown."""
    row = (await unit.session.execute(_ROTATE, {"old": old_hash} | link.values())).first()
    return AccessClaims(row.user_id, row.session_id, row.token_version) if row else None


async def find_spent(unit: Unit, token_hash: str) -> SpentToken | None:
    query = (
        select(
            Session.id,
            Session.user_id,
            RefreshToken.rotated_at,
            Session.revoked_at.is_(None).label("open"),
        )
        .join(RefreshToken, RefreshToken.session_id == Session.id)
        .where(RefreshToken.token_hash == bindparam("hash"))
    )
    row = (await unit.session.execute(query, {"hash": token_hash})).first()
    return SpentToken(row.id, row.user_id, row.rotated_at, row.open) if row else None


async def authenticated_at(session: AsyncSession, session_id: UUID) -> datetime | None:
    """When the password was given last in this session; None for one that is closed or unknown."""
    query = select(Session.authenticated_at).where(
        Session.id == session_id, Session.revoked_at.is_(None)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def note_authenticated(unit: Unit, claims: AccessClaims, at: datetime) -> bool:
    """The password was given again; False when the session, or every token of the user, ended meanwhile."""
    alive = select(User.id).where(
        User.id == claims.user_id,
        User.token_version == claims.version,
        User.status == "active",
    )
    statement = (
        update(Session)
        .where(
            Session.id == claims.session_id,
            Session.revoked_at.is_(None),
            Session.user_id.in_(alive),
        )
        .values(authenticated_at=at)
        .returning(Session.id)
    )
    return (await unit.session.execute(statement)).first() is not None


async def revoke_session(unit: Unit, session_id: UUID, at: datetime) -> None:
    still_open = (Session.id == session_id, Session.revoked_at.is_(None))
    await unit.session.execute(update(Session).where(*still_open).values(revoked_at=at))


async def end_sessions(unit: Unit, user_id: UUID, at: datetime) -> None:
    """Let every token of the user die and close all sessions.

    Two statements on purpose: a sign-in that holds the user's row commits while the first one waits, and
    the second one then sees its session.
    """
    raised = {"token_version": User.token_version + 1}
    await unit.session.execute(update(User).where(User.id == user_id).values(raised))
    still_open = (Session.user_id == user_id, Session.revoked_at.is_(None))
    await unit.session.execute(update(Session).where(*still_open).values(revoked_at=at))


async def list_open(
    unit: Unit, user_id: UUID, now: datetime, page: PageQuery
) -> Slice[SessionFacts]:
    """The user's open sessions, newest first."""
    query = select(
        Session.id,
        Session.user_agent,
        Session.created_at,
        Session.last_used_at,
        Session.expires_at,
    ).where(Session.user_id == user_id, Session.revoked_at.is_(None), Session.expires_at > now)
    if page.cursor:
        query = query.where(Session.id < id_after(page.cursor))
    rows = await unit.session.execute(query.order_by(Session.id.desc()).limit(page.limit + 1))
    return slice_of([SessionFacts(*row) for row in rows], page.limit, lambda facts: (facts.id,))


async def forget_before(unit: Unit, moment: datetime) -> None:
    """Delete the sessions that expired before `moment`, with their tokens."""
    await unit.session.execute(delete(Session).where(Session.expires_at < moment))


async def open_sessions_of_suspended(unit: Unit) -> list[dict[str, Any]]:
    return [dict(row) for row in (await unit.session.execute(_OPEN_OF_SUSPENDED)).mappings()]
