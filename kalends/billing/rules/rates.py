"""Which taxes hold on a day: the table's line of a name before the profile's."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kalends.core.profile import TaxLine


def local_day(at: datetime, zone: str) -> date:
    """The day that it is in the marketplace."""
    return at.astimezone(ZoneInfo(zone)).date()


def taxes_on(
    day: date, of_profile: Iterable[TaxLine], of_table: Iterable[TaxLine]
) -> tuple[TaxLine, ...]:
    """The lines that hold on the day, by name. One of no basis points says that there is no such tax.

    `of_table` has at most one line of a name, and replaces the profile's of that name.
    """
    newer = {line.name: line for line in of_table if line.valid_on(day)}
    kept = [line for line in of_profile if line.valid_on(day) and line.name not in newer]
    lines = sorted([*kept, *newer.values()], key=lambda line: line.name)
    return tuple(line for line in lines if line.basis_points)
