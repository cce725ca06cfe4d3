"""Posting to the journal, and asking it."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from kalends import ledger
from kalends.core.errors import Invalid
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import PageQuery, encode_cursor
from kalends.core.unit import open_unit
from tests.ledger.accounts import count, fund, has, inr, pay, statements

GATEWAY, ESCROW = ledger.gateway("sandbox"), ledger.escrow("booking:1")


def settlement(key: str = "release:1") -> ledger.Transaction:
    entries = (
        ledger.Entry(ESCROW, inr(1000)),
        ledger.Entry(ledger.commission(), inr(-100)),
        ledger.Entry(ledger.tax("gst"), inr(-18)),
        ledger.Entry(ledger.provider_available(new_id()), inr(-882)),
    )
    return ledger.Transaction(key, "release", "booking:1", "Release", entries, {"by": "test"})


@pytest.mark.req("C-28")
async def test_a_move_debits_one_account_and_credits_the_other(house: House) -> None:
    async with open_unit(house) as unit:
        posted = await pay(unit, GATEWAY, ESCROW, 1000)
    assert posted.fresh
    assert await has(house, GATEWAY) == 1000
    assert await has(house, ESCROW) == 1000


async def test_a_transaction_may_have_many_entries(house: House) -> None:
    async with open_unit(house) as unit:
        await pay(unit, GATEWAY, ESCROW, 1000)
        await ledger.post(unit, settlement())
        accounts = [ESCROW, ledger.commission(), ledger.tax("gst"), ledger.tax("tcs")]
        found = await ledger.balances(unit, accounts)
    assert [found[account].amount for account in accounts] == [0, 100, 18, 0]


async def test_the_same_cause_posts_once(house: House) -> None:
    async with open_unit(house) as unit:
        first = await pay(unit, GATEWAY, ESCROW, 1000, key="capture:1")
    async with open_unit(house) as unit:
        second = await pay(unit, GATEWAY, ESCROW, 1000, key="capture:1")
    assert (second.id, second.fresh) == (first.id, False)
    assert await has(house, ESCROW) == 1000


async def test_entries_in_another_order_are_the_same_cause(house: House) -> None:
    async with open_unit(house) as unit:
        await pay(unit, GATEWAY, ESCROW, 1000)
        order = settlement()
        await ledger.post(unit, order)
        turned = dataclasses.replace(order, entries=tuple(reversed(order.entries)))
        assert not (await ledger.post(unit, turned)).fresh


async def test_the_same_cause_with_other_entries_is_a_conflict(house: House) -> None:
    async with open_unit(house) as unit:
        await pay(unit, GATEWAY, ESCROW, 1000, key="capture:1")
        with pytest.raises(ledger.LedgerConflict):
            await pay(unit, GATEWAY, ESCROW, 900, key="capture:1")
    assert await has(house, ESCROW) == 1000


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (ledger.Entry(GATEWAY, inr(0)), ledger.Entry(ESCROW, inr(0))),
        (ledger.Entry(GATEWAY, inr(5)), ledger.Entry(ESCROW, inr(-4))),
        (ledger.Entry(GATEWAY, inr(5)), ledger.Entry(ESCROW, Money(-5, "USD"))),
        (ledger.Entry(GATEWAY, inr(5)), ledger.Entry(GATEWAY, inr(-5))),
    ],
    ids=["nothing", "zero", "unbalanced", "two currencies", "one account twice"],
)
async def test_what_is_no_transaction_is_refused(
    house: House, entries: tuple[ledger.Entry, ...]
) -> None:
    order = dataclasses.replace(settlement(), entries=entries)
    async with open_unit(house) as unit:
        with pytest.raises(ledger.Unbalanced):
            await ledger.post(unit, order)


@pytest.mark.parametrize("amount", [0, -5])
async def test_a_move_has_a_positive_amount(house: House, amount: int) -> None:
    async with open_unit(house) as unit:
        with pytest.raises(ledger.Unbalanced):
            await pay(unit, GATEWAY, ESCROW, amount)


async def test_a_transaction_may_balance_in_two_currencies(house: House) -> None:
    dollars = Money(7, "USD")
    entries = (
        ledger.Entry(GATEWAY, inr(5)),
        ledger.Entry(ESCROW, inr(-5)),
        ledger.Entry(GATEWAY, dollars),
        ledger.Entry(ESCROW, -dollars),
    )
    async with open_unit(house) as unit:
        await ledger.post(unit, dataclasses.replace(settlement(), entries=entries))
        assert await ledger.balance(unit, ESCROW, "USD") == dollars
        assert await ledger.balance(unit, ESCROW) == inr(5)


async def test_a_guarded_account_never_falls_below_zero(house: House) -> None:
    wallet = ledger.wallet(new_id())
    await fund(house, wallet, 100)
    with pytest.raises(ledger.InsufficientFunds):
        async with open_unit(house) as unit:
            await pay(unit, wallet, ESCROW, 101)
    assert await has(house, wallet) == 100
    assert await has(house, ESCROW) == 0


@pytest.mark.parametrize(
    "account",
    [
        ledger.escrow("booking:1"),
        ledger.wallet(new_id()),
        ledger.provider_available(new_id()),
        ledger.provider_reserved(new_id()),
        ledger.staff_tips(new_id()),
    ],
    ids=lambda account: account.kind.value,
)
async def test_what_belongs_to_people_is_guarded(house: House, account: ledger.Account) -> None:
    await fund(house, account, 5)
    assert await has(house, account) == 5
    with pytest.raises(ledger.InsufficientFunds):
        async with open_unit(house) as unit:
            await pay(unit, account, GATEWAY, 6)


async def test_fees_and_chargebacks_are_costs_of_the_platform(house: House) -> None:
    async with open_unit(house) as unit:
        await pay(unit, ledger.gateway_fees(), GATEWAY, 2)
        await pay(unit, ledger.chargebacks(), GATEWAY, 3)
    assert await has(house, ledger.gateway_fees()) == 2
    assert await has(house, ledger.chargebacks()) == 3
    assert await has(house, GATEWAY) == -5


async def test_a_broken_posting_is_not_mistaken_for_missing_money(house: House) -> None:
    broken: Any = None
    async with open_unit(house) as unit:
        await pay(unit, GATEWAY, ESCROW, 1000)
        with pytest.raises(IntegrityError, match="memo"):
            await ledger.post(unit, dataclasses.replace(settlement(), memo=broken))


async def test_a_platform_account_may_go_either_way(house: House) -> None:
    async with open_unit(house) as unit:
        await pay(unit, ledger.commission(), ledger.promotions(), 5)
    assert await has(house, ledger.commission()) == -5
    assert await has(house, ledger.promotions()) == -5


async def test_a_posting_is_one_statement(house: House) -> None:
    async with open_unit(house) as unit:
        with statements(house) as seen:
            await pay(unit, GATEWAY, ESCROW, 1000)
    assert len(seen) == 1, seen


@pytest.mark.req("H-052")
async def test_a_statement_lists_movements_newest_first(house: House) -> None:
    wallet = ledger.wallet(new_id())
    for amount in (10, 20, 30):
        await fund(house, wallet, amount)
    async with open_unit(house) as unit:
        await pay(unit, wallet, ESCROW, 5)
    async with open_unit(house, read_only=True) as unit:
        first = await ledger.statement(unit, wallet, PageQuery(limit=3))
        query = PageQuery(limit=3, cursor=first.next_cursor)
        second = await ledger.statement(unit, wallet, query)
        assert await ledger.count_lines(unit, wallet) == 4
    assert [line.amount.amount for line in first.rows] == [-5, 30, 20]
    assert [line.amount.amount for line in second.rows] == [10]
    assert second.next_cursor is None
    newest = first.rows[0]
    assert (newest.kind, newest.subject, newest.memo) == ("test", "test:1", "a test")
    assert newest.at.tzinfo is not None


@pytest.mark.parametrize("position", [["not a uuid"], [1], [None]])
async def test_a_foreign_cursor_is_refused(house: House, position: list[object]) -> None:
    query = PageQuery(cursor=encode_cursor(*position))
    async with open_unit(house, read_only=True) as unit:
        with pytest.raises(Invalid):
            await ledger.statement(unit, ESCROW, query)


@pytest.mark.req("H-045", "H-146", "H-153")
async def test_an_account_is_opened_once_with_nothing_on_it(house: House) -> None:
    wallet = ledger.wallet(new_id())
    seen = []
    for step in (ledger.open_account, ledger.open_account, None):
        async with open_unit(house) as unit:
            seen.append(await ledger.find_account(unit, wallet))
            if step is not None:
                await step(unit, wallet)
    nothing, first, again = seen
    assert nothing is None
    assert first == again
    assert (first.balance, first.lines) == (inr(0), 0)
    await fund(house, wallet, 40)
    async with open_unit(house) as unit:
        later = await ledger.find_account(unit, wallet)
    assert (later.id, later.balance, later.lines) == (first.id, inr(40), 1)
    assert later.updated_at > later.created_at == first.created_at


async def test_a_posting_that_is_rolled_back_leaves_nothing(house: House) -> None:
    async def fail_later() -> None:
        async with open_unit(house) as unit:
            await pay(unit, GATEWAY, ESCROW, 1000)
            raise RuntimeError("the use case failed later")

    with pytest.raises(RuntimeError):
        await fail_later()
    assert await count(house, "ledger_transactions") == 0
    assert await count(house, "ledger_accounts") == 0
