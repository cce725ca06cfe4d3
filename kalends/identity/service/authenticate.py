"""How the edge recognises a caller: the token's own proof first, then one look into the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.errors import Unauthenticated
from kalends.core.principal import ActorKind, Membership, Principal
from kalends.core.settings import Settings

from ..repository import sessions
from ..types import AccessClaims
from .tokens import read_access


class JwtAuthenticator:
    """Implements `core.edge.Authenticator` with access tokens."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def claims(self, token: str) -> AccessClaims:
        """What the token says. Raises Unauthenticated."""
        return read_access(self._settings, token)

    async def principal(
        self, session: AsyncSession, claims: AccessClaims
    ) -> tuple[datetime, Principal]:
        """The marketplace's time and the caller as the database knows them now.

        Raises Unauthenticated when the account is suspended, the session is closed, or every token of
        the user was ended.
        """
        row = await sessions.recognise(session, claims)
        if row is None or not row.valid:
            raise Unauthenticated("this session has ended; sign in again")
        return row.now, _principal(claims, row.roles, row.memberships or [])


def _principal(claims: AccessClaims, roles: list[str], memberships: list[Any]) -> Principal:
    kind = ActorKind.provider if memberships else ActorKind.customer
    return Principal(
        kind=ActorKind.operator if roles else kind,
        user_id=claims.user_id,
        roles=frozenset(roles),
        memberships=tuple(_membership(facts) for facts in memberships),
        session_id=claims.session_id,
    )


def _membership(facts: dict[str, Any]) -> Membership:
    place = facts["place_id"]
    return Membership(facts["role"], UUID(facts["provider_id"]), UUID(place) if place else None)
