"""Who is free: what is offered can be booked and nothing else; the matcher; races; jobs that go on."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from kalends.core.unit import open_unit
from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import stamp
from tests.fixtures.salons import Salon, customers

QUARTER = timedelta(minutes=15)


def _at(slot: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(slot["start"])


@pytest.mark.req("G-024", "G-025", "G-027", "G-028", "I-013", "I-014", "I-018", "C-19", "X-08")
async def test_what_is_offered_can_be_booked_and_nothing_else_can(new_salon: NewSalon) -> None:
    """Every quarter of a day with hours of the business, own hours, a break, an absence, a job and buffers."""
    salon = await new_salon(booking={"max_live_holds": 100})
    day = await salon.at(0)
    hours = [{"weekday": d, "opens": "08:00", "closes": "16:30"} for d in range(7)]
    breaks = [{"weekday": d, "opens": "12:00", "closes": "12:30"} for d in range(7)]
    put = {"hours": {"weekly": hours, "exceptions": []}, "breaks": breaks}
    ravi = salon.staff["ravi"]["id"]
    assert (await salon.call("PUT", f"staff/{ravi}/hours", salon.owner, put)).status_code == 200
    away = {
        "starts_at": stamp(day.replace(hour=15)),
        "ends_at": stamp(day.replace(hour=15, minute=20)),
    }
    assert (
        await salon.call("POST", f"staff/{ravi}/time-off", salon.owner, away)
    ).status_code == 201
    await salon.booked("cut", day.replace(hour=10, minute=15), "ravi")
    offered = {_at(slot) for slot in await salon.offered("cut", day, "ravi")}
    # open 09:00-16:30 without 12:00-12:30 and 15:00-15:20; taken 10:15-11:15 and 15 minutes before and after
    assert min(offered) == day.replace(hour=9)
    assert day.replace(hour=9, minute=15) not in offered
    assert day.replace(hour=11, minute=30) not in offered
    assert max(offered) == day.replace(hour=15, minute=30)
    [other] = await customers(salon, 1)
    for start in (day + n * QUARTER for n in range(4 * 8, 4 * 18)):
        body = salon.wish("cut", start, "ravi")
        answer = await salon.call("POST", "bookings", other, body)
        assert (answer.status_code == 201) == (start in offered), (start, answer.text)
        if answer.status_code == 201:
            await salon.act(answer.json()["id"], "cancel", other, {"reason": "a test"})
    early = await salon.call(
        "POST", "bookings", other, salon.wish("cut", day.replace(hour=8), "ravi")
    )
    assert (early.status_code, early.json()["reason"]) == (422, "outside_opening_hours")
    assert early.json()["nearest"][0]["start"] == stamp(day.replace(hour=9))
    taken = await salon.call(
        "POST", "bookings", other, salon.wish("cut", day.replace(hour=11), "ravi")
    )
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/slot-taken")
    assert stamp(day.replace(hour=12, minute=30)) in [n["start"] for n in taken.json()["nearest"]]


@pytest.mark.req("G-027", "I-019")
async def test_three_members_get_exactly_three_of_many_who_want_anybody(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon()
    await salon.hire("meera", "cut")
    start = await salon.at(10)
    people = await customers(salon, 12)
    body = salon.wish("cut", start)
    asked = [salon.call("POST", "bookings", one, body) for one in people[:8]]
    named = [
        salon.call("POST", "bookings", one, salon.wish("cut", start + timedelta(hours=3), "asha"))
        for one in people[8:]
    ]
    answers = await asyncio.gather(*asked, *named)
    free, one = answers[:8], answers[8:]
    assert sorted(a.status_code for a in free) == [201] * 3 + [409] * 5
    assert len({a.json()["resource"]["id"] for a in free if a.status_code == 201}) == 3
    assert sorted(a.status_code for a in one) == [201, 409, 409, 409]
    refused = next(a.json() for a in free if a.status_code == 409)
    assert refused["type"] == "/problems/slot-taken"
    assert refused["nearest"]
    await salon.expect_green()


async def test_the_matcher_takes_the_best_rated_then_whoever_has_least_to_do(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon(fees={"owner_premium_bp": 5000})
    mail = (await salon.call("GET", "auth/me", salon.owner)).json()["email"]
    boss = {"name": "boss", "email": mail, "skills": [salon.services["cut"]["id"]]}
    assert (await salon.call("POST", "staff", salon.owner, boss)).status_code == 201
    start = await salon.at(10)
    monday = start - timedelta(days=start.weekday() - 7)
    await salon.booked("cut", monday, "asha")
    query = f"staff/match?service_id={salon.services['cut']['id']}&start={stamp(monday + timedelta(hours=3))}"
    found = (await salon.call("GET", query, salon.me)).json()["items"]
    assert [(one["staff"]["name"], one["jobs"]) for one in found] == [("ravi", 0), ("asha", 1)]
    await _rate(salon, "asha", 480)
    await _rate(salon, "ravi", 450)
    found = (await salon.call("GET", query, salon.me)).json()["items"]
    assert [one["staff"]["name"] for one in found] == ["asha", "ravi"]
    made = await salon.book(salon.wish("cut", monday + timedelta(hours=3)))
    assert made["resource"]["name"] == "asha"
    found = (await salon.call("GET", query, salon.me)).json()["items"]
    assert [one["staff"]["name"] for one in found] == ["ravi"]


async def _rate(salon: Salon, name: str, hundredths: int) -> None:
    async with open_unit(salon.house) as unit:
        await unit.session.execute(
            text(
                "UPDATE staff_members SET rating_hundredths = :r, rating_count = 3 WHERE id = :id"
            ),
            {"r": hundredths, "id": salon.staff[name]["id"]},
        )


@pytest.mark.req("G-026", "C-18")
async def test_a_job_that_goes_on_keeps_its_member_and_alerts_whoever_is_next(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon(booking={"early_start_minutes": 60})
    start = await salon.at(10)
    asha = salon.accounts["asha"]
    running = await salon.paid("cut", start, "asha")
    following = await salon.paid("cut", start + timedelta(minutes=75), "asha")
    [other] = await customers(salon, 1)
    await salon.reach(start)
    await salon.act(running, "start", asha)
    await salon.reach(start + timedelta(minutes=61))
    number = (await salon.read(following))["number"]
    subjects = [letter["subject"] for letter in await salon.letters()]
    late = [s for s in subjects if "may begin late" in s or "is at risk" in s]
    assert len(late) == 3  # to the customer, to her and to the owner
    assert all(number in subject for subject in late)
    await salon.act(following, "cancel", salon.owner, {"reason": "she is late"})
    soon = salon.wish("cut", start + timedelta(minutes=90), "asha")
    refused = await salon.call("POST", "bookings", other, soon)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/slot-taken")
    offered = [_at(slot) for slot in await salon.offered("cut", start, "asha")]
    assert min(offered) >= start + timedelta(minutes=121)
    ticks = {"items": [{"position": 0}]}
    await salon.act(running, "checklist", asha, ticks, "PATCH")
    await salon.act(running, "complete", asha)
    assert (await salon.call("POST", "bookings", other, soon)).status_code == 201
    await salon.expect_green()
