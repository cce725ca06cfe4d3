"""Counters and histograms for Prometheus. Labels are route templates and names, never ids."""

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
