"""Splits are exact: of every amount, by every rate, over every line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.billing import FeeTerms, allocate_over, settle, settle_by, settle_lines
from kalends.core.money import CurrencyMismatch, Money
from kalends.core.profile import TaxLine

AMOUNTS = st.integers(0, 10**15)
BASES = st.sampled_from(["price", "value", "commission"])
LINES = st.lists(st.integers(0, 10**12), min_size=1, max_size=12).filter(any)


def inr(amount: int) -> Money:
    return Money(amount, "INR")


def tax(name: str, base: str, basis_points: int) -> TaxLine:
    return TaxLine(name=name, base=base, basis_points=basis_points)


@st.composite
def terms(draw) -> FeeTerms:
    """Any rates that leave the provider something: none of the four is more than a quarter."""
    quarter = st.integers(0, 2500)
    lines = tuple(
        tax(name, draw(BASES), draw(quarter))
        for name in ("gst", "tcs", "tds")[: draw(st.integers(0, 3))]
    )
    base = draw(st.sampled_from(["price", "value"]))
    return FeeTerms(draw(quarter), lines, base, draw(st.integers(0, 4000)))


@given(AMOUNTS, terms())
def test_commission_taxes_and_net_are_the_amount_whatever_the_rates(
    amount: int, charged: FeeTerms
) -> None:
    shares = settle_by(charged, inr(amount))
    parts = [shares.commission, shares.net, *(part for _, part in shares.taxes)]
    assert sum(part.amount for part in parts) == amount
    assert min(part.amount for part in parts) >= 0


@given(st.integers(0, 40), st.integers(0, 10_000), st.integers(0, 10_000))
def test_rounding_never_takes_more_than_there_is(amount: int, one: int, other: int) -> None:
    """Rates of a hundred percent in all, on amounts so small that each part would round up."""
    first, second = sorted((one, other))
    shares = settle(
        inr(amount),
        first,
        (tax("vat", "price", second - first), tax("tds", "price", 10_000 - second)),
    )
    parts = [shares.commission, shares.net, *(part for _, part in shares.taxes)]
    assert sum(part.amount for part in parts) == amount
    assert min(part.amount for part in parts) >= 0


def test_what_rounds_up_twice_is_given_once() -> None:
    shares = settle(inr(1), 5000, (tax("vat", "price", 5000),))
    assert (shares.commission, dict(shares.taxes)["vat"], shares.net) == (inr(1), inr(0), inr(0))


@given(LINES, AMOUNTS)
def test_a_payment_over_lines_adds_up_and_follows_the_prices(lines: list[int], amount: int) -> None:
    parts = allocate_over([inr(line) for line in lines], inr(amount))
    assert sum(part.amount for part in parts) == amount
    for part, line in zip(parts, lines, strict=True):
        assert abs(part.amount * sum(lines) - amount * line) < sum(lines)


@given(LINES, st.integers(1, 99))
def test_a_deposit_and_its_balance_pay_each_line_exactly(lines: list[int], percent: int) -> None:
    prices = [inr(line) for line in lines]
    deposit = inr(sum(lines)).percent(percent)
    first = allocate_over(prices, deposit)
    lacking = [price - paid for price, paid in zip(prices, first, strict=True)]
    assert min(left.amount for left in lacking) >= 0
    if any(lacking):
        second = allocate_over(lacking, inr(sum(lines)) - deposit)
        assert [a + b for a, b in zip(first, second, strict=True)] == prices


def test_a_payment_is_divided_by_the_prices_of_the_lines() -> None:
    """10,000.00 for a venue, a caterer and a photographer; the odd paisa goes to the largest rest."""
    lines = [inr(50_000_00), inr(30_000_00), inr(10_000_00)]
    assert allocate_over(lines, inr(10_000_00)) == [inr(555_556), inr(333_333), inr(111_111)]


def test_lines_of_another_currency_or_without_a_price_are_refused() -> None:
    with pytest.raises(CurrencyMismatch):
        allocate_over([inr(5), Money(5, "NGN")], inr(3))
    with pytest.raises(ValueError, match="weights"):
        allocate_over([inr(0)], inr(3))


@given(LINES, terms())
def test_each_line_has_a_commission_of_its_own(lines: list[int], charged: FeeTerms) -> None:
    parts = allocate_over([inr(line) for line in lines], inr(sum(lines)))
    settled = settle_lines(parts, charged)
    assert [settle_by(charged, part).commission for part in parts] == [
        shares.commission for shares in settled
    ]
    whole = sum(s.commission.amount + s.net.amount for s in settled)
    assert whole + sum(part.amount for s in settled for _, part in s.taxes) == sum(lines)
