"""Instalments: their parts add up, come in order, and what is paid covers them from the first one on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.billing import (
    Bill,
    Dates,
    Instalment,
    Part,
    PaymentTerms,
    Purpose,
    agree,
    due_now,
    next_open,
    schedule,
    standing,
)
from kalends.core.money import Money

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
START = NOW + timedelta(days=10)
DATES = Dates(NOW, START, START + timedelta(hours=2))
QUARTER = PaymentTerms(percent=25, balance_due_hours=72)
MADE = st.timedeltas(timedelta(), timedelta(days=200))


def rupees(amount: int) -> Money:
    return Money(amount, "INR")


def instalments(
    total: int, terms: PaymentTerms = QUARTER, extra: int = 0
) -> tuple[Instalment, ...]:
    agreed = agree(rupees(total - extra), terms, START, NOW)
    return schedule(Bill(rupees(total), rupees(extra)), agreed, DATES)


def shape(parts: tuple[Instalment, ...]) -> list[tuple[str, int]]:
    return [(part.purpose.value, part.amount.amount) for part in parts]


@pytest.mark.req("S-090", "S-106")
def test_a_deposit_confirms_and_the_balance_is_due_before_the_start() -> None:
    parts = instalments(40001)
    assert shape(parts) == [("deposit", 10000), ("balance", 30001)]
    assert [part.due_at for part in parts] == [NOW, START - timedelta(hours=72)]


def test_everything_is_paid_at_once_where_no_deposits_are_taken() -> None:
    assert shape(instalments(40000, PaymentTerms())) == [("full", 40000)]


@pytest.mark.parametrize(("hours", "purposes"), [(72, ["full"]), (73, ["deposit", "balance"])])
def test_who_books_too_late_for_a_balance_pays_in_full(hours: int, purposes: list[str]) -> None:
    start = NOW + timedelta(hours=hours)
    agreed = agree(rupees(100), QUARTER, start, NOW)
    parts = schedule(Bill(rupees(100), rupees(0)), agreed, Dates(NOW, start, start))
    assert [part.purpose for part in parts] == purposes


def test_a_price_too_small_to_divide_is_paid_at_once() -> None:
    assert shape(instalments(1)) == [("full", 1)]


def test_what_was_added_later_is_an_instalment_of_its_own() -> None:
    assert shape(instalments(50000, PaymentTerms(), extra=10000)) == [
        ("full", 40000),
        ("extra", 10000),
    ]


def test_a_price_that_fell_below_the_deposit_leaves_no_balance() -> None:
    agreed = agree(rupees(40000), QUARTER, START, NOW)
    assert shape(schedule(Bill(rupees(8000), rupees(0)), agreed, DATES)) == [("deposit", 8000)]


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 99),
    st.integers(0, 2000),
    MADE,
)
def test_the_instalments_add_up_and_are_due_in_their_order(
    base: int, extra: int, percent: int, hours: int, lead: timedelta
) -> None:
    terms = agree(rupees(base), PaymentTerms(percent, hours), NOW + lead, NOW)
    dates = Dates(NOW, NOW + lead, NOW + lead + timedelta(hours=1))
    parts = schedule(Bill(rupees(base + extra), rupees(extra)), terms, dates)
    assert sum(part.amount.amount for part in parts) == base + extra
    assert all(part.amount.amount > 0 for part in parts)
    assert [p.due_at for p in parts] == sorted(p.due_at for p in parts)
    order = [*Purpose]
    assert [order.index(p.purpose) for p in parts] == sorted(order.index(p.purpose) for p in parts)
    if terms.deposit:
        assert abs(terms.deposit * 100 - base * percent) < 100, (
            "the deposit is the percent, rounded"
        )


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 3 * 10**6), st.integers(0, 300))
def test_what_is_paid_covers_the_instalments_from_the_first_on(
    base: int, extra: int, paid: int, hours: int
) -> None:
    parts = instalments(base + extra, extra=extra)
    now = NOW + timedelta(hours=hours)
    shown = standing(parts, rupees(paid), now)
    left = sum(one.left.amount for one in shown)
    assert left == max(base + extra - paid, 0)
    states = [one.part for one in shown]
    assert states == sorted(states, key=[Part.paid, Part.due, Part.upcoming].index)
    owed = next_open(shown)
    assert (owed is None) == (left == 0)
    due = sum(p.amount.amount for p in parts if p.due_at <= now)
    assert due_now(shown, "INR").amount == max(due - paid, 0)


def test_nothing_is_asked_for_what_was_called_off() -> None:
    shown = standing(instalments(40000), rupees(10000), None)
    assert [one.part for one in shown] == [Part.paid, Part.void]
    assert next_open(shown) is None
    assert due_now(shown, "INR") == rupees(0)
