"""Numbers of documents: a series per issuer, kind and financial year, without a gap."""

from datetime import date

from ..errors import SeriesExhausted
from ..types import MAX_NUMBER, DocumentKind

_MARK = {
    DocumentKind.receipt: "R",
    DocumentKind.cancellation_note: "X",
    DocumentKind.tax_invoice: "T",
    DocumentKind.commission_invoice: "C",
    DocumentKind.credit_note: "N",
    DocumentKind.statement: "S",
}
# Where the financial year is not the calendar's: the month in which it begins.
_BEGINS = {"INR": 4}


def fiscal_year(day: date, currency: str) -> str:
    """The financial year of a day, such as `2026-27` where it begins in April, or `2026`."""
    month = _BEGINS.get(currency, 1)
    first = day.year if day.month >= month else day.year - 1
    return str(first) if month == 1 else f"{first}-{(first + 1) % 100:02d}"


def document_number(prefix: str, kind: DocumentKind, year: str, sequence: int) -> str:
    """Such as `INVT26-000001`: at most 16 characters, unique with its issuer. Raises SeriesExhausted."""
    number = f"{prefix}{_MARK[kind]}{year[2:4]}-{sequence:06d}"
    if len(number) > MAX_NUMBER:
        raise SeriesExhausted(f"{number} has more than {MAX_NUMBER} characters")
    return number
