"""The arithmetic of prices, refunds and settlement."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.billing import AddonOrder, refund_for, rent, settle, tier_percent
from kalends.billing.rules.prices import price_rental
from kalends.core.money import Money
from kalends.core.profile import TaxLine, Tier

TIERS = (
    Tier(over_hours=48, percent=75),
    Tier(over_hours=24, percent=50, inclusive=True),
    Tier(over_hours=0, percent=25),
)


def inr(amount: int) -> Money:
    return Money(amount, "INR")


@pytest.mark.req("H-033", "C-22")
def test_a_price_is_hours_times_rate_plus_addons() -> None:
    room = rent(uuid4(), "Hall", inr(35000), 150)
    price = price_rental(room, [AddonOrder(uuid4(), "Chairs", inr(1200), 30)])
    assert price.total == inr(87500 + 36000)


@pytest.mark.req("C-22")
def test_the_rate_is_pro_rata_by_the_minute_and_half_a_paisa_rounds_up() -> None:
    assert rent(uuid4(), "Hall", inr(100), 61).subtotal == inr(102)
    assert rent(uuid4(), "Hall", inr(1), 30).subtotal == inr(1)


@pytest.mark.req("H-042", "H-043", "H-044", "C-10")
@pytest.mark.parametrize(
    ("before", "percent"),
    [
        (timedelta(hours=48, seconds=1), 75),
        (timedelta(hours=48), 50),
        (timedelta(hours=47, minutes=59), 50),
        (timedelta(hours=24), 50),
        (timedelta(hours=23, minutes=59, seconds=59), 25),
        (timedelta(seconds=1), 25),
        (timedelta(0), 0),
        (timedelta(hours=-1), 0),
    ],
)
def test_tiers_are_half_open_and_every_border_belongs_to_one(
    before: timedelta, percent: int
) -> None:
    assert tier_percent(TIERS, before) == percent


@pytest.mark.req("C-12")
def test_an_unpaid_booking_gives_nothing_back() -> None:
    assert refund_for(inr(0), 75).amount == inr(0)


@given(amount=st.integers(0, 10**13), percent=st.integers(0, 100))
def test_refund_and_fee_add_up_to_what_was_captured(amount: int, percent: int) -> None:
    quote = refund_for(inr(amount), percent)
    assert quote.amount + quote.fee == inr(amount)
    assert 0 <= quote.amount.amount <= amount


@dataclass(frozen=True)
class Rates:
    commission: int
    price_tax: int
    commission_tax: int


@given(
    amount=st.integers(0, 10**13),
    rates=st.builds(Rates, st.integers(0, 5000), st.integers(0, 2000), st.integers(0, 10000)),
)
def test_commission_taxes_and_net_add_up_to_the_amount(amount: int, rates: Rates) -> None:
    taxes = (
        TaxLine(name="vat", base="price", basis_points=rates.price_tax),
        TaxLine(name="gst", base="commission", basis_points=rates.commission_tax // 2),
    )
    shares = settle(inr(amount), rates.commission, taxes)
    total = shares.commission + shares.net
    for _, tax in shares.taxes:
        total += tax
    assert total == inr(amount)


def test_taking_more_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="more than the amount"):
        settle(inr(100), 10_000, (TaxLine(name="vat", base="price", basis_points=750),))


@pytest.mark.req("C-33")
def test_gst_on_the_commission_leaves_the_provider_the_rest() -> None:
    gst = (TaxLine(name="gst", base="commission", basis_points=1800),)
    shares = settle(inr(100_000), 1500, gst)
    assert (shares.commission, dict(shares.taxes)["gst"], shares.net) == (
        inr(15_000),
        inr(2_700),
        inr(82_300),
    )
