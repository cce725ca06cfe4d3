"""The operators' report of a month."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from kalends.core.unit import Unit

from ..repository import month_report as journal
from ..rules.month_report import gateway_days, house_days
from ..rules.periods import month_of
from ..types import MonthReport


async def month_report(unit: Unit, month: str) -> MonthReport:
    """A month (``2026-11``) of the marketplace by the journal, until today when it is not over."""
    zone = unit.profile.time_zone
    period = month_of(month, zone)
    today = unit.now.astimezone(ZoneInfo(zone)).date()
    days = [day for day in _days(period[0].date(), period[1].date()) if day <= today]
    before, booked = await journal.before(unit, period[0]), await journal.by_day(unit, period)
    told = days, before, booked, unit.profile.currency
    return MonthReport(month, tuple(gateway_days(*told)), tuple(house_days(*told)))


def _days(first: date, after: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((after - first).days)]
