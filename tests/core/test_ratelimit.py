"""A limit holds exactly, over however many processes; leases do not bend it."""

import asyncio

import pytest

from kalends.core.house import House
from kalends.core.profile import RateLimit
from kalends.core.ratelimit import RateLimiter
from tests.fixtures.deals import scalar

HOURLY = 3600  # so long that no permit comes back during a test


@pytest.mark.parametrize("limit", [1, 10, 49, 100, 150])
async def test_two_processes_together_never_exceed_a_limit(house: House, limit: int) -> None:
    rule, processes = (
        RateLimit(limit=limit, per_seconds=HOURLY),
        [RateLimiter(house.reader) for _ in range(2)],
    )
    tries = [processes[n % 2].hit("me", rule) for n in range(limit + 40)]
    verdicts = await asyncio.gather(*tries)
    allowed = sum(verdict.allowed for verdict in verdicts)
    left_in_leases = sum(lease.permits for p in processes for lease in p._leases.values())
    assert allowed + left_in_leases == limit


async def test_a_refusal_says_when_to_come_back(house: House) -> None:
    limiter, rule = RateLimiter(house.reader), RateLimit(limit=2, per_seconds=60)
    first, second, third = [await limiter.hit("me", rule) for _ in range(3)]
    assert (first.allowed, second.allowed, third.allowed) == (True, True, False)
    assert (first.limit, first.remaining, second.remaining) == (2, 1, 0)
    assert 28 <= third.retry_after <= 30


async def test_each_caller_has_a_bucket_of_ones_own(house: House) -> None:
    limiter, rule = RateLimiter(house.reader), RateLimit(limit=1, per_seconds=HOURLY)
    assert [(await limiter.hit(key, rule)).allowed for key in ("a", "b", "a")] == [
        True,
        True,
        False,
    ]


async def test_empty_buckets_are_forgotten_and_full_ones_kept(house: House) -> None:
    limiter = RateLimiter(house.reader)
    await limiter.hit("waits", RateLimit(limit=1, per_seconds=HOURLY))
    async with house.engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO rate_buckets VALUES ('empty', now() - interval '2 minutes')"
        )
    await limiter.forget()
    assert await scalar(house, "SELECT array_agg(key) FROM rate_buckets") == ["waits"]
