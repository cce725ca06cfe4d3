"""The whole rental over HTTP: book, pay, move, cancel, complete, release."""

from datetime import timedelta

import httpx
import pytest

from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, at_hour, booked, paid_at_sandbox, rental, stamp, with_money
from tests.fixtures.people import signed_up, user_id_of
from tests.fixtures.places import a_room, a_venue, an_addon


async def _green(house: House) -> None:
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}


@pytest.mark.req("H-034", "H-121", "H-137", "H-142", "H-143", "H-145", "H-155", "H-156", "H-033")
async def test_a_booking_is_priced_held_paid_and_confirmed(
    house: House, client: httpx.AsyncClient, run_jobs
) -> None:
    venue = await a_venue(house)
    room = await a_room(house, venue, rate=35000)
    projector = await an_addon(house, venue, price=5000)
    me = await signed_up(client)
    start = await at_hour(house)
    addons = [{"addon_id": str(projector.id), "quantity": 2}]
    booking = await booked(client, me, rental(room.id, start, 2, addons=addons))
    assert booking["state"] == "awaiting_payment"
    assert booking["label"] == "pending"
    assert booking["number"].startswith("BKG-")
    assert booking["price"]["total"] == {"amount": 80000, "currency": "INR"}
    assert booking["actions"] == ["pay", "reschedule", "cancel"]
    assert booking["lines"][1]["unit_price"]["amount"] == 5000
    await paid_at_sandbox(client, me, booking["id"])
    await run_jobs(house)
    after = (await client.get(f"{API}/bookings/{booking['id']}", headers=me)).json()
    assert after["state"] == "confirmed"
    assert after["paid"]["amount"] == 80000
    assert after["hold_expires_at"] is None
    await _green(house)


@pytest.mark.req("H-042", "H-148", "H-159", "H-147", "H-195", "H-036")
async def test_a_paid_booking_cancelled_early_gives_three_quarters_to_the_wallet(
    house: House, client: httpx.AsyncClient, run_jobs
) -> None:
    room = await a_room(house, rate=35000)
    me = await signed_up(client)
    booking = await booked(client, me, rental(room.id, await at_hour(house), 1))
    await paid_at_sandbox(client, me, booking["id"])
    await run_jobs(house)
    preview = await client.get(f"{API}/bookings/{booking['id']}/cancellation-preview", headers=me)
    assert preview.json()["refund"]["amount"]["amount"] == 26250
    body = {"reason": "rain", "preview_token": preview.json()["preview_token"]}
    done = await client.post(f"{API}/bookings/{booking['id']}/cancel", json=body, headers=me)
    assert done.status_code == 200, done.text
    assert done.json()["refund"] == {
        "percent": 75,
        "amount": {"amount": 26250, "currency": "INR"},
        "fee": {"amount": 8750, "currency": "INR"},
        "destination": "wallet",
    }
    assert done.json()["booking"]["state"] == "cancelled"
    wallet = (await client.get(f"{API}/wallet/me", headers=me)).json()
    assert wallet["balance"]["amount"] == 26250
    again = await client.post(f"{API}/bookings/{booking['id']}/cancel", json=body, headers=me)
    assert again.status_code == 409
    assert again.json()["type"] == "/problems/transition-not-allowed"
    await _green(house)


@pytest.mark.req("H-037", "H-038", "H-039", "H-040", "H-158", "C-08")
async def test_a_move_keeps_the_number_and_settles_the_difference(
    house: House, client: httpx.AsyncClient, run_jobs
) -> None:
    room = await a_room(house, rate=20000)
    me = await signed_up(client)
    start = await at_hour(house)
    booking = await booked(client, me, rental(room.id, start, 2))
    await paid_at_sandbox(client, me, booking["id"])
    await run_jobs(house)
    url = f"{API}/bookings/{booking['id']}/reschedule"
    longer = {
        "new_start_time": stamp(start + timedelta(hours=1)),
        "new_end_time": stamp(start + timedelta(hours=4)),
    }
    refused = await client.put(url, json=longer, headers=me)
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/insufficient-funds"
    await with_money(house, await user_id_of(client, me), 30000)
    moved = await client.put(url, json=longer | {"reason": "more guests"}, headers=me)
    assert moved.status_code == 200, moved.text
    found = moved.json()
    assert (found["number"], found["state"], found["rescheduled"]) == (
        booking["number"],
        "confirmed",
        True,
    )
    assert found["price"]["total"]["amount"] == 60000
    assert found["paid"]["amount"] == 60000
    history = found["reschedule_history"][0]
    assert history["original_start"] == booking["start_time"]
    assert history["new_start"] == longer["new_start_time"]
    assert history["reason"] == "more guests"
    shorter = {"new_start_time": stamp(start), "new_end_time": stamp(start + timedelta(hours=1))}
    back = (await client.put(url, json=shorter, headers=me)).json()
    assert back["price"]["total"]["amount"] == 20000
    assert back["refunded"]["amount"] == 40000
    wallet = (await client.get(f"{API}/wallet/me", headers=me)).json()
    assert wallet["balance"]["amount"] == 30000 - 20000 + 40000
    await _green(house)


async def test_an_unpaid_booking_lapses_and_its_time_is_free_again(
    house: House, client: httpx.AsyncClient, pass_time
) -> None:
    room = await a_room(house)
    me, other = await signed_up(client), await signed_up(client)
    body = rental(room.id, await at_hour(house), 2)
    booking = await booked(client, me, body)
    taken = await client.post(f"{API}/bookings", json=body, headers=other)
    assert taken.status_code == 409
    assert taken.json()["type"] == "/problems/slot-taken"
    assert len(taken.json()["nearest"]) == 3
    await pass_time(minutes=14)
    assert (await client.get(f"{API}/bookings/{booking['id']}", headers=me)).json()[
        "state"
    ] == "awaiting_payment"
    await pass_time(minutes=1)
    lapsed = (await client.get(f"{API}/bookings/{booking['id']}", headers=me)).json()
    assert (lapsed["state"], lapsed["label"]) == ("expired", "cancelled")
    await booked(client, other, body)
    await _green(house)


async def test_a_completed_booking_releases_its_money_to_the_venue(
    house: House, client: httpx.AsyncClient, run_jobs, pass_time
) -> None:
    room = await a_room(house, rate=10000)
    me = await signed_up(client)
    booking = await booked(client, me, rental(room.id, await at_hour(house, days=2), 2))
    await paid_at_sandbox(client, me, booking["id"])
    await run_jobs(house)
    await pass_time(hours=24 * 4)
    done = (await client.get(f"{API}/bookings/{booking['id']}", headers=me)).json()
    assert done["state"] == "released"
    async with open_unit(house, read_only=True) as unit:
        from kalends import ledger

        assert (
            await ledger.balance(unit, ledger.provider_available(room.provider_id))
        ).amount == 20000
        assert (await ledger.balance(unit, ledger.escrow(f"booking:{booking['id']}"))).amount == 0
    await pass_time(hours=24 * 7)
    closed = (await client.get(f"{API}/bookings/{booking['id']}", headers=me)).json()
    assert closed["state"] == "closed"
    timeline = (await client.get(f"{API}/bookings/{booking['id']}/timeline", headers=me)).json()[
        "items"
    ]
    assert [e["transition"] for e in timeline] == [
        "create",
        "pay",
        "remind",
        "complete",
        "release",
        "close",
    ]
    await _green(house)
