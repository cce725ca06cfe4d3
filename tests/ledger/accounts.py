"""Words for the journal's tests."""

from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from kalends import ledger
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit, open_unit


def inr(amount: int) -> Money:
    return Money(amount, "INR")


async def fund(house: House, account: ledger.Account, amount: int) -> None:
    """Give an account money out of the platform's promotions."""
    async with open_unit(house) as unit:
        await pay(unit, ledger.promotions(), account, amount)


async def pay(
    unit: Unit, debit: ledger.Account, credit: ledger.Account, amount: int, key: str | None = None
) -> ledger.Posted:
    order = ledger.Move(
        key=key or f"test:{new_id()}",
        kind="test",
        debit=debit,
        credit=credit,
        amount=inr(amount),
        subject="test:1",
        memo="a test",
    )
    return await ledger.move(unit, order)


async def has(house: House, account: ledger.Account) -> int:
    async with open_unit(house, read_only=True) as unit:
        return (await ledger.balance(unit, account)).amount


async def count(house: House, table: str) -> int:
    async with open_unit(house, read_only=True) as unit:
        query = text(f"SELECT count(*) FROM {table}")  # noqa: S608 - the test's own word
        return (await unit.session.execute(query)).scalar_one()


@contextmanager
def statements(house: House) -> Any:
    """The statements that the house's engine runs meanwhile."""
    seen: list[str] = []

    def note(_c: Any, _cu: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(house.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(house.engine.sync_engine, "before_cursor_execute", note)
