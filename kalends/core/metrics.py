"""Counters and histograms for Prometheus. Labels are route templates and names, never ids."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("kalends_requests_total", "HTTP requests", ["method", "route", "status"])
SECONDS = Histogram(
    "kalends_request_seconds",
    "HTTP request duration in seconds",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
JOBS_RUN = Counter("kalends_jobs_total", "Jobs and reactions that finished", ["job"])
REFUSED = Counter("kalends_rate_limited_total", "Requests refused by a rate limit", ["limit"])
BROKEN = Gauge("kalends_invariant_rows", "Rows that break an invariant", ["check"])


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answer. `route` is a template, so that there are only so many."""
    counter, histogram = _request(method, route, status)
    counter.inc()
    histogram.observe(seconds)


@cache
def _request(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(method, route)
