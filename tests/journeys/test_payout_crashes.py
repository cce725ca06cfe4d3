"""Killed around a payout's call and its booking: the bank has paid once, and both books say so."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from kalends import ledger
from kalends.core.house import House
from kalends.core.settings import Settings
from kalends.core.unit import open_unit
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API, scalar, with_earnings
from tests.fixtures.servers import eventually
from tests.journeys.conftest import NewServer
from tests.journeys.test_crashes import OF_A_PAYOUT, Mortal, tended
from tests.payments.payout_words import Seller, a_seller

TOP_UP, PAYOUT, DISPUTED = 50_000, 20_000, 10_000
MOST_ROUNDS = 8
_BUSY = """
    SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))
         + (SELECT count(*) FROM timers WHERE due_at <= kalends_now() AND NOT dead)
         + (SELECT count(*) FROM payouts WHERE state <> 'paid')
         + (SELECT count(*) FROM bank_accounts WHERE state <> 'verified')
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A dead worker's jobs come back soon."""
    return settings.model_copy(update={"stalled_after_seconds": 2})


async def test_a_payout_is_paid_once_and_a_dispute_booked_once_after_every_kill(
    house: House,
    client: httpx.AsyncClient,
    new_server: NewServer,
    expect_green: Callable[[], Awaitable[None]],
) -> None:
    seller, guest = await a_seller(house, client), (await crowd(house, 1))[0]
    await with_earnings(house, seller.id, MOST_ROUNDS * PAYOUT)
    assert (await seller.give_account()).status_code == 201
    web = Mortal(new_server())
    worker = Mortal(new_server(worker=True, beside=web.server), OF_A_PAYOUT)
    rounds = 0
    async with tended(web, worker), httpx.AsyncClient(base_url=web.server.url) as bank:
        await eventually(lambda: _is_idle(house))
        while worker.next:
            assert rounds < MOST_ROUNDS, f"not reached: {worker.next}"
            await _pay_out(seller)
            await _dispute(house, bank, guest, won=rounds % 2 == 0)
            rounds += 1
            await eventually(lambda: _is_idle(house))
        statement = (await bank.get("/sandbox/statement")).json()
    assert worker.hit == list(OF_A_PAYOUT)
    await expect_green()
    await _expect_each_thing_once(house, seller, guest, rounds, statement["totals"][0])


async def _pay_out(seller: Seller) -> None:
    await seller.decided(await seller.asked(PAYOUT), "approve")


async def _dispute(house: House, bank: httpx.AsyncClient, guest: Guest, *, won: bool) -> None:
    """Money comes in by card, its holder complains about a part, and the card network decides."""
    body = {"amount": {"amount": TOP_UP, "currency": "INR"}}
    asked = await bank.post(f"{API}/wallet/top-up", json=body, headers=guest.headers)
    assert asked.status_code == 201, asked.text
    paid = await bank.post(asked.json()["checkout"]["url"], json={"instrument": "success"})
    name = paid.json()["gateway_payment_id"]
    await eventually(lambda: _is_idle(house))
    opened = await bank.post(f"/sandbox/payments/{name}/dispute", json={"amount": DISPUTED})
    assert opened.status_code == 201, opened.text
    await eventually(lambda: _is_idle(house))
    path = f"/sandbox/disputes/{opened.json()['dispute_id']}/end"
    assert (await bank.post(path, json={"won": won})).status_code == 200


async def _expect_each_thing_once(
    house: House, seller: Seller, guest: Guest, rounds: int, bank: dict[str, Any]
) -> None:
    lost = DISPUTED * (rounds // 2)
    assert (bank["payouts"], bank["paid_out"]) == (rounds, PAYOUT * rounds)
    assert bank["disputed"] == lost
    assert await seller.money() == ((MOST_ROUNDS - rounds) * PAYOUT, 0)
    assert await scalar(house, "SELECT max(attempt) FROM payouts") == 1
    async with open_unit(house, read_only=True) as unit:
        gateway = await ledger.balance(unit, ledger.gateway("sandbox"))
        wallet = await ledger.balance(unit, ledger.wallet(guest.id))
    assert gateway.amount == bank["balance"] == rounds * (TOP_UP - PAYOUT) - lost
    assert wallet.amount == rounds * TOP_UP - lost


async def _is_idle(house: House) -> bool:
    return bool(await scalar(house, _BUSY) == 0)
