"""Passwords to hashes and back to yes or no, in two threads that no transaction waits for.

Argon2id with 19 MiB costs tens of milliseconds and memory, so the threads and the queue before them are
bounded: a rush is told to come back (503) instead of being answered late.
"""

import asyncio
import base64
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kalends.core.errors import Busy
from kalends.core.ports import outside_units

THREADS, MAX_QUEUE = 2, 128
TIME_COST, MEMORY_KIB, PARALLELISM = 2, 19 * 1024, 1
_BCRYPT = ("$2a$", "$2b$", "$2y$")
_BCRYPT_MAX_BYTES = 72
T = TypeVar("T")


@dataclass
class _Threads:
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="password")
    )
    queued: int = 0

    async def run(self, work: Callable[[], T]) -> T:
        outside_units()
        if self.queued >= MAX_QUEUE:
            raise Busy("many people are signing in just now; try again in a moment", retry_after=1)
        self.queued += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, work)
        finally:
            self.queued -= 1


@dataclass(frozen=True, slots=True)
class Verification:
    """`upgraded` is a new hash to store when the old one is of a weaker kind."""

    matches: bool
    upgraded: str | None = None


_hasher = PasswordHasher(TIME_COST, MEMORY_KIB, PARALLELISM)
_threads = _Threads()


def _b64(count: int) -> str:
    return base64.b64encode(os.urandom(count)).decode().rstrip("=")


# A hash that no password has, so that an unknown e-mail costs the same work as a wrong password.
_NOBODY = f"$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p={PARALLELISM}${_b64(16)}${_b64(32)}"


async def hash_password(password: str) -> str:
    """The argon2id hash of a password. Raises Busy, and NetworkInsideUnit while a unit is open."""
    return await _threads.run(lambda: _hasher.hash(password))


async def verify_password(stored: str | None, password: str) -> Verification:
    """Compare with a stored hash; None (nobody) costs the same and never matches.

    Raises Busy, and NetworkInsideUnit while a unit is open.
    """
    return await _threads.run(lambda: _verify(stored or _NOBODY, password))


def _verify(stored: str, password: str) -> Verification:
    if stored.startswith(_BCRYPT):
        matches = _bcrypt_matches(stored, password)
        return Verification(matches, _hasher.hash(password) if matches else None)
    try:
        _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return Verification(matches=False)
    weaker = _hasher.check_needs_rehash(stored)
    return Verification(matches=True, upgraded=_hasher.hash(password) if weaker else None)


def _bcrypt_matches(stored: str, password: str) -> bool:
    secret = password.encode()
    # Bcrypt never saw what lies beyond 72 bytes: such a password cannot be told from its beginning.
    if len(secret) > _BCRYPT_MAX_BYTES:
        return False
    try:
        return bcrypt.checkpw(secret, stored.encode())
    except ValueError:
        return False
