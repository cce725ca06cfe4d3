"""A broken money check holds releases back until it is green again; bookings go on."""

import httpx
import psycopg

from kalends.app import postgres
from kalends.core.house import House
from kalends.core.upkeep import check_invariants
from tests.fixtures.deals import API, at_hour, booked, paid_at_sandbox, rental, scalar
from tests.fixtures.people import signed_up
from tests.fixtures.places import a_room


def _tamper(cluster: postgres.Cluster, database: str, amount: int) -> None:
    """Change a stored balance behind the ledger's back, as only a superuser can."""
    with psycopg.connect(cluster.dsn(database, "postgres"), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE ledger_balances SET balance = balance + %s", [amount])


async def test_releases_wait_while_the_books_are_wrong(
    house: House,
    client: httpx.AsyncClient,
    run_jobs,
    pass_time,
    cluster: postgres.Cluster,
    database: str,
) -> None:
    room = await a_room(house, rate=10000)
    me = await signed_up(client)
    booking = await booked(client, me, rental(room.id, await at_hour(house, days=1), 1))
    await paid_at_sandbox(client, me, booking["id"])
    await run_jobs(house)
    _tamper(cluster, database, 1)
    await check_invariants(house)
    assert "B3" in await scalar(house, "SELECT reason FROM stops")
    await pass_time(hours=49)
    url = f"{API}/bookings/{booking['id']}"
    assert (await client.get(url, headers=me)).json()["state"] == "completed"
    await booked(client, me, rental(room.id, await at_hour(house, days=5), 1))
    _tamper(cluster, database, -1)
    await check_invariants(house)
    assert await scalar(house, "SELECT reason FROM stops") is None
    await pass_time(minutes=11)
    assert (await client.get(url, headers=me)).json()["state"] == "released"
