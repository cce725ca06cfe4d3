"""Idempotency keys: the same request with the same key has one effect and one answer.

The claim is a row in the request's own transaction, so the key and the effect commit together. A
request that was refused leaves no key behind: it had no effect, and may be tried again.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from .errors import IdempotencyInProgress, IdempotencyMismatch, Invalid
from .unit import Unit

KEEP = timedelta(hours=24)
MAX_KEY = 255
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 2))")
_FIND = text("""
    SELECT request_hash, status, body FROM idempotency_keys
    WHERE principal = :principal AND key = :key AND created_at > :since
""")
_STORE = text("""
    INSERT INTO idempotency_keys (principal, key, request_hash, status, body, created_at)
    VALUES (:principal, :key, :hash, :status, :body, :now)
    ON CONFLICT (principal, key) DO UPDATE
       SET request_hash = :hash, status = :status, body = :body, created_at = :now
""")
_FORGET = text("DELETE FROM idempotency_keys WHERE created_at < :before")


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request holds until its transaction ends; `replay` is the first answer, if any."""

    principal: str
    key: str
    request_hash: str
    replay: tuple[int, bytes] | None


async def claim(unit: Unit, key: str, route: str, body: bytes) -> Claim:
    """Claim `key` for this principal.

    Raises Invalid for a key that is empty or too long, IdempotencyInProgress while the first request
    runs, IdempotencyMismatch when it was used for another request.
    """
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise Invalid(f"an Idempotency-Key has 1 to {MAX_KEY} printable characters")
    principal = unit.principal.key
    digest = hashlib.sha256(f"{route}\0".encode() + body).hexdigest()
    if not (await unit.session.execute(_LOCK, {"name": f"{principal}|{key}"})).scalar_one():
        raise IdempotencyInProgress(retry_after=1)
    found = (
        await unit.session.execute(
            _FIND, {"principal": principal, "key": key, "since": unit.now - KEEP}
        )
    ).first()
    if found is None:
        return Claim(principal, key, digest, None)
    if found.request_hash != digest:
        raise IdempotencyMismatch
    return Claim(principal, key, digest, (found.status, bytes(found.body)))


async def store(unit: Unit, claim: Claim, status: int, body: bytes) -> None:
    """Keep the answer, in the transaction of the effect."""
    values = {
        "principal": claim.principal,
        "key": claim.key,
        "hash": claim.request_hash,
        "status": status,
        "body": body,
        "now": unit.now,
    }
    await unit.session.execute(_STORE, values)


async def forget_old(unit: Unit) -> None:
    await unit.session.execute(_FORGET, {"before": unit.now - KEEP})
