"""Invariant checkers: each returns the offending rows. Tests, `kalends doctor` and a scheduled job run the same."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from .unit import Unit

CHECKS: dict[str, "Check"] = {}
Rows = list[dict[str, Any]]
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Check:
    """`money`: while it finds rows, releases and payouts stop; bookings go on."""

    name: str
    promise: str
    find: Callable[[Unit], Awaitable[Rows]]
    money: bool


def check(
    name: str, promise: str, *, money: bool = False
) -> Callable[[Callable[[Unit], Awaitable[Rows]]], Callable[[Unit], Awaitable[Rows]]]:
    """Register a checker under the invariant's name (reliability A1…E13)."""

    def register(find: Callable[[Unit], Awaitable[Rows]]) -> Callable[[Unit], Awaitable[Rows]]:
        if name in CHECKS:
            raise TypeError(f"two checks are called {name}")
        CHECKS[name] = Check(name, promise, find, money)
        return find

    return register


async def run_checks(unit: Unit, *, money_only: bool = False) -> dict[str, Rows]:
    """Run the checks; return the rows of those that found any."""
    wanted = [c for c in CHECKS.values() if c.money or not money_only]
    results = {c.name: await _found(unit, c) for c in wanted}
    return {name: rows for name, rows in results.items() if rows}


async def _found(unit: Unit, one: Check) -> Rows:
    """A check that cannot be made says so, and hides none of the others."""
    try:
        async with unit.session.begin_nested() if unit.is_transaction else nullcontext():
            return await one.find(unit)
    except (DBAPIError, LookupError, TypeError, ValueError) as error:
        _log.exception("check.failed", check=one.name)
        return [{"failed": type(error).__name__}]
