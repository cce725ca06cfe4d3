"""The checks of payouts go red when payouts, journal and seals tell different stories."""

import httpx
import psycopg
import pytest

from kalends.app import postgres
from kalends.core.checks import CHECKS
from kalends.core.gateways import PayoutStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import books_are_right
from tests.payments.payout_words import paid_seller

NAMES = ("B8", "B9", "B9.approved", "B7.milestones", "B18.payouts", "C-61")
PROMISED_TOO_MUCH = """
    INSERT INTO payouts (id, provider_id, origin, amount, currency, subject, line, instalment, milestone,
                         gross, process, state, state_since, version, created_at)
    SELECT gen_random_uuid(), provider_id, 'milestone', 5, 'INR', 'booking:1', '1', 'full', 'completion',
           5, 'milestone_payout', 'locked', now(), 1, now()
    FROM payouts LIMIT 1
"""
FORGOTTEN = """
    UPDATE payouts SET state = 'processing' WHERE state = 'paid';
    UPDATE payout_attempts SET gateway_payout_id = NULL, begun_at = now() - interval '1 hour'
"""
HELD = "UPDATE payouts SET state = 'held', held_from = 'eligible' WHERE state = 'paid'"
RENAMED = "UPDATE ledger_transactions SET kind = 'gift' WHERE kind = 'payout_paid'"
TAMPERINGS = (
    ("UPDATE payouts SET amount = amount + 1 WHERE state = 'eligible'", {"B8"}),
    ("UPDATE payouts SET amount = amount + 1 WHERE state = 'paid'", {"B9"}),
    ("UPDATE payouts SET state = 'cancelled' WHERE state = 'eligible'", {"B8"}),
    ("UPDATE payouts SET state = 'failed' WHERE state = 'paid'", {"B9"}),
    (HELD, {"B8", "B9", "B9.approved"}),
    ("UPDATE payouts SET approved_at = NULL WHERE state = 'paid'", {"B9.approved"}),
    ("UPDATE payouts SET state = 'processing' WHERE state = 'eligible'", {"B9.approved"}),
    (PROMISED_TOO_MUCH, {"B7.milestones"}),
    ("UPDATE bank_accounts SET holder = account_number", {"C-61"}),
    (FORGOTTEN, {"B8", "B9", "B18.payouts"}),
    (RENAMED, {"B9"}),
)


@pytest.mark.parametrize(("tampering", "red"), TAMPERINGS)
async def test_the_checks_find_payouts_that_are_told_differently(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    cluster: postgres.Cluster,
    database: str,
    tampering: str,
    red: set[str],
) -> None:
    provider.payout_status = PayoutStatus.processed
    seller = await paid_seller(house, client, provider)
    await seller.sent(20_000)
    await seller.asked(10_000)
    await books_are_right(house)
    assert await findings(house) == set()
    with psycopg.connect(cluster.dsn(database, "postgres"), autocommit=True) as administrator:
        administrator.execute("SET session_replication_role = replica")
        administrator.execute(tampering.encode())
    assert await findings(house) == red, tampering


async def findings(house: House) -> set[str]:
    async with open_unit(house, read_only=True) as unit:
        found = {name: await CHECKS[name].find(unit) for name in NAMES}
    return {name for name, rows in found.items() if rows}
