"""A cancelled line gives back its share of what was paid: whatever the order, never more than came in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kalends import billing, payments
from kalends.billing import LineRefund, Sale, SoldLine
from kalends.billing.rules.line_refunds import Paid, Returned, dues_of, line_refund, parts_of
from kalends.core.house import House
from kalends.core.money import CurrencyMismatch, Money
from kalends.core.unit import open_unit
from tests.payments.money import SUBJECT, books_are_right, fund, inr, person, request

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRICES = st.lists(st.integers(0, 10**9), min_size=1, max_size=6).filter(any)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def sale(
    prices: list[int], total: int | None = None, ended: dict[int, datetime] | None = None
) -> Sale:
    """Lines named 0, 1, …; `ended` says when some of them were cancelled."""
    lines = tuple(
        SoldLine(str(n), f"Line {n}", inr(price), (ended or {}).get(n))
        for n, price in enumerate(prices)
    )
    return Sale(SUBJECT, lines, inr(sum(prices) if total is None else total))


def cancel_all(
    prices: list[int], total: int, paid: list[int], order: list[tuple[int, int]]
) -> list[LineRefund]:
    """Cancel the lines in this order, each at its percentage, after every payment came."""
    moved: list[Paid | Returned] = [Paid(inr(money), at(n)) for n, money in enumerate(paid)]
    ended: dict[int, datetime] = {}
    made = []
    for step, (line, percent) in enumerate(order, start=len(paid)):
        ended[line] = at(step)
        made.append(line_refund(sale(prices, total, ended), moved, str(line), percent))
        moved.append(Returned(made[-1].amount, at(step), str(line)))
    return made


@st.composite
def cancellations(draw) -> tuple[list[int], int, list[int], list[tuple[int, int]]]:
    prices = draw(PRICES)
    total = draw(st.integers(0, sum(prices)))
    first = draw(st.integers(0, total))
    order = draw(st.permutations(range(len(prices))))
    percents = draw(st.lists(st.integers(0, 100), min_size=len(prices), max_size=len(prices)))
    return prices, total, [first, total - first], [(n, percents[n]) for n in order]


@pytest.mark.req("I-031")
@given(cancellations())
def test_whatever_the_order_each_line_gives_back_the_same_and_all_no_more_than_was_paid(
    case,
) -> None:
    prices, total, paid, order = case
    made = cancel_all(prices, total, paid, order)
    back, fees = sum(one.amount.amount for one in made), sum(one.fee.amount for one in made)
    assert back + fees == sum(paid)
    assert min(min(one.amount.amount, one.fee.amount) for one in made) >= 0
    by_line = {one.line: one for one in cancel_all(prices, total, paid, order[::-1])}
    assert [by_line[one.line] for one in made] == made


@st.composite
def stories(draw) -> list[tuple[str, int, int]]:
    """Payments, refunds of a line or of the whole, and cancellations, in any order."""
    kinds = st.sampled_from(["pay", "return", "cancel"])
    steps = st.tuples(kinds, st.integers(0, 3), st.integers(0, 100))
    return draw(st.lists(steps, max_size=15))


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=4).filter(any), stories())
def test_no_story_gives_back_more_than_there_is(prices: list[int], story) -> None:
    moved: list[Paid | Returned] = []
    ended: dict[int, datetime] = {}
    held = 0
    for minute, (kind, line, percent) in enumerate(story):
        money = Money(0, "INR")
        if kind == "pay":  # also more than is owed, as when somebody pays twice
            money = inr(sum(prices)).percent(percent)
            moved.append(Paid(money, at(minute)))
            held += money.amount
        elif kind == "return":
            money = inr(held).percent(percent)
            moved.append(Returned(money, at(minute)))
            held -= money.amount
        else:
            ended.setdefault(line, at(minute))
            made = line_refund(sale(prices, None, ended), moved, str(line), percent)
            moved.append(Returned(made.amount, at(minute), str(line)))
            held -= made.amount.amount
        assert held >= 0
        parts = parts_of(sale(prices, None, ended), moved).values()
        assert sum(part.left.amount for part in parts) <= held
        assert all(Money(0, "INR") <= part.given <= part.share for part in parts)


def test_a_discount_is_divided_by_the_prices() -> None:
    """10 % off 900.00: a line of 500.00 costs 450.00; the odd paisa goes to the largest rest."""
    assert dues_of(sale([50_000, 30_000, 10_000], 81_000).lines, inr(81_000)) == {
        "0": inr(45_000),
        "1": inr(27_000),
        "2": inr(9_000),
    }
    assert list(dues_of(sale([1, 1, 1]).lines, inr(2)).values()) == [inr(1), inr(1), inr(0)]


def test_of_a_deposit_a_line_has_its_share_and_the_balance_pays_for_the_others_only() -> None:
    """A quarter of 1,000.00 is paid; the line of 600.00 is cancelled at 50 %; then the other is paid up."""
    sold = sale([60_000, 40_000], ended={0: at(2)})
    moved: list[Paid | Returned] = [Paid(inr(25_000), at(1))]
    first = line_refund(sold, moved, "0", 50)
    assert (first.share, first.amount, first.fee) == (inr(15_000), inr(7_500), inr(7_500))
    moved += [Returned(first.amount, at(2), "0"), Paid(inr(30_000), at(3))]
    other = line_refund(sold, moved, "1", 100)
    assert other.amount == inr(40_000)
    assert line_refund(sold, moved, "0", 50).amount == inr(0)


def test_what_was_paid_twice_is_no_lines_and_goes_back_first() -> None:
    twice: list[Paid | Returned] = [Paid(inr(1_000), at(1)), Paid(inr(1_000), at(2))]
    sold = sale([600, 400])
    assert line_refund(sold, twice, "0", 100).share == inr(600)
    twice.append(Returned(inr(1_000), at(3)))
    assert line_refund(sold, twice, "0", 100).amount == inr(600)


def test_lines_must_be_told_apart_and_cost_something() -> None:
    one = SoldLine("1", "Hall", inr(5))
    with pytest.raises(ValueError, match="same id"):
        dues_of([one, one], inr(10))
    with pytest.raises(CurrencyMismatch):
        dues_of([one], Money(5, "NGN"))
    with pytest.raises(KeyError):
        line_refund(sale([5]), [], "7", 100)


@pytest.mark.req("X-09")
async def test_lines_are_given_back_one_by_one_from_what_was_really_paid(house: House) -> None:
    """Paid in two parts; a goodwill refund comes between two cancellations and is shared by what is left."""
    guest, prices = await person(house), [60_000, 30_000, 10_000]
    await fund(house, guest, 100_000)
    for purpose, amount in (("deposit", 30_000), ("balance", 70_000)):
        async with open_unit(house) as unit:
            wanted = request(guest, amount, purpose=purpose, gateway="wallet")
            await payments.pay_from_wallet(unit, wanted)
    ended: dict[int, datetime] = {}

    async def cancel(line: int, percent: int) -> int:
        async with open_unit(house) as unit:
            ended.setdefault(line, unit.now)
            sold = sale(prices, None, ended)
            found = await billing.line_refund(unit, sold, str(line), percent)
            if found.amount:
                await payments.refund(unit, order(guest, found.amount, line=str(line)))
        return found.amount.amount

    assert await cancel(0, 75) == 45_000
    assert await cancel(0, 75) == 0
    async with open_unit(house) as unit:
        await payments.refund(unit, order(guest, inr(10_000)))
    assert [await cancel(1, 100), await cancel(2, 100)] == [22_500, 7_500]
    async with open_unit(house) as unit:
        refunds = await payments.refunds_of(unit, SUBJECT)
        left = await payments.escrow_of(unit, SUBJECT)
    assert [one.line for one in refunds] == ["0", None, "1", "2"]
    assert left == inr(15_000)
    await books_are_right(house)


async def test_what_a_card_network_decides_about_is_not_given_back_meanwhile(house: House) -> None:
    """1,000.00 are paid and 400.00 of them disputed: the line of 600.00 has 360.00 to give back."""
    guest = await person(house)
    await fund(house, guest, 100_000)
    async with open_unit(house) as unit:
        await payments.pay_from_wallet(unit, request(guest, 100_000, gateway="wallet"))
        await unit.session.execute(text("UPDATE payments SET disputed = 40000"))
    async with open_unit(house) as unit:
        found = await billing.line_refund(unit, sale([60_000, 40_000]), "0", 100)
        await payments.refund(unit, order(guest, found.amount, line="0"))
    assert found.amount == inr(36_000)


def order(guest: UUID, amount: Money, line: str | None = None) -> payments.RefundOrder:
    key = f"cancel-line:{line}"
    return payments.RefundOrder(SUBJECT, guest, amount, "rain", key, line=line)
