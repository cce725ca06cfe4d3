"""The line for somebody's hour: by name, or for whoever does the service."""

from datetime import datetime, timedelta
from typing import Any

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import stamp
from tests.fixtures.people import Headers
from tests.fixtures.salons import Salon, customers

HOUR = timedelta(hours=1)


async def _joined(salon: Salon, who: Headers, body: Any) -> str:
    answer = await salon.call("POST", "waitlist", who, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _seen(salon: Salon, who: Headers, entry: str) -> dict[str, Any]:
    found: dict[str, Any] = (await salon.call("GET", f"waitlist/{entry}", who)).json()
    return found


async def _both_taken(salon: Salon, start: datetime) -> dict[str, str]:
    holders = {}
    for name in ("asha", "ravi"):
        holders[name] = await salon.booked("cut", start, name)
    return holders


async def test_who_waits_for_anybody_gets_whoever_is_free_first(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    taken = await _both_taken(salon, start)
    by_name, anybody, last = await customers(salon, 3)
    asha = await _joined(salon, by_name, {"booking": salon.wish("cut", start, "asha")})
    free = await _joined(salon, anybody, {"booking": salon.wish("cut", start)})
    more = await _joined(salon, last, {"booking": salon.wish("cut", start)})
    await salon.act(taken["ravi"], "cancel", salon.me, {"reason": "ill"})
    await salon.settle()
    states = [
        (await _seen(salon, who, entry))["state"]
        for who, entry in ((by_name, asha), (anybody, free), (last, more))
    ]
    assert states == ["waiting", "offered", "waiting"]
    offer = (await _seen(salon, anybody, free))["offer"]
    assert (offer["resource_id"], offer["end_time"]) == (
        salon.staff["ravi"]["id"],
        stamp(start + HOUR),
    )
    done = await salon.call("POST", f"waitlist/{free}/accept", anybody)
    booking = await salon.call("GET", f"bookings/{done.json()['booking_id']}", anybody)
    assert booking.json()["resource"]["name"] == "ravi"
    await salon.act(taken["asha"], "cancel", salon.me, {"reason": "ill"})
    await salon.settle()
    assert (await _seen(salon, by_name, asha))["state"] == "offered"
    await salon.expect_green()


async def test_the_pause_after_a_job_is_held_with_the_offer(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    taken = await _both_taken(salon, start)
    who, other = await customers(salon, 2)
    entry = await _joined(salon, who, {"booking": salon.wish("cut", start, "asha")})
    await salon.act(taken["asha"], "cancel", salon.me, {"reason": "ill"})
    await salon.settle()
    assert (await _seen(salon, who, entry))["state"] == "offered"
    close = salon.wish("cut", start + HOUR, "asha")
    refused = await salon.call("POST", "bookings", other, close)
    assert (refused.status_code, refused.json()["reason"]) == (409, "taken")
    later = salon.wish("cut", start + HOUR + timedelta(minutes=15), "asha")
    assert (await salon.call("POST", "bookings", other, later)).status_code == 201
    await salon.expect_green()


async def test_a_job_that_is_handed_over_frees_who_declined(new_salon: NewSalon) -> None:
    salon = await new_salon(booking={"approval": "none"})
    start = await salon.at(10)
    booking_id = await salon.paid("cut", start, "asha")
    [who] = await customers(salon, 1)
    entry = await _joined(salon, who, {"booking": salon.wish("cut", start, "asha")})
    asha = salon.accounts["asha"]
    body = {"reason_code": "double_booked", "note": ""}
    declined = await salon.call("POST", f"bookings/{booking_id}/decline", asha, body)
    assert declined.status_code == 200, declined.text
    await salon.act(booking_id, "accept-replacement", salon.me)
    await salon.settle()
    assert (await _seen(salon, who, entry))["state"] == "offered"
    await salon.expect_green()


async def test_the_owner_who_costs_more_is_only_offered_by_name(new_salon: NewSalon) -> None:
    salon = await new_salon(fees={"owner_premium_bp": 5000})
    start = await salon.at(10)
    boss = {"name": "boss", "skills": [salon.services["cut"]["id"]]}
    me = await salon.call("GET", "auth/me", salon.owner)
    hired = await salon.call("POST", "staff", salon.owner, boss | {"email": me.json()["email"]})
    assert hired.status_code == 201, hired.text
    salon.staff["boss"] = hired.json()
    assert salon.staff["boss"]["is_owner"]
    await _both_taken(salon, start)
    of_owner = await salon.booked("cut", start, "boss")
    anybody, by_name = await customers(salon, 2)
    free = await _joined(salon, anybody, {"booking": salon.wish("cut", start)})
    named = await _joined(salon, by_name, {"booking": salon.wish("cut", start, "boss")})
    await salon.act(of_owner, "cancel", salon.me, {"reason": "ill"})
    await salon.settle()
    assert (await _seen(salon, anybody, free))["state"] == "waiting"
    assert (await _seen(salon, by_name, named))["state"] == "offered"


async def test_one_waits_for_one_service_at_a_time(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    services = [{"service_id": one["id"]} for one in salon.services.values()]
    visit = {"kind": "appointment", "services": services, "start_time": stamp(start)}
    answer = await salon.call("POST", "waitlist", salon.me, {"booking": visit})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    night = {"booking": salon.wish("cut", start.replace(hour=3))}
    closed = await salon.call("POST", "waitlist", salon.me, night)
    assert (closed.status_code, closed.json()["reason"]) == (422, "never_free")
