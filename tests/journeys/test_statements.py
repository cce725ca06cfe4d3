"""A day at the sandbox bank, over HTTP from both sides, and its statement the next morning."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest

from kalends import ledger, payments
from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.profile import Refund
from kalends.core.unit import open_unit
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API
from tests.fixtures.people import operator
from tests.payments.money import person
from tests.payments.payout_words import Seller, a_seller
from tests.payments.statements import differences, next_day

RunJobs = Callable[[House], Awaitable[None]]
IN_THE_BOOKS = ledger.gateway("sandbox")


@pytest.fixture
async def guest(house: House, client: httpx.AsyncClient) -> Guest:
    found: Guest = (await crowd(house, 1))[0]
    return found


async def topped_up(client: httpx.AsyncClient, guest: Guest, instrument: str, amount: int) -> str:
    """A top-up that was paid with this instrument; the payment's id."""
    body = {"amount": {"amount": amount, "currency": "INR"}}
    asked = await client.post(f"{API}/wallet/top-up", json=body, headers=guest.headers)
    assert asked.status_code == 201, asked.text
    paid = await client.post(asked.json()["checkout"]["url"], json={"instrument": instrument})
    assert paid.status_code == 200, paid.text
    return str(asked.json()["payment_id"])


async def bank_has(client: httpx.AsyncClient) -> dict[str, Any]:
    (totals,) = (await client.get("/sandbox/statement")).json()["totals"]
    found: dict[str, Any] = totals
    return found


async def books_have(house: House) -> int:
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit, money_only=True) == {}
        return (await ledger.balance(unit, IN_THE_BOOKS)).amount


async def test_a_wrong_amount_waits_for_a_word_and_a_fee_is_booked(
    house: House, client: httpx.AsyncClient, guest: Guest, run_jobs: RunJobs
) -> None:
    for instrument, amount in (("success", 5_000), ("with-fee", 10_000), ("duplicate", 7_000)):
        await topped_up(client, guest, instrument, amount)
    wrong = await topped_up(client, guest, "wrong-amount", 9_000)
    await run_jobs(house)
    assert await books_have(house) == 22_000
    await next_day(house)
    done = await payments.read_statements(house)
    assert (done.lines, done.fees, done.noticed) == (4, 1, 1)
    assert await books_have(house) == 22_000 - 200
    (found,) = await differences(house)
    assert (found.kind, str(found.our_id), found.ours_amount, found.theirs_amount) == (
        "other_amount",
        wrong,
        9_000,
        9_001,
    )
    assert (await bank_has(client))["balance"] == await books_have(house) + 9_001
    moderator = await operator(house, client, "moderator")
    path = f"{API}/admin/settlements/differences"
    listed = await client.get(path, params={"open": "true"}, headers=moderator)
    (shown,) = listed.json()["items"]
    note = {"note": "Given back by hand, ticket 12."}
    told = await client.post(f"{path}/{shown['id']}/explain", json=note, headers=moderator)
    assert told.status_code == 200, told.text
    assert (await payments.read_statements(house)).open == 0


async def test_refunds_payouts_and_their_failures_are_the_same_story_on_both_sides(
    house: House, client: httpx.AsyncClient, run_jobs: RunJobs
) -> None:
    """What the bank did and what the books say come to the same, the morning after and the one after that."""
    house = replace(
        house,
        profile=house.profile.model_copy(update={"refund": Refund(destination="original_method")}),
    )
    seller = await a_seller(house, client)
    payer = await person(house)
    subject = await earned(house, client, seller, payer, run_jobs)
    await seller.give_account(account_number="000123452003")
    await run_jobs(house)
    await run_jobs(house)
    payout_id = await seller.asked(40_000)
    await seller.decided(payout_id, "approve")
    for _ in range(3):
        await run_jobs(house)
    assert await seller.state(payout_id) == "paid"
    assert (
        (await bank_has(client))["balance"] == await books_have(house) == 120_000 - 20_000 - 40_000
    )
    await next_day(house)
    done = await payments.read_statements(house)
    assert (done.lines, done.noticed) == (3, 0)
    for _ in range(3):
        await run_jobs(house)  # the payout comes back after an hour, which a webhook tells
    assert await seller.state(payout_id) == "reversed"
    await next_day(house)
    done = await payments.read_statements(house)
    assert (done.lines, done.noticed, done.open) == (1, 0, 0)
    assert (await bank_has(client))["balance"] == await books_have(house) == 100_000
    assert subject


async def earned(
    house: House, client: httpx.AsyncClient, seller: Seller, payer: UUID, run_jobs: RunJobs
) -> str:
    """A customer paid by card, got a part back, and the rest was released to the seller."""
    subject, price = f"booking:{new_id()}", Money(120_000, "INR")
    async with open_unit(house) as unit:
        wish = payments.PaymentRequest(
            subject=subject, payer_id=payer, purpose="full", amount=price, gateway="sandbox"
        )
        asked = await payments.request_payment(unit, wish)
    placed = await payments.place_order(house, asked.id)
    assert placed.checkout is not None
    await client.post(placed.checkout["url"], json={"instrument": "success"})
    await run_jobs(house)
    back = payments.RefundOrder(
        subject,
        payer,
        Money(20_000, "INR"),
        "a part was not delivered",
        f"test:{subject}",
        destination=payments.Destination.original_method,
    )
    async with open_unit(house) as unit:
        await payments.refund(unit, back)
    await run_jobs(house)
    async with open_unit(house) as unit:
        nothing = Money.zero("INR")
        order = payments.ReleaseOrder(subject, seller.id, nothing, (), f"release:{subject}")
        await payments.release_escrow(unit, order)
    return subject
