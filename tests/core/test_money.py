"""Money: whole minor units, one currency at a time, nothing lost in a division."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.money import CurrencyMismatch, Money, minor_digits, round_half_up

AMOUNTS = st.integers(-(10**13), 10**13)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_of_a_split_add_up_exactly(amount: int, weights: list[int]) -> None:
    parts = Money(amount, "INR").split(weights)
    assert sum(part.amount for part in parts) == amount
    assert len(parts) == len(weights)


@given(AMOUNTS, WEIGHTS)
def test_each_part_is_less_than_one_unit_from_its_exact_share(
    amount: int, weights: list[int]
) -> None:
    for part, weight in zip(Money(amount, "INR").split(weights), weights, strict=True):
        exact = Fraction(amount * weight, sum(weights))
        assert abs(part.amount - exact) < 1
        assert weight or not part


def test_the_largest_remainder_gets_the_odd_unit_and_the_first_of_equals() -> None:
    assert [p.amount for p in Money(100, "INR").split([1, 1, 1])] == [34, 33, 33]
    assert [p.amount for p in Money(10, "INR").split([1, 2])] == [3, 7]
    assert [p.amount for p in Money(-100, "INR").split([1, 1, 1])] == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_weights_that_do_not_weigh_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        Money(100, "INR").split(weights)


@given(AMOUNTS, st.integers(0, 100))
def test_a_percentage_and_its_rest_add_up(amount: int, percent: int) -> None:
    whole = Money(amount, "INR")
    part = whole.percent(percent)
    assert part + (whole - part) == whole
    assert abs(part.amount - Fraction(amount * percent, 100)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(Fraction(5, 2), 3), (Fraction(-5, 2), -3), (Fraction(7, 3), 2), (Fraction(0), 0)],
)
def test_a_half_goes_away_from_zero(value: Fraction, rounded: int) -> None:
    assert round_half_up(value) == rounded


def test_two_currencies_never_meet() -> None:
    rupees, naira = Money(100, "INR"), Money(100, "NGN")
    for meeting in (
        lambda: rupees + naira,
        lambda: rupees - naira,
        lambda: rupees < naira,
        lambda: rupees >= naira,
    ):
        with pytest.raises(CurrencyMismatch):
            meeting()
    assert rupees != naira


@pytest.mark.parametrize("amount", [1.0, "1", True, None, Fraction(1)])
def test_an_amount_is_a_whole_number_and_nothing_else(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "INR")  # type: ignore[arg-type]


def test_money_reads_as_people_write_it() -> None:
    assert str(Money(3500050, "INR")) == "₹35,000.50"
    assert str(Money(-5, "INR")) == "-₹0.05"
    assert str(Money(1234, "JPY")) == "JPY 1,234"
    assert str(Money(1234567, "KWD")) == "KWD 1,234.567"
    assert [minor_digits(c) for c in ("INR", "JPY", "KWD")] == [2, 0, 3]
