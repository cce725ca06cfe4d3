"""The invariants of documents (reliability B20)."""

from kalends.core.checks import Rows, check
from kalends.core.unit import Unit

from .repository import checks


@check("B20", "the numbers of a series have no gap")
async def series_without_gaps(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.GAPS)


@check("B20.statements", "a statement goes from balance to balance as the journal does")
async def statements_are_booked(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.OTHER_STATEMENTS)


@check("B20.totals", "a document's total is what the journal has for its cause")
async def totals_are_booked(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.OTHER_TOTALS)
