"""Numbers, years, words and taxes of documents; what the journal's lines mean."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.billing import DocumentKind, DocumentLine, DocumentOrder, Moved, Party, TaxPart
from kalends.billing.errors import SeriesExhausted
from kalends.billing.rules.contents import compose
from kalends.billing.rules.journal import JournalLine, money_events
from kalends.billing.rules.numbering import document_number, fiscal_year
from kalends.billing.rules.rates import taxes_on
from kalends.billing.rules.words import in_words, number_in_words
from kalends.core.money import Money
from kalends.core.profile import TaxLine, load_profile

PROFILE = load_profile("hall-booking")
PLATFORM_GSTIN, HALL_GSTIN = "27AAPFU0939F1ZV", "29AAGCB7383J1Z4"


def inr(amount: int) -> Money:
    return Money(amount, "INR")


@pytest.mark.parametrize(
    ("day", "currency", "year"),
    [
        (date(2027, 3, 31), "INR", "2026-27"),
        (date(2027, 4, 1), "INR", "2027-28"),
        (date(2099, 12, 31), "INR", "2099-00"),
        (date(2026, 12, 31), "NGN", "2026"),
        (date(2027, 1, 1), "NGN", "2027"),
    ],
)
def test_the_financial_year_begins_where_the_country_begins_it(
    day: date, currency: str, year: str
) -> None:
    assert fiscal_year(day, currency) == year


def test_a_number_has_sixteen_characters_at_most_and_its_kind_in_it() -> None:
    numbers = [document_number("INV", kind, "2026-27", 7) for kind in DocumentKind]
    assert numbers[0] == "INVR26-000007"
    assert len(set(numbers)) == len(DocumentKind)
    assert document_number("ABCDEF", DocumentKind.receipt, "2026-27", 999_999) == "ABCDEFR26-999999"
    with pytest.raises(SeriesExhausted):
        document_number("ABCDEF", DocumentKind.receipt, "2026-27", 1_000_000)


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (inr(0), "Rupees zero only"),
        (inr(1_11_000_50), "Rupees one lakh eleven thousand and fifty paise only"),
        (inr(12_34_56_789_00), "Rupees twelve crore thirty-four lakh fifty-six thousand seven hundred eighty-nine only"),
        (Money(1_000_075, "NGN"), "Naira ten thousand and seventy-five kobo only"),
        (Money(1_500_000, "JPY"), "JPY one million five hundred thousand only"),
    ],
)  # fmt: skip
def test_an_amount_in_words(money: Money, words: str) -> None:
    assert in_words(money) == words


@given(st.integers(0, 10**15))
def test_every_number_has_words_of_its_own(number: int) -> None:
    assert number_in_words(number) != number_in_words(number + 1)


def line(name: str, basis_points: int, **days: date) -> TaxLine:
    return TaxLine(name=name, base="commission", basis_points=basis_points, **days)


def test_the_tax_of_the_day_is_the_tables_before_the_profiles() -> None:
    spring = date(2027, 4, 1)
    profile = (line("gst", 1800, valid_to=spring), line("gst", 2000, valid_from=spring))
    assert [t.basis_points for t in taxes_on(date(2027, 3, 31), profile, ())] == [1800]
    assert [t.basis_points for t in taxes_on(spring, profile, ())] == [2000]
    table = (line("gst", 1200, valid_from=spring),)
    assert [t.basis_points for t in taxes_on(spring, profile, table)] == [1200]
    assert taxes_on(spring, profile, (line("gst", 0, valid_from=spring),)) == ()


def invoice(issuer: Party, place: str = "", **changes) -> DocumentOrder:
    facts = {
        "kind": DocumentKind.tax_invoice,
        "subject": "booking:1",
        "cause": "release:1",
        "issuer": issuer,
        "recipient": Party("user:1", "Asha Rao"),
        "lines": (DocumentLine("Main Hall", inr(1180_00)),),
        "price_tax_bp": 1800,
        "place_of_supply": place,
    }
    return DocumentOrder(**(facts | changes))


def taxes(order: DocumentOrder) -> list[tuple[str, int, int]]:
    composed = compose(order, PROFILE, ())
    assert composed.content["taxable"] + composed.tax.amount == composed.total.amount
    return [(t["name"], t["basis_points"], t["amount"]) for t in composed.content["taxes"]]


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("29", [("CGST", 900, 90_00), ("SGST", 900, 90_00)]),
        ("27", [("IGST", 1800, 180_00)]),
        ("", [("GST", 1800, 180_00)]),
    ],
)
def test_gst_is_central_and_the_states_or_integrated_by_the_place_of_supply(
    place: str, shown: list[tuple[str, int, int]]
) -> None:
    hall = Party("provider:1", "Ganga House", tax_id=HALL_GSTIN)
    assert taxes(invoice(hall, place)) == shown
    assert compose(invoice(hall, place), PROFILE, ()).content["title"] == "Tax invoice"


def test_who_is_not_registered_charges_no_tax_and_writes_a_plain_invoice() -> None:
    order = invoice(Party("provider:1", "Ganga House"))
    assert taxes(order) == []
    assert compose(order, PROFILE, ()).content["title"] == "Invoice"


def test_the_tax_on_a_commission_comes_on_top_and_an_odd_paisa_is_not_lost() -> None:
    order = invoice(
        Party("platform", "Halls Pvt Ltd", tax_id=PLATFORM_GSTIN),
        "27",
        kind=DocumentKind.commission_invoice,
        lines=(DocumentLine("Commission", inr(62_38)),),
        added=(TaxPart("GST", 1800, inr(11_23)),),
    )
    assert taxes(order) == [("CGST", 900, 562), ("SGST", 900, 561)]
    assert compose(order, PROFILE, ()).total == inr(73_61)


def journal_line(transaction: int, kind: str, account: str, amount: int, owner: str = "x"):
    at = datetime(2026, 11, 21, 10, transaction, tzinfo=UTC)
    return JournalLine(UUID(int=transaction), f"{kind}:1", kind, at, account, owner, inr(amount))


def test_the_journal_tells_what_came_was_released_and_went_back() -> None:
    lines = [
        journal_line(1, "capture", "gateway", 1000),
        journal_line(1, "capture", "escrow", -1000),
        journal_line(2, "gateway_fee", "gateway_fees", 20),
        journal_line(2, "gateway_fee", "gateway", -20),
        journal_line(3, "refund", "escrow", 300),
        journal_line(3, "refund", "refunds_payable", -300),
        journal_line(4, "refund_sent", "refunds_payable", 300),
        journal_line(4, "refund_sent", "gateway", -300),
        journal_line(5, "release", "escrow", 700),
        journal_line(5, "release", "platform_commission", -70),
        journal_line(5, "release", "provider_available", -617),
        journal_line(5, "release", "tax_payable", -13, "gst"),
        journal_line(6, "hold", "provider_available", 100),
        journal_line(6, "hold", "provider_reserved", -100),
        journal_line(7, "clawback", "provider_available", 50),
        journal_line(7, "clawback", "customer_wallet", -50),
        journal_line(8, "chargeback", "escrow", 5),
        journal_line(8, "chargeback", "gateway", -5),
        journal_line(9, "clawback", "provider_available", 7),  # a card dispute: no refund of ours
        journal_line(9, "clawback", "gateway", -7),
    ]
    found = money_events(lines)
    assert [(e.what, e.amount.amount) for e in found] == [
        (Moved.captured, 1000),
        (Moved.refunded, 300),
        (Moved.released, 700),
        (Moved.refunded, 50),
    ]
    release = found[2]
    assert (release.commission, release.net, release.taxes) == (
        inr(70),
        inr(617),
        (("gst", inr(13)),),
    )
