"""How the edge recognises a caller: the token's own proof first, then one look into the database."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.errors import Unauthenticated
from kalends.core.principal import ActorKind, Membership, Principal
from kalends.core.settings import Settings

from ..repository import sessions
from ..types import AccessClaims, ManagingRole
from .tokens import read_access


class JwtAuthenticator:
    """Implements `core.edge.Authenticator` with access tokens."""

    caller = sessions.CALLER

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
        if row is None:
            raise Unauthenticated("this session has ended; sign in again")
        roles, memberships = json.loads(row.roles or "[]"), json.loads(row.memberships or "[]")
        return row.now, self.known(claims, roles, memberships)

    async def authenticated_at(
        self, session: AsyncSession, claims: AccessClaims
    ) -> datetime | None:
        """When the caller's password was given last in this session."""
        return await sessions.authenticated_at(session, claims.session_id)

    def values(self, claims: AccessClaims) -> dict[str, Any]:
        """What `caller` asks with."""
        return sessions.caller_values(claims)

    def known(self, claims: AccessClaims, roles: list[str], memberships: list[Any]) -> Principal:
        """The principal that a row of `caller` describes."""
        return Principal(
            kind=ActorKind.operator if roles else _kind({m["role"] for m in memberships}),
            user_id=claims.user_id,
            roles=frozenset(roles),
            memberships=tuple(_membership(facts) for facts in memberships),
            session_id=claims.session_id,
        )


def _kind(held: set[str]) -> ActorKind:
    if held.isdisjoint(ManagingRole):
        return ActorKind.staff if held else ActorKind.customer
    return ActorKind.provider


def _membership(facts: dict[str, Any]) -> Membership:
    place = facts["place_id"]
    return Membership(facts["role"], UUID(facts["provider_id"]), UUID(place) if place else None)
