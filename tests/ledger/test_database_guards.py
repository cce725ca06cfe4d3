"""The database keeps the journal's promises, whatever program speaks to it."""

from collections.abc import Iterator

import psycopg
import pytest

from kalends import ledger
from kalends.app import postgres
from kalends.core.checks import CHECKS
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import open_unit
from tests.ledger.accounts import fund, has, pay

KEPT = (
    "ledger_accounts",
    "ledger_transactions",
    "ledger_entries",
    "ledger_balances",
    "audit_log",
)
WALLET = ledger.wallet(new_id())
FORBIDDEN = [
    "UPDATE ledger_entries SET amount = amount + 1",
    "UPDATE ledger_transactions SET memo = 'another story'",
    "UPDATE ledger_accounts SET owner = 'me'",
    "UPDATE ledger_balances SET balance = balance + 1",
    "INSERT INTO ledger_balances (account_id) SELECT id FROM ledger_accounts",
    *(verb.format(table) for verb in ("DELETE FROM {}", "TRUNCATE {} CASCADE") for table in KEPT),
    "UPDATE audit_log SET action = 'nothing happened'",
]
NEW_TRANSACTION = """
    INSERT INTO ledger_transactions
        (id, key, kind, memo, metadata, entries_hash, entry_count, at)
    VALUES ('{id}', '{key}', 'test', '', '{{}}', '', 2, now())
"""
ENTRY = """
    INSERT INTO ledger_entries (transaction_id, account_id, amount, currency)
    SELECT '{id}', id, {amount}, '{currency}' FROM ledger_accounts WHERE kind = '{kind}'
"""


@pytest.fixture
async def funded(house: House) -> House:
    await fund(house, WALLET, 100)
    return house


@pytest.fixture(params=["kalends_app", "kalends"], ids=["as the application", "as the owner"])
def connection(
    request: pytest.FixtureRequest, cluster: postgres.Cluster, database: str, funded: House
) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.dsn(database, request.param)) as opened:
        yield opened


@pytest.mark.req("H-050")
def test_what_was_written_stays_written(connection: psycopg.Connection) -> None:
    refusals = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)
    for statement in FORBIDDEN:
        with pytest.raises(refusals), connection.transaction():
            connection.execute(statement)


def commit_with(connection: psycopg.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(statement)
    connection.commit()


def entry(transaction: object, kind: str, amount: int, currency: str = "INR") -> str:
    return ENTRY.format(id=transaction, kind=kind, amount=amount, currency=currency)


@pytest.mark.req("C-28")
def test_an_unbalanced_transaction_cannot_be_committed(connection: psycopg.Connection) -> None:
    new = new_id()
    with pytest.raises(psycopg.errors.CheckViolation, match="add up"):
        commit_with(
            connection,
            NEW_TRANSACTION.format(id=new, key=new),
            entry(new, "promotions", 5),
            entry(new, "customer_wallet", -4),
        )


@pytest.mark.parametrize("entries", [0, 1])
def test_a_transaction_without_two_entries_cannot_be_committed(
    connection: psycopg.Connection, entries: int
) -> None:
    new = new_id()
    written = [entry(new, "promotions", 5)] * entries
    with pytest.raises(psycopg.errors.CheckViolation, match="closed"):
        commit_with(connection, NEW_TRANSACTION.format(id=new, key=new), *written)


def test_a_closed_transaction_takes_no_more_entries(
    connection: psycopg.Connection, cluster: postgres.Cluster, database: str
) -> None:
    opened = "INSERT INTO ledger_accounts VALUES ('{}', '{}', 'x', 'INR', now())"
    query = "SELECT id FROM ledger_transactions LIMIT 1"
    posted = connection.execute(query).fetchone()[0]
    with pytest.raises(psycopg.errors.CheckViolation, match="closed"):
        commit_with(
            connection,
            opened.format(new_id(), "gateway_fees"),
            opened.format(new_id(), "chargebacks"),
            entry(posted, "gateway_fees", 5),
            entry(posted, "chargebacks", -5),
        )


def test_an_entry_has_the_currency_of_its_account(connection: psycopg.Connection) -> None:
    new = new_id()
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        commit_with(
            connection,
            NEW_TRANSACTION.format(id=new, key=new),
            entry(new, "promotions", 5, "USD"),
            entry(new, "customer_wallet", -5, "USD"),
        )


def test_an_entry_of_nothing_is_refused(connection: psycopg.Connection) -> None:
    new = new_id()
    with pytest.raises(psycopg.errors.CheckViolation, match="moves_something"):
        commit_with(
            connection, NEW_TRANSACTION.format(id=new, key=new), entry(new, "promotions", 0)
        )


def test_a_wallet_cannot_be_overdrawn_by_hand(connection: psycopg.Connection) -> None:
    new = new_id()
    with pytest.raises(psycopg.errors.CheckViolation, match="covered"):
        commit_with(
            connection,
            NEW_TRANSACTION.format(id=new, key=new),
            entry(new, "customer_wallet", 101),
            entry(new, "promotions", -101),
        )


async def clawed_back(house: House, provider: ledger.Account, amount: int) -> None:
    async with open_unit(house) as unit:
        back = ledger.Move(
            key=f"clawback:{new_id()}",
            kind=ledger.CLAWBACK,
            debit=provider,
            credit=ledger.gateway("sandbox"),
            amount=Money(amount, "INR"),
        )
        await ledger.move(unit, back)


async def test_only_a_clawback_takes_a_provider_below_zero(house: House) -> None:
    provider = ledger.provider_available(new_id())
    await fund(house, provider, 10)
    with pytest.raises(ledger.InsufficientFunds):
        async with open_unit(house) as unit:
            await pay(unit, provider, ledger.gateway("sandbox"), 25)
    await clawed_back(house, provider, 25)
    assert await has(house, provider) == -15
    async with open_unit(house, read_only=True) as unit:
        assert not await CHECKS["B4"].find(unit)


async def test_a_debt_is_paid_back_before_anything_is_paid_out(house: House) -> None:
    provider = ledger.provider_available(new_id())
    await fund(house, provider, 10)
    await clawed_back(house, provider, 25)
    with pytest.raises(ledger.InsufficientFunds):
        async with open_unit(house) as unit:
            await pay(unit, provider, ledger.gateway("sandbox"), 1)
    await fund(house, provider, 10)
    assert await has(house, provider) == -5
    await fund(house, provider, 10)
    assert await has(house, provider) == 5
    with pytest.raises(ledger.InsufficientFunds):
        async with open_unit(house) as unit:
            await pay(unit, provider, ledger.gateway("sandbox"), 6)


async def test_a_clawback_takes_nobody_else_below_zero(house: House) -> None:
    wallet = ledger.wallet(new_id())
    await fund(house, wallet, 10)
    with pytest.raises(ledger.InsufficientFunds):
        await clawed_back(house, wallet, 25)


async def findings(house: House) -> dict[str, int]:
    async with open_unit(house, read_only=True) as unit:
        found = {name: await CHECKS[name].find(unit) for name in ("B1", "B3", "B4")}
    return {name: len(rows) for name, rows in found.items() if rows}


def tamper(cluster: postgres.Cluster, database: str, statement: str) -> None:
    """What only the server's administrator can do: write past every guard."""
    with psycopg.connect(cluster.dsn(database, "postgres")) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement)


async def test_the_checks_find_what_an_administrator_changed(
    funded: House, cluster: postgres.Cluster, database: str
) -> None:
    assert not await findings(funded)
    for statement, undo, red in (
        (
            "UPDATE ledger_entries SET amount = amount - 1 WHERE amount < 0",
            "UPDATE ledger_entries SET amount = amount + 1 WHERE amount < 0",
            {"B1", "B3"},
        ),
        (
            "UPDATE ledger_transactions SET entry_count = 3",
            "UPDATE ledger_transactions SET entry_count = 2",
            {"B1"},
        ),
        (
            "UPDATE ledger_balances SET balance = 99",
            "UPDATE ledger_balances SET balance = 100",
            {"B3"},
        ),
        (
            "UPDATE ledger_balances SET overdraft = true, balance = -1",
            "UPDATE ledger_balances SET overdraft = false, balance = 100",
            {"B3"},
        ),
        ("DELETE FROM ledger_balances", "SELECT 1", {"B4"}),
        ("DELETE FROM ledger_entries", "SELECT 1", {"B1", "B4"}),
    ):
        tamper(cluster, database, statement)
        assert set(await findings(funded)) == red, statement
        tamper(cluster, database, undo)
