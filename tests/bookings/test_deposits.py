"""A deposit confirms, the balance follows; two tabs, late money and a balance that never comes."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments import reconcile
from tests.fixtures.deals import (
    API,
    at_hour,
    booked,
    marketplace_time,
    paid_at_sandbox,
    rental,
    scalar,
    stamp,
    with_money,
)
from tests.fixtures.people import signed_up, user_id_of
from tests.fixtures.places import a_room

PRICE, DEPOSIT, BALANCE = 40000, 10000, 30000
SCHEDULE = {"payments": {"schedule": "deposit", "deposit_percent": 25, "balance_due_hours": 72}}


@pytest.fixture
def house_of_deposits(with_profile) -> House:
    return with_profile(**SCHEDULE)


@pytest.fixture
async def me(house_of_deposits: House, client: httpx.AsyncClient) -> dict[str, str]:
    return await signed_up(client)


@pytest.fixture
async def booking(house: House, client: httpx.AsyncClient, me, run_jobs) -> dict[str, Any]:
    """Ten days ahead, its deposit paid at the bank."""
    room = await a_room(house, rate=PRICE)
    made = await booked(client, me, rental(room.id, await at_hour(house, days=10), 1))
    await paid_at_sandbox(client, me, made["id"])
    await run_jobs(house)
    return await _read(client, me, made["id"])


async def _read(client: httpx.AsyncClient, me: dict[str, str], booking_id: str) -> dict[str, Any]:
    return (await client.get(f"{API}/bookings/{booking_id}", headers=me)).json()


async def _wallet(client: httpx.AsyncClient, me: dict[str, str]) -> int:
    answer = await client.get(f"{API}/wallet/balance", headers=me)
    return int(answer.json()["balance"]["amount"])


async def _order(client: httpx.AsyncClient, me: dict[str, str], booking: dict, **more: Any) -> Any:
    body = {"booking_id": booking["id"], **more}
    return await client.post(f"{API}/payments/create-order", json=body, headers=me)


async def _at_the_bank(client: httpx.AsyncClient, order: httpx.Response) -> None:
    assert order.status_code == 201, order.text
    page = f"/sandbox/checkout/{order.json()['gateway_order_id']}"
    assert (await client.post(page, json={"instrument": "success"})).status_code == 200


def _schedule(booking: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(p["purpose"], p["amount"]["amount"], p["state"]) for p in booking["payment_schedule"]]


async def _until(house: House, pass_time, booking: dict[str, Any], hours: int) -> None:
    """Let the time pass until a minute after so many hours before the booking's start."""
    start = datetime.fromisoformat(booking["start_time"]) - timedelta(hours=hours)
    ahead = start - await marketplace_time(house)
    await pass_time(seconds=int(ahead.total_seconds()) + 60)


async def _green(house: House) -> None:
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}


@pytest.mark.req("C-34", "S-090")
async def test_the_deposit_confirms_and_the_schedule_says_what_is_left(
    house: House, booking: dict[str, Any]
) -> None:
    assert booking["state"] == "confirmed"
    assert _schedule(booking) == [
        ("deposit", DEPOSIT, "paid"),
        ("balance", BALANCE, "upcoming"),
    ]
    assert (booking["paid"]["amount"], booking["due"]) == (DEPOSIT, None)
    assert booking["actions"][0] == "pay"
    await _green(house)


async def test_a_booking_made_late_is_paid_in_full(
    house: House, client: httpx.AsyncClient, me
) -> None:
    room = await a_room(house, rate=PRICE)
    made = await booked(client, me, rental(room.id, await at_hour(house, days=2), 1))
    assert _schedule(made) == [("full", PRICE, "due")]
    assert made["due"]["amount"] == PRICE
    refused = await _order(client, me, made, purpose="deposit")
    assert refused.json()["type"] == "/problems/wrong-purpose"
    assert refused.json()["purpose"] == "full"


@pytest.mark.req("S-106")
async def test_the_balance_is_paid_when_it_is_due(
    house: House, client: httpx.AsyncClient, me, booking, run_jobs, pass_time
) -> None:
    not_yet = await _order(client, me, booking)
    assert not_yet.json()["type"] == "/problems/nothing-to-pay"
    wrong = await _order(client, me, booking, purpose="deposit")
    assert (wrong.json()["type"], wrong.json()["purpose"]) == ("/problems/wrong-purpose", "balance")
    await _until(house, pass_time, booking, 72)
    now_due = await _read(client, me, booking["id"])
    assert now_due["due"]["amount"] == BALANCE
    await paid_at_sandbox(client, me, booking["id"])
    await run_jobs(house)
    paid = await _read(client, me, booking["id"])
    assert _schedule(paid) == [("deposit", DEPOSIT, "paid"), ("balance", BALANCE, "paid")]
    assert (paid["state"], paid["paid"]["amount"], paid["due"]) == ("confirmed", PRICE, None)
    await _until(house, pass_time, booking, 24)
    assert (await _read(client, me, booking["id"]))["state"] == "confirmed"
    await _green(house)


async def test_the_balance_may_be_paid_early_from_the_wallet_by_its_name(
    house: House, client: httpx.AsyncClient, me, booking
) -> None:
    await with_money(house, await user_id_of(client, me), PRICE)
    url, pay = f"{API}/bookings/{booking['id']}/pay", {"method": "wallet"}
    twice = await client.post(url, json=pay, headers=me)
    assert twice.json()["type"] == "/problems/nothing-to-pay", "a double click pays nothing more"
    done = await client.post(url, json=pay | {"purpose": "balance"}, headers=me)
    assert done.json()["paid"]["amount"] == PRICE
    assert await _wallet(client, me) == DEPOSIT
    await _green(house)


async def test_two_tabs_that_pay_one_deposit_pay_it_once(
    house: House, client: httpx.AsyncClient, me, run_jobs, pass_time
) -> None:
    room = await a_room(house, rate=PRICE)
    made = await booked(client, me, rental(room.id, await at_hour(house, days=10), 1))
    await with_money(house, await user_id_of(client, me), PRICE)
    tab = await _order(client, me, made)
    paid = await client.post(
        f"{API}/bookings/{made['id']}/pay", json={"method": "wallet"}, headers=me
    )
    assert paid.json()["state"] == "confirmed"
    await _at_the_bank(client, tab)
    await run_jobs(house)
    after = await _read(client, me, made["id"])
    assert (after["paid"]["amount"], after["refunded"]["amount"]) == (2 * DEPOSIT, DEPOSIT)
    assert _schedule(after)[1] == ("balance", BALANCE, "upcoming")
    assert await _wallet(client, me) == PRICE
    await _green(house)


@pytest.mark.parametrize("news", ["one by one", "all at once"])
async def test_two_captures_of_the_balance_keep_one(
    house: House, client: httpx.AsyncClient, me, booking, run_jobs, pass_time, news: str
) -> None:
    first = await _order(client, me, booking, purpose="balance")
    later = stamp(await at_hour(house, days=12))
    url = f"{API}/bookings/{booking['id']}/reschedule"
    assert (
        await client.put(url, json={"new_start_time": later}, headers=me)
    ).status_code == 200  # which replaces the open payment
    second = await _order(client, me, booking, purpose="balance")
    assert second.json()["payment_id"] != first.json()["payment_id"]
    await _at_the_bank(client, first)
    if news == "one by one":
        await run_jobs(house)
        assert (await _read(client, me, booking["id"]))["paid"]["amount"] == PRICE
    await _at_the_bank(client, second)
    await pass_time(minutes=11, run=False)
    await reconcile(house)
    await run_jobs(house)
    after = await _read(client, me, booking["id"])
    assert (after["paid"]["amount"], after["refunded"]["amount"]) == (PRICE + BALANCE, BALANCE)
    assert await _wallet(client, me) == BALANCE
    await _green(house)


async def test_an_unpaid_balance_is_asked_for_and_then_ends_as_a_cancellation(
    house: House, client: httpx.AsyncClient, me, booking, pass_time
) -> None:
    await _until(house, pass_time, booking, 72)
    timeline = await client.get(f"{API}/bookings/{booking['id']}/timeline", headers=me)
    assert timeline.json()["items"][-1]["transition"] == "remind_balance"
    asked = "SELECT count(*) FROM messages WHERE template = 'payment_due'"
    assert await scalar(house, asked) == 1
    tab = await _order(client, me, booking)
    await _until(house, pass_time, booking, 49)
    assert (await _read(client, me, booking["id"]))["state"] == "confirmed"
    await _until(house, pass_time, booking, 48)
    ended = await _read(client, me, booking["id"])
    assert (ended["state"], ended["cancelled_by"]) == ("cancelled", "system")
    assert ended["cancellation_reason"] == "the balance was not paid in time"
    assert _schedule(ended)[1] == ("balance", BALANCE, "void")
    back = ended["refunded"]["amount"]
    assert back == DEPOSIT // 2, "at the end of the grace, two days before the start"
    await _at_the_bank(client, tab)  # too late: all of it comes back
    await pass_time(minutes=1)
    assert await _wallet(client, me) == back + BALANCE
    await _green(house)


async def test_a_move_changes_the_balance_and_not_the_wallet(
    house: House, client: httpx.AsyncClient, me, booking
) -> None:
    start = await at_hour(house, days=11)
    longer = {
        "new_start_time": stamp(start),
        "new_end_time": stamp(start + timedelta(hours=2)),
    }
    url = f"{API}/bookings/{booking['id']}/reschedule"
    moved = (await client.put(url, json=longer, headers=me)).json()
    assert _schedule(moved)[1] == ("balance", 2 * PRICE - DEPOSIT, "upcoming")
    near = {"new_start_time": stamp(await at_hour(house, days=2))}
    refused = await client.put(url, json=near, headers=me)
    assert refused.json()["type"] == "/problems/balance-first"
    preview = await client.post(
        f"{API}/bookings/{booking['id']}/reschedule-preview", json=near, headers=me
    )
    assert preview.json()["type"] == "/problems/balance-first"
    assert await _wallet(client, me) == 0
    await _green(house)


async def test_an_unpaid_booking_that_moves_near_is_paid_in_full(
    house: House, client: httpx.AsyncClient, me
) -> None:
    room = await a_room(house, rate=PRICE)
    made = await booked(client, me, rental(room.id, await at_hour(house, days=10), 1))
    near = {"new_start_time": stamp(await at_hour(house, days=2))}
    url = f"{API}/bookings/{made['id']}/reschedule"
    moved = await client.put(url, json=near, headers=me)
    assert _schedule(moved.json()) == [("full", PRICE, "due")]


@pytest.mark.req("X-01")
async def test_a_late_deposit_wins_the_slot_back_or_comes_back(
    house: House, client: httpx.AsyncClient, me, pass_time
) -> None:
    room = await a_room(house, rate=PRICE)
    starts = [await at_hour(house, days=10, hour=h) for h in (10, 12)]
    kept, lost = [await booked(client, me, rental(room.id, s, 1)) for s in starts]
    tabs = [await _order(client, me, made) for made in (kept, lost)]
    await pass_time(minutes=16)
    await booked(client, await signed_up(client), rental(room.id, starts[1], 1))
    for tab in tabs:
        await _at_the_bank(client, tab)
    await pass_time(minutes=1)
    assert (await _read(client, me, kept["id"]))["state"] == "confirmed"
    gone = await _read(client, me, lost["id"])
    assert (gone["state"], gone["refunded"]["amount"]) == ("expired", DEPOSIT)
    assert await _wallet(client, me) == DEPOSIT
    await _green(house)
