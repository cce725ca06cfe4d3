"""Identifiers: UUIDv7, so that a key sorts by the moment it was made (RFC 9562, section 5.7)."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Return a UUIDv7 that is greater than every earlier one of this process.

    The wall clock only orders keys here; no decision about time is ever read from an id.
    """
    global _last  # noqa: PLW0603 - one counter per process keeps ids increasing within a millisecond
    with _lock:
        ticks = time.time_ns() * 4096 // 1_000_000  # milliseconds with a 12-bit fraction
        _last = ticks = max(ticks, _last + 1)
    millis, fraction = divmod(ticks, 4096)
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=(millis << 80) | (7 << 76) | (fraction << 64) | (2 << 62) | tail)
