"""The checks of refunds go red when a refund, its money and its gateway tell different stories."""

import psycopg
import pytest

from kalends import payments
from kalends.app import postgres
from kalends.core.checks import CHECKS, run_checks
from kalends.core.gateways import RefundStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import captured, person
from tests.payments.refunding import (
    key_of,
    one_refund,
    provider_and_books_agree,
    refunding,
    send,
)

WATCHED = ("B5", "B6", "B6.payable", "B11")
# What is done to a house with one refund that is complete and one that waits, and what it turns red.
TAMPERINGS = (
    (
        "UPDATE refunds SET state = 'failed' WHERE state = 'completed'",
        "UPDATE refunds SET state = 'completed' WHERE state = 'failed'",
        {"B6.payable", "B11"},
    ),
    (
        "UPDATE refunds SET state = 'rejected' WHERE state = 'processing'",
        "UPDATE refunds SET state = 'processing' WHERE state = 'rejected'",
        {"B6", "B6.payable"},
    ),
    (
        "UPDATE refunds SET destination = 'wallet' WHERE state = 'completed'",
        "UPDATE refunds SET destination = 'original_method'",
        {"B11"},
    ),
    (
        "UPDATE ledger_transactions SET kind = 'gift' WHERE kind = 'refund_sent'",
        "UPDATE ledger_transactions SET kind = 'refund_sent' WHERE kind = 'gift'",
        {"B11"},
    ),
    (
        "UPDATE payments SET refunded = refunded + 1",
        "UPDATE payments SET refunded = refunded - 1",
        {"B5", "B6"},
    ),
)


@pytest.fixture
def house(house: House) -> House:
    return refunding(house)


async def red(house: House) -> set[str]:
    async with open_unit(house, read_only=True) as unit:
        found = {name: await CHECKS[name].find(unit) for name in WATCHED}
    return {name for name, rows in found.items() if rows}


async def test_every_difference_is_seen(
    house: House, provider: FakeGateway, cluster: postgres.Cluster, database: str
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    done = await one_refund(house, payer, 30)
    await send(house, done)
    provider.end_refund(key_of(done), RefundStatus.processed)
    await send(house, done)
    await provider_and_books_agree(house, provider)
    await send(house, await one_refund(house, payer, 20, key="cancel:2"))
    with psycopg.connect(cluster.dsn(database, "postgres"), autocommit=True) as administrator:
        administrator.execute("SET session_replication_role = replica")
        for tampering, undo, expected in TAMPERINGS:
            assert await red(house) == set()
            administrator.execute(tampering)
            assert await red(house) == expected, tampering
            administrator.execute(undo)


async def test_an_outcome_that_stays_unknown_is_seen_after_half_an_hour_and_stops_nothing(
    house: House, provider: FakeGateway, pass_time: object
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    provider.down = True
    with pytest.raises(Exception, match="does not answer"):
        await send(house, made)
    await pass_time(minutes=29, run=False)
    assert await all_red(house) == set()
    await pass_time(minutes=2, run=False)
    assert await all_red(house) == {"B18"}
    assert not CHECKS["B18"].money
    provider.down = False
    await payments.ask_open_refunds(house)
    await pass_time(minutes=60, run=False)
    assert await all_red(house) == set(), "a bank may take its time"


async def all_red(house: House) -> set[str]:
    async with open_unit(house, read_only=True) as unit:
        return set(await run_checks(unit))
