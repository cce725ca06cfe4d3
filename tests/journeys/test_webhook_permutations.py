"""However the news of a payment arrives, or does not: the same end, and the same money."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kalends import ledger
from kalends.adapters.sandbox.rules import WEBHOOK_PATH, sign_webhook
from kalends.catalog import RoomFacts
from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments import reconcile
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API, at_hour, booked, paid_at_sandbox, rental, scalar
from tests.fixtures.places import a_room

PRICE = 35000
RunJobs = Callable[[House], Awaitable[None]]

# F: the webhook of a first attempt that failed; C: of the one that succeeded; V: the browser's callback.
# A letter twice is a webhook twice. What is not written is lost.
EVERY_ORDER = tuple("".join(letters) for letters in itertools.permutations("FCV"))
HANDLED_AT_ONCE = ("C", *EVERY_ORDER, "CCFFCVC")
HANDLED_LATER = ("", "CCCCC", "V", "VVV", *EVERY_ORDER, "FFFFFCV", "VCCCCCF")
AT_THE_SAME_TIME = ("CV", "CCCCC", "VVVVV", "FCV", "CCCCCVVFF")


@dataclass(frozen=True)
class Tried:
    """A booking that its customer tried to pay twice, and all the news that there is about it."""

    guest: Guest
    booking_id: str
    webhooks: dict[str, tuple[str, str]]
    callback: dict[str, Any]


class Courier:
    """Brings news to the marketplace, as the provider and as the browser would."""

    def __init__(self, house: House, client: httpx.AsyncClient) -> None:
        self.house, self.client = house, client

    async def bring(self, tried: Tried, letter: str) -> None:
        answer = await (self._verify(tried) if letter == "V" else self._webhook(tried, letter))
        assert answer.status_code == 200, answer.text

    async def _verify(self, tried: Tried) -> httpx.Response:
        order_id = tried.callback["gateway_order_id"]
        body = {"gateway_order_id": order_id, "payload": tried.callback}
        return await self.client.post(
            f"{API}/payments/verify", json=body, headers=tried.guest.headers
        )

    async def _webhook(self, tried: Tried, letter: str) -> httpx.Response:
        event_id, body = tried.webhooks[letter]
        secret, stamp = self.house.settings.sandbox_secret, str(int(real_now().timestamp()))
        assert secret is not None
        headers = {
            "webhook-id": event_id,
            "webhook-timestamp": stamp,
            "webhook-signature": sign_webhook(
                secret.get_secret_value(), event_id, stamp, body.encode()
            ),
        }
        return await self.client.post(WEBHOOK_PATH, content=body.encode(), headers=headers)


@pytest.mark.req("H-005")
async def test_every_order_of_news_leads_to_the_same_end(
    house: House,
    client: httpx.AsyncClient,
    run_jobs: RunJobs,
    pass_time: Callable[..., Awaitable[None]],
    expect_green: Callable[[], Awaitable[None]],
) -> None:
    courier, room = Courier(house, client), await a_room(house, rate=PRICE)
    stories = len(HANDLED_AT_ONCE) + len(HANDLED_LATER) + len(AT_THE_SAME_TIME)
    guests, start = await crowd(house, stories), await at_hour(house)
    tried = [
        await _tried_twice(house, client, guest, (room, start + timedelta(hours=n)))
        for n, guest in enumerate(guests)
    ]
    for story in HANDLED_AT_ONCE:
        await _one_by_one(courier, tried.pop(), story, run_jobs)
    for story in HANDLED_LATER:
        await _one_by_one(courier, tried.pop(), story)
    for story in AT_THE_SAME_TIME:
        one = tried.pop()
        await asyncio.gather(*(courier.bring(one, letter) for letter in story))
    await run_jobs(house)
    assert tried == []
    await pass_time(minutes=11)
    await reconcile(house)
    await run_jobs(house)
    ends = [await _end(house, guest) for guest in guests]
    assert ends == [ends[0]] * len(ends)
    assert ends[0]["bookings"] == [("confirmed", PRICE, 0)]
    assert ends[0]["payments"] == [("captured", PRICE, 0)]
    assert ends[0]["captures"] == [("capture",)]
    assert ends[0]["wallet"] == 0
    assert await scalar(house, "SELECT count(*) FROM gateway_inbox WHERE mark = 'parked'") == 0
    await expect_green()


async def test_a_failure_that_is_heard_of_in_time_does_not_stop_the_next_attempt(
    house: House, client: httpx.AsyncClient, run_jobs: RunJobs
) -> None:
    room, guest = await a_room(house, rate=PRICE), (await crowd(house, 1))[0]
    booking = await booked(client, guest.headers, rental(room.id, await at_hour(house), 1))
    await paid_at_sandbox(client, guest.headers, booking["id"], "declined")
    await run_jobs(house)
    assert (await _end(house, guest))["payments"] == [("failed", PRICE, 0)]
    await paid_at_sandbox(client, guest.headers, booking["id"])
    await run_jobs(house)
    assert (await _end(house, guest))["bookings"] == [("confirmed", PRICE, 0)]


INSTRUMENTS = {
    "success": ("confirmed", ["captured"]),
    "duplicate": ("confirmed", ["captured"]),
    "out-of-order": ("confirmed", ["captured"]),
    "late": ("confirmed", ["captured"]),
    "declined": ("expired", ["failed"]),
    "timeout": ("expired", ["expired"]),
    "wrong-amount": ("expired", ["expired"]),
}


@pytest.mark.parametrize("instrument", INSTRUMENTS)
async def test_each_instrument_through_the_whole_flow(
    house: House,
    client: httpx.AsyncClient,
    run_jobs: RunJobs,
    pass_time: Callable[..., Awaitable[None]],
    expect_green: Callable[[], Awaitable[None]],
    instrument: str,
) -> None:
    room, guest = await a_room(house, rate=PRICE), (await crowd(house, 1))[0]
    booking = await booked(client, guest.headers, rental(room.id, await at_hour(house), 1))
    await paid_at_sandbox(client, guest.headers, booking["id"], instrument)
    await run_jobs(house)
    await pass_time(minutes=16)
    await pass_time(minutes=60)
    await reconcile(house)
    await run_jobs(house)
    state, payments = INSTRUMENTS[instrument]
    end = await _end(house, guest)
    paid = PRICE if state == "confirmed" else 0
    assert end["bookings"] == [(state, paid, 0)]
    assert [payment[0] for payment in end["payments"]] == payments
    assert end["money"] == ({"gateway": paid, "escrow": -paid} if paid else {})
    await expect_green()


async def test_a_wrong_amount_is_parked_once_and_nothing_is_posted(
    house: House,
    client: httpx.AsyncClient,
    run_jobs: RunJobs,
    pass_time: Callable[..., Awaitable[None]],
    expect_green: Callable[[], Awaitable[None]],
) -> None:
    room, guest = await a_room(house, rate=PRICE), (await crowd(house, 1))[0]
    booking = await booked(client, guest.headers, rental(room.id, await at_hour(house), 1))
    paid = await paid_at_sandbox(client, guest.headers, booking["id"], "wrong-amount")
    callback = {"gateway_order_id": paid["order"]["gateway_order_id"], "payload": paid["checkout"]}
    for _ in range(2):
        await run_jobs(house)
        await client.post(f"{API}/payments/verify", json=callback, headers=guest.headers)
        await pass_time(minutes=6)
        await reconcile(house)
    parked = "SELECT array_agg(reason) FROM gateway_inbox WHERE mark = 'parked'"
    assert await scalar(house, parked) == ["amount_mismatch"]
    assert await scalar(house, "SELECT count(*) FROM ledger_transactions") == 0
    assert (await _end(house, guest))["bookings"] == [("awaiting_payment", 0, 0)]
    await expect_green()


async def _tried_twice(
    house: House, client: httpx.AsyncClient, guest: Guest, slot: tuple[RoomFacts, datetime]
) -> Tried:
    """Booked, refused by the bank once, then paid; the provider's webhooks are caught before they leave."""
    booking = await booked(client, guest.headers, rental(slot[0].id, slot[1], 1))
    await paid_at_sandbox(client, guest.headers, booking["id"], "declined")
    paid = await paid_at_sandbox(client, guest.headers, booking["id"])
    order = paid["order"]["gateway_order_id"]
    async with open_unit(house) as unit:
        await unit.session.execute(
            text("DELETE FROM procrastinate_jobs WHERE task_name = 'sandbox.deliver'")
        )
        stored = await unit.session.execute(
            text("""SELECT d.event_id, d.body FROM sandbox_deliveries d
                    JOIN sandbox_orders o ON o.id = d.order_id
                    WHERE o.order_id = :order ORDER BY d.id"""),
            {"order": order},
        )
        failed, captured = [(row.event_id, row.body) for row in stored]
    return Tried(guest, booking["id"], {"F": failed, "C": captured}, paid["checkout"])


async def _one_by_one(
    courier: Courier, tried: Tried, story: Sequence[str], run_jobs: RunJobs | None = None
) -> None:
    for letter in story:
        await courier.bring(tried, letter)
        if run_jobs:
            await run_jobs(courier.house)


async def _end(house: House, guest: Guest) -> dict[str, Any]:
    """How it ended for this customer, without what is different by nature: ids and instants."""
    me = {"me": guest.id}
    async with open_unit(house, read_only=True) as unit:

        async def rows(query: str, **values: Any) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await unit.session.execute(text(query), values)]

        moved = await rows(
            """SELECT account, sum(amount)::bigint FROM ledger_lines WHERE subject IN (
                   SELECT 'booking:' || id FROM bookings WHERE customer_id = :me)
               GROUP BY account""",
            **me,
        )
        letters = await rows(
            "SELECT template FROM messages WHERE dedupe_key LIKE '%:' || :me", me=str(guest.id)
        )
        steps = """
            SELECT t.transition FROM payment_transitions t JOIN payments p ON p.id = t.subject_id
            WHERE p.payer_id = :me AND t.transition = 'capture'
        """
        return {
            "bookings": await rows(
                "SELECT state, paid, refunded FROM bookings WHERE customer_id = :me", **me
            ),
            "payments": await rows(
                "SELECT state, amount, refunded FROM payments WHERE payer_id = :me", **me
            ),
            "captures": await rows(steps, **me),
            "money": dict(moved),
            "wallet": (await ledger.balance(unit, ledger.wallet(guest.id))).amount,
            "letters": Counter(template for (template,) in letters),
        }
