"""Access tokens (JWT, HS256) and refresh tokens (random, kept only as a fingerprint)."""

import secrets
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt

from kalends.core.clock import real_now
from kalends.core.errors import Unauthenticated
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.settings import Settings

from ..types import AccessClaims, Tokens

ISSUER, AUDIENCE, ALGORITHM = "kalends", "kalends-api", "HS256"
REFRESH_PREFIX = "krt_"
MAX_TOKEN_LENGTH = 2000
_TOKENS_REMEMBERED = 4096
_REFUSAL = "the access token is not valid; sign in or refresh it"
_REQUIRED = ["sub", "iat", "exp", "jti", "iss", "aud"]
_HEADER = {"alg", "typ"}


def access_minutes(house: House) -> int:
    return house.settings.access_token_expire_minutes or house.profile.auth.access_minutes


def refresh_life(house: House) -> timedelta:
    days = house.settings.refresh_token_expire_days or house.profile.auth.refresh_days
    return timedelta(days=days)


def new_refresh_token() -> str:
    return REFRESH_PREFIX + secrets.token_urlsafe(32)


def fingerprint(house: House, refresh_token: str) -> str:
    """How a refresh token is stored and looked up."""
    return house.keyring.digest("refresh-token", refresh_token)


def tokens_for(house: House, claims: AccessClaims, refresh_token: str) -> Tokens:
    minutes = access_minutes(house)
    access = mint_access(house.settings, claims, timedelta(minutes=minutes))
    return Tokens(access, refresh_token, minutes * 60)


def mint_access(settings: Settings, claims: AccessClaims, life: timedelta) -> str:
    """Sign an access token. It names the person and the session; roles are read from the database."""
    now = real_now()
    payload = {
        "sub": claims.subject,
        "iat": now,
        "exp": now + life,
        "jti": str(new_id()),
        "type": "access",
        "ver": claims.version,
        "sid": str(claims.session_id),
        "iss": ISSUER,
        "aud": AUDIENCE,
    }
    return jwt.encode(payload, _key(settings), ALGORITHM)


def read_access(settings: Settings, token: str) -> AccessClaims:
    """Check everything that a token can prove by itself. Raises Unauthenticated."""
    try:
        claims, expires = _proven(_key(settings), token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise Unauthenticated(_REFUSAL) from error
    if expires <= real_now().timestamp():
        raise Unauthenticated(_REFUSAL)
    return claims


@lru_cache(maxsize=_TOKENS_REMEMBERED)
def _proven(key: str, token: str) -> tuple[AccessClaims, int]:
    """What a token says and when it ends. Only that it has not ended yet must be asked again."""
    payload = _decoded(key, token)
    return _claims(payload), int(payload["exp"])


def _decoded(key: str, token: str) -> dict[str, Any]:
    if len(token) > MAX_TOKEN_LENGTH:
        raise ValueError("too long to be one of ours")
    decoded = jwt.decode_complete(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        issuer=ISSUER,
        options={"require": _REQUIRED, "strict_aud": True},
    )
    if not set(decoded["header"]) <= _HEADER:
        raise ValueError("our tokens name no key and no URL in their header")
    payload: dict[str, Any] = decoded["payload"]
    return payload


def _claims(payload: dict[str, Any]) -> AccessClaims:
    version, session_id = payload.get("ver"), payload.get("sid")
    if payload.get("type") != "access" or not isinstance(session_id, str):
        raise ValueError("not an access token of ours")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ValueError("the version counts")  # noqa: TRY004 - all that is wrong with a token is one answer
    return AccessClaims(UUID(payload["sub"]), UUID(session_id), version)


def _key(settings: Settings) -> str:
    if settings.jwt_secret is None:
        raise RuntimeError("the settings hold no JWT secret; app.wiring fills it in development")
    return settings.jwt_secret.get_secret_value()
