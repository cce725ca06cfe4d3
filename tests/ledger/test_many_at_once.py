"""Many postings at once, and whatever order they come in: the journal explains every balance."""

import asyncio
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends import ledger
from kalends.core.checks import CHECKS
from kalends.core.errors import Conflict
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import open_unit
from kalends.ledger.rules import check_entries
from tests.ledger.accounts import count, fund, has, pay

ACCOUNTS = [
    ledger.gateway("sandbox"),
    ledger.promotions(),
    ledger.commission(),
    ledger.escrow("booking:1"),
    ledger.escrow("booking:2"),
    ledger.wallet(new_id()),
    ledger.provider_available(new_id()),
]
GUARDED = {"escrow", "customer_wallet", "provider_available"}
moves = st.tuples(
    st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1, 10**12)
).filter(lambda move: move[0] != move[1])


async def pay_quietly(house: House, move: tuple[ledger.Account, ledger.Account, int]) -> bool:
    with contextlib.suppress(Conflict):
        async with open_unit(house) as unit:
            await pay(unit, *move)
        return True
    return False


async def test_fifty_payments_of_a_wallet_spend_it_once(house: House) -> None:
    wallet, escrow = ledger.wallet(new_id()), ledger.escrow("booking:1")
    await fund(house, wallet, 100)
    paid = await asyncio.gather(*(pay_quietly(house, (wallet, escrow, 60)) for _ in range(50)))
    assert sum(paid) == 1
    assert (await has(house, wallet), await has(house, escrow)) == (40, 60)


async def test_fifty_postings_of_one_cause_post_once(house: House) -> None:
    async def post() -> bool:
        async with open_unit(house) as unit:
            gateway, escrow = ledger.gateway("sandbox"), ledger.escrow("booking:1")
            return (await pay(unit, gateway, escrow, 7, key="capture:1")).fresh

    fresh = await asyncio.gather(*(post() for _ in range(50)))
    assert sum(fresh) == 1
    assert await count(house, "ledger_transactions") == 1


async def test_opposite_payments_do_not_wait_for_each_other_for_ever(house: House) -> None:
    one, other = ledger.wallet(new_id()), ledger.wallet(new_id())
    await fund(house, one, 1000)
    await fund(house, other, 1000)
    both = [(one, other, 10), (other, one, 10)] * 20
    assert all(await asyncio.gather(*(pay_quietly(house, move) for move in both)))
    assert (await has(house, one), await has(house, other)) == (1000, 1000)


async def test_locked_balances_wait_for_each_other_in_one_order(house: House) -> None:
    wallets = [ledger.wallet(new_id()) for _ in range(4)]
    for wallet in wallets:
        await fund(house, wallet, 100)

    async def spend(order: list[ledger.Account]) -> None:
        async with open_unit(house) as unit:
            await ledger.lock(unit, *order)
            for wallet in order:
                await pay(unit, wallet, ledger.escrow("booking:1"), 1)

    orders = [wallets, wallets[::-1]] * 10
    await asyncio.gather(*(spend(order) for order in orders))
    assert await has(house, ledger.escrow("booking:1")) == 80


@settings(max_examples=12)
@given(steps=st.lists(moves, min_size=1, max_size=12))
async def test_after_any_moves_every_balance_is_explained(
    house: House, steps: list[tuple[ledger.Account, ledger.Account, int]]
) -> None:
    for step in steps:
        before = {account: await has(house, account) for account in step[:2]}
        done = await pay_quietly(house, step)
        if not done:
            assert before == {account: await has(house, account) for account in step[:2]}
    async with open_unit(house, read_only=True) as unit:
        for name in ("B1", "B3", "B4"):
            assert not await CHECKS[name].find(unit), name
        found = await ledger.balances(unit, ACCOUNTS)
    assert all(found[a].amount >= 0 for a in ACCOUNTS if a.kind in GUARDED)


@pytest.mark.req("C-26")
@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**4), min_size=1, max_size=12))
def test_a_split_is_always_a_transaction(amount: int, weights: list[int]) -> None:
    whole = Money(amount, "INR")
    if not sum(weights):
        with pytest.raises(ValueError, match="positive"):
            whole.split(weights)
        return
    parts = whole.split(weights)
    assert sum(part.amount for part in parts) == amount
    shares = [(ledger.escrow(str(i)), -part) for i, part in enumerate(parts) if part]
    if shares:
        entries = [ledger.Entry(account, part) for account, part in shares]
        check_entries((ledger.Entry(ledger.gateway("sandbox"), whole), *entries))
