"""Rate limits: GCRA on an unlogged table, exact over any number of processes.

A large limit is taken in leases: a process fetches several permits in one statement and spends them from
memory, so that a permit costs less than a statement and the sum over all processes never exceeds the limit.
"""

import time
from dataclasses import dataclass, field

from .profile import RateLimit
from .reader import Reader

LEASE_FRACTION = 20
_LEASES_KEPT = 20_000
# `greatest(full_at, now)` is when the bucket would be empty again; a hit of n adds n intervals and is
# refused, leaving the row as it was, when that lies more than one period ahead.
_HIT = """
    INSERT INTO rate_buckets AS b (key, full_at)
    VALUES ($1, clock_timestamp() + make_interval(secs => $2))
    ON CONFLICT (key) DO UPDATE
       SET full_at = greatest(b.full_at, clock_timestamp()) + make_interval(secs => $2)
     WHERE greatest(b.full_at, clock_timestamp()) + make_interval(secs => $2)
           <= clock_timestamp() + make_interval(secs => $3)
    RETURNING extract(epoch FROM full_at - clock_timestamp())::float8
"""
_WAIT = """
    SELECT greatest(extract(epoch FROM full_at - clock_timestamp())::float8, 0)
    FROM rate_buckets WHERE key = $1
"""
_FORGET = "DELETE FROM rate_buckets WHERE full_at < clock_timestamp() - interval '1 minute'"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`remaining` permits; `retry_after` whole seconds when refused."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: int = 0


@dataclass
class _Lease:
    permits: int
    until: float


@dataclass
class RateLimiter:
    reader: Reader
    _leases: dict[str, _Lease] = field(default_factory=dict)

    async def hit(self, key: str, rule: RateLimit) -> Verdict:
        """Take one permit of `key`. Real time, not the marketplace's clock: it guards real machines."""
        spent = self._spend(key, rule)
        if spent is not None:
            return spent
        size = max(rule.limit // LEASE_FRACTION, 1)
        taken = await self._take(key, rule, size)
        if taken is None and size > 1:
            size, taken = 1, await self._take(key, rule, 1)
        if taken is None:  # others of the same moment may have fetched more than they needed
            refused = Verdict(False, rule.limit, 0, await self._retry_after(key, rule))
            return self._spend(key, rule) or refused
        if size > 1:
            self._keep(key, _Lease(size - 1, time.monotonic() + rule.per_seconds))
        remaining = int((rule.per_seconds - taken) * rule.limit / rule.per_seconds)
        return Verdict(True, rule.limit, max(remaining, 0))

    async def forget(self) -> None:
        """Delete the buckets that are empty again."""
        await self.reader.fetch(_FORGET)

    def _spend(self, key: str, rule: RateLimit) -> Verdict | None:
        """A permit from memory, if one is left there."""
        lease = self._leases.get(key)
        if lease is None or lease.permits <= 0 or lease.until <= time.monotonic():
            return None
        lease.permits -= 1
        return Verdict(True, rule.limit, lease.permits)

    async def _take(self, key: str, rule: RateLimit, permits: int) -> float | None:
        cost = permits * rule.per_seconds / rule.limit
        rows = await self.reader.fetch(_HIT, key, cost, rule.per_seconds + 1e-6)
        return float(rows[0][0]) if rows else None

    async def _retry_after(self, key: str, rule: RateLimit) -> int:
        rows = await self.reader.fetch(_WAIT, key)
        ahead = rows[0][0] if rows else 0.0
        interval = rule.per_seconds / rule.limit
        return max(1, -int(-(ahead + interval - rule.per_seconds) // 1))

    def _keep(self, key: str, lease: _Lease) -> None:
        """Add to what other requests of the same moment have fetched, so that no permit is lost."""
        if len(self._leases) >= _LEASES_KEPT:
            self._leases.clear()
        known = self._leases.get(key)
        if known and known.permits > 0 and known.until > time.monotonic():
            known.permits += lease.permits
        else:
            self._leases[key] = lease
