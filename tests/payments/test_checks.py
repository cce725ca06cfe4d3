"""The checks of payments go red when the stories of payments and journal part."""

import psycopg

from kalends import payments
from kalends.app import postgres
from kalends.core.checks import CHECKS
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import SUBJECT, books_are_right, captured, inr, person

TAMPERINGS = (
    ("UPDATE payments SET amount = 99", "UPDATE payments SET amount = 100", {"B5", "B14"}),
    ("UPDATE payments SET refunded = 41", "UPDATE payments SET refunded = 40", {"B5", "B6"}),
    ("UPDATE refund_shares SET amount = 41", "UPDATE refund_shares SET amount = 40", {"B6"}),
    ("UPDATE refunds SET amount = 41", "UPDATE refunds SET amount = 40", {"B6"}),
    (
        "UPDATE payments SET captured_at = NULL",
        "UPDATE payments SET captured_at = now()",
        {"B5", "B6", "B14"},
    ),
    (
        "UPDATE ledger_transactions SET kind = 'gift' WHERE kind = 'refund'",
        "UPDATE ledger_transactions SET kind = 'refund' WHERE kind = 'gift'",
        {"B5"},
    ),
    ("DELETE FROM payments", "SELECT 1", {"B5", "B14"}),
)


async def test_the_checks_find_money_that_is_told_differently(
    house: House, provider: FakeGateway, cluster: postgres.Cluster, database: str
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    async with open_unit(house) as unit:
        order = payments.RefundOrder(SUBJECT, payer, inr(40), "cancelled", "cancel:1")
        await payments.refund(unit, order)
    await books_are_right(house)
    with psycopg.connect(cluster.dsn(database, "postgres"), autocommit=True) as administrator:
        administrator.execute("SET session_replication_role = replica")
        administrator.execute("ALTER TABLE payments DROP CONSTRAINT ck_payments_captured_has_time")
        for tampering, undo, red in TAMPERINGS:
            administrator.execute(tampering)
            assert await findings(house) == red, tampering
            administrator.execute(undo)


async def findings(house: House) -> set[str]:
    async with open_unit(house, read_only=True) as unit:
        found = {name: await CHECKS[name].find(unit) for name in ("B5", "B6", "B14")}
    return {name for name, rows in found.items() if rows}
