"""What counts a request against the limits of the profile, and says so in its answer."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from .errors import TooManyRequests
from .metrics import REFUSED
from .policy import Rule
from .profile import RateLimit
from .ratelimit import RateLimiter, Verdict


async def count(
    limiter: RateLimiter, limits: Mapping[str, RateLimit], rule: Rule, caller: str
) -> Verdict | None:
    """Take a permit of each limit that counts for this row; the last verdict. Raises TooManyRequests."""
    if rule.exempt:
        return None
    verdict = None
    for name in ("global", rule.limit):
        if name is None or name not in limits:
            continue
        verdict = await limiter.hit(f"{name}:{caller}", limits[name])
        if not verdict.allowed:
            REFUSED.labels(name).inc()
            seconds = verdict.retry_after
            raise TooManyRequests(
                f"wait {seconds} s and try again", limit=verdict.limit, retry_after=seconds
            )
    return verdict


def client_address(request: Request) -> str:
    """The client's address; `app.asgi` has put in what a trusted proxy said."""
    return request.client.host if request.client else "unknown"


def limit_headers(response: Response, verdict: Verdict) -> None:
    response.headers["ratelimit-limit"] = str(verdict.limit)
    response.headers["ratelimit-remaining"] = str(verdict.remaining)
