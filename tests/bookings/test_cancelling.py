"""Cancelling: by tier, by the venue, by an operator, with a preview that holds."""

from datetime import timedelta

import httpx
import pytest

from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, booked, marketplace_time, paid_at_sandbox, rental, scalar
from tests.fixtures.people import manager_of, operator, signed_up
from tests.fixtures.places import a_room, a_venue


async def _paid(
    house: House, client: httpx.AsyncClient, run_jobs, *, hours_ahead: int, room
) -> tuple:
    me = await signed_up(client)
    now = await marketplace_time(house)
    start = (now + timedelta(hours=hours_ahead + 1)).replace(minute=0, second=0, microsecond=0)
    booking = await booked(client, me, rental(room.id, start, 1))
    await paid_at_sandbox(client, me, booking["id"])
    await run_jobs(house)
    return me, booking


@pytest.mark.req("H-043", "H-044", "H-159", "C-10")
@pytest.mark.parametrize(("hours", "back"), [(30, 5000), (3, 2500)])
async def test_later_gives_less_back(
    house: House, client: httpx.AsyncClient, run_jobs, hours: int, back: int
) -> None:
    room = await a_room(house, rate=10000)
    me, booking = await _paid(house, client, run_jobs, hours_ahead=hours, room=room)
    done = await client.post(
        f"{API}/bookings/{booking['id']}/cancel", json={"reason": "x"}, headers=me
    )
    assert done.json()["refund"]["amount"]["amount"] == back
    assert done.json()["booking"]["refunded"]["amount"] == back
    escrow = "SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id WHERE a.kind = 'escrow'"
    assert await scalar(house, escrow) == 0
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}


@pytest.mark.req("C-10", "C-13", "M-032")
async def test_when_the_venue_cancels_everything_goes_back(
    house: House, client: httpx.AsyncClient, run_jobs
) -> None:
    venue = await a_venue(house)
    room = await a_room(house, venue, rate=10000)
    _, booking = await _paid(house, client, run_jobs, hours_ahead=3, room=room)
    boss = await manager_of(house, client, venue.provider_id, venue.id)
    done = await client.post(
        f"{API}/bookings/{booking['id']}/cancel", json={"reason": "flood"}, headers=boss
    )
    assert done.json()["refund"]["percent"] == 100
    assert done.json()["booking"]["cancelled_by"] == "provider"


async def test_what_the_preview_showed_is_what_happens_while_it_holds(
    house: House, client: httpx.AsyncClient, run_jobs, pass_time
) -> None:
    room = await a_room(house, rate=10000)
    me, booking = await _paid(house, client, run_jobs, hours_ahead=48, room=room)
    start = "SELECT extract(epoch FROM start_at - kalends_now())::int FROM bookings"
    await pass_time(seconds=int(await scalar(house, start)) - 48 * 3600 - 120)
    url = f"{API}/bookings/{booking['id']}"
    shown = (await client.get(f"{url}/cancellation-preview", headers=me)).json()
    assert shown["refund"]["percent"] == 75
    await pass_time(minutes=5)
    assert (await client.get(f"{url}/cancellation-preview", headers=me)).json()["refund"][
        "percent"
    ] == 50
    body = {"reason": "x", "preview_token": shown["preview_token"]}
    done = await client.post(f"{url}/cancel", json=body, headers=me)
    assert done.json()["refund"]["percent"] == 75


async def test_an_old_or_foreign_preview_is_refused(
    house: House, client: httpx.AsyncClient, run_jobs, pass_time
) -> None:
    room = await a_room(house, rate=10000)
    me, booking = await _paid(house, client, run_jobs, hours_ahead=200, room=room)
    url = f"{API}/bookings/{booking['id']}"
    token = (await client.get(f"{url}/cancellation-preview", headers=me)).json()["preview_token"]
    for bad in ("x", token[:-2], token[::-1]):
        refused = await client.post(
            f"{url}/cancel", json={"reason": "x", "preview_token": bad}, headers=me
        )
        assert refused.json()["type"] == "/problems/preview-expired"
    await pass_time(minutes=11)
    late = await client.post(
        f"{url}/cancel", json={"reason": "x", "preview_token": token}, headers=me
    )
    assert (late.status_code, late.json()["type"]) == (409, "/problems/preview-expired")


@pytest.mark.req("H-186")
async def test_an_operator_may_override_and_it_is_audited(
    house: House, client: httpx.AsyncClient, run_jobs, pass_time
) -> None:
    room = await a_room(house, rate=10000)
    _, booking = await _paid(house, client, run_jobs, hours_ahead=1, room=room)
    admin = await operator(house, client)
    url = f"{API}/admin/bookings/{booking['id']}/cancel"
    body = {"reason": "goodwill", "refund_percent": 80}
    assert (await client.post(url, json=body, headers=admin)).status_code == 428
    confirmed = admin | {"X-Confirm-Action": "true"}
    done = await client.post(url, json=body, headers=confirmed)
    assert done.json()["refund"]["amount"]["amount"] == 8000
    audited = "SELECT detail->>'reason' FROM audit_log WHERE action = 'booking.cancelled'"
    assert await scalar(house, audited) == "goodwill"


async def test_after_the_start_only_an_operator_cancels(
    house: House, client: httpx.AsyncClient, run_jobs, pass_time
) -> None:
    room = await a_room(house, rate=10000)
    me, booking = await _paid(house, client, run_jobs, hours_ahead=1, room=room)
    start = "SELECT extract(epoch FROM start_at - kalends_now())::int FROM bookings"
    await pass_time(seconds=int(await scalar(house, start)) + 60)
    url = f"{API}/bookings/{booking['id']}"
    assert (await client.get(url, headers=me)).json()["actions"] == []
    refused = await client.post(f"{url}/cancel", json={"reason": "x"}, headers=me)
    assert (refused.status_code, refused.json()["state"]) == (409, "confirmed")
