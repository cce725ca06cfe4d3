"""What each marketplace's formula gives, in its own numbers."""

import pytest

from kalends.billing import FeeTerms, allocate_over, settle_by, settle_lines
from kalends.core.money import Money
from kalends.core.profile import TaxLine

GST = TaxLine(name="gst", base="commission", basis_points=1800)
VAT = TaxLine(name="vat", base="commission", basis_points=750)


def inr(rupees: float) -> Money:
    return Money(round(rupees * 100), "INR")


def parts(terms: FeeTerms, amount: Money) -> dict[str, Money]:
    shares = settle_by(terms, amount)
    return {"commission": shares.commission, **dict(shares.taxes), "net": shares.net}


@pytest.mark.parametrize("marketplace", ["mimora", "hall-booking", "guild"])
def test_without_a_commission_the_provider_gets_all_of_it(marketplace: str) -> None:
    free = FeeTerms(0, ())
    assert parts(free, inr(1350)) == {"commission": inr(0), "net": inr(1350)}


def test_ten_percent_and_nothing_else() -> None:
    assert parts(FeeTerms(1000, ()), inr(50_000)) == {
        "commission": inr(5000),
        "net": inr(45_000),
    }


def test_ten_percent_of_each_vendors_part() -> None:
    terms = FeeTerms(1000, ())
    paid = allocate_over([inr(50_000), inr(30_000), inr(10_000)], inr(10_000))
    commissions = [shares.commission for shares in settle_lines(paid, terms)]
    assert commissions == [inr(555.56), inr(333.33), inr(111.11)]


@pytest.mark.req("I-027", "C-33")
@pytest.mark.parametrize(
    ("price", "percent", "commission", "gst", "net"),
    [
        (1000, 15, 150, 27, 823),
        (1200, 20, 240, 43.2, 916.8),
        (499, 12.5, 62.38, 11.23, 425.39),
        (0.01, 15, 0, 0, 0.01),
    ],
)
def test_net_is_price_less_commission_less_gst_on_it(
    price: float, percent: float, commission: float, gst: float, net: float
) -> None:
    """Price − Price × C % − GST, 18 % of the commission."""
    found = parts(FeeTerms(round(percent * 100), (GST,)), inr(price))
    assert found == {"commission": inr(commission), "gst": inr(gst), "net": inr(net)}


def test_vat_in_nigeria() -> None:
    """10,000 and 750 VAT are paid; 15 % of the price, and VAT on that, stay with the platform."""
    terms = FeeTerms(1500, (VAT,), "value", price_tax_bp=750)
    paid = Money(1_075_000, "NGN")
    found = {name: money.amount for name, money in parts(terms, paid).items()}
    assert found == {"commission": 150_000, "vat": 11_250, "net": 913_750}


VALUE = {"commission_base": "value", "price_tax_bp": 1800}
TCS = TaxLine(name="tcs", base="value", basis_points=50)
TDS = TaxLine(name="tds", base="value", basis_points=10)
DEEMED = TaxLine(name="gst_deemed", base="value", basis_points=1800)


@pytest.mark.parametrize(
    ("terms", "paid", "withheld", "payout"),
    [
        (FeeTerms(1500, (GST, TCS, TDS), **VALUE), 1180, {"tcs": 5, "tds": 1}, 997),
        (FeeTerms(1500, (GST,)), 1000, {}, 823),
        (FeeTerms(1500, (GST, TDS)), 1000, {"tds": 1}, 822),
        (FeeTerms(1500, (GST, DEEMED), **VALUE), 1180, {"gst_deemed": 180}, 823),
        (FeeTerms(1500, (GST, DEEMED, TDS), **VALUE), 1180, {"gst_deemed": 180, "tds": 1}, 822),
    ],
    ids=["registered", "unregistered", "with TDS", "deemed supplier", "deemed, with TDS"],
)
def test_what_india_withholds(
    terms: FeeTerms, paid: float, withheld: dict[str, float], payout: float
) -> None:
    """1000.00 of service at 15 %: TCS and TDS on the value without GST, which the price contains."""
    found = parts(terms, inr(paid))
    assert found.pop("commission") == inr(150)
    assert found.pop("gst") == inr(27)
    assert found.pop("net") == inr(payout)
    assert found == {name: inr(amount) for name, amount in withheld.items()}
