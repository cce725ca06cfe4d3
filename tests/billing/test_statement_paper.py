"""A provider's statement on paper."""

from datetime import UTC, date, datetime
from io import BytesIO

from pypdf import PdfReader

from kalends.billing import StatementContent, StatementLine, render_document
from kalends.billing.service.sheets import statement_sheet
from kalends.core.profile import load_profile
from tests.billing.paperwork import PROVIDER, inr


def test_a_statement_shows_both_balances_and_every_movement() -> None:
    at = datetime(2026, 10, 5, 9, tzinfo=UTC)
    content = StatementContent(
        provider=PROVIDER,
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        opening=inr(5_000),
        closing=inr(57_500),
        lines=(StatementLine(at, "Booking BKG-2026-000007", inr(52_500), inr(57_500)),),
        sums=(("Commission", inr(7_000)),),
    )
    printed = render_document(statement_sheet(content, load_profile("hall-booking").branding))
    text = " ".join(PdfReader(BytesIO(printed)).pages[0].extract_text().split())
    assert "For Kasba Hall Period 2026-10-01 to 2026-10-31 Opening balance INR 50.00" in text
    assert "Booking BKG-2026-000007 2026-10-05 INR 525.00 INR 575.00" in text
    assert "Closing balance INR 575.00" in text
    assert "Commission INR 70.00" in text
