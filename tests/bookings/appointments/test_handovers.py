"""A job goes from one to another inside a visit: its lines keep their places, everybody their time and money."""

import asyncio
from datetime import datetime
from typing import Any

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.salons import PRICE, Salon

ILL = {"reason_code": "ill"}
FREE = {"tiers": [{"over_hours": 0, "percent": 100}]}


async def with_boss(new_salon: NewSalon, **rules: Any) -> Salon:
    """A salon whose owner cuts, too, for half as much again."""
    salon = await new_salon(fees={"owner_premium_bp": 5000}, cancellation=FREE, **rules)
    email = (await salon.call("GET", "auth/me", salon.owner)).json()["email"]
    fields = {"name": "Boss", "email": email, "skills": [salon.services["cut"]["id"]]}
    salon.staff["boss"] = (await salon.call("POST", "staff", salon.owner, fields)).json()
    salon.accounts["boss"] = salon.owner
    return salon


async def visit(salon: Salon, start: datetime, *jobs: tuple[str, str]) -> str:
    """A paid visit of these services by these."""
    services = [
        {"service_id": salon.services[name]["id"], "staff_id": salon.staff[by]["id"]}
        for name, by in jobs
    ]
    made = await salon.book({"services": services, "start_time": start.isoformat()})
    await salon.act(made["id"], "pay", salon.me, {"method": "wallet"})
    return str(made["id"])


async def choose(salon: Salon, booking: str, name: str, **more: Any) -> dict[str, Any]:
    wish = {"staff_id": salon.staff[name]["id"]} | more
    return await salon.act(booking, "choose-staff", salon.me, wish)


async def call_off(salon: Salon, booking: str, position: int) -> int:
    """The answer's status."""
    path = f"bookings/{booking}/lines/{position}/cancel"
    return (await salon.call("POST", path, salon.me, {"reason": "no time"})).status_code


async def test_what_is_called_off_after_a_handover_gives_its_own_money_back(
    new_salon: NewSalon,
) -> None:
    salon = await with_boss(new_salon)
    rich = await salon.wallet()
    jobs = (("cut", "boss"), ("colour", "asha"), ("cut", "ravi"))
    booking = await visit(salon, await salon.at(10), *jobs)
    assert await salon.wallet() == rich - 120000
    assert await call_off(salon, booking, 2) == 200
    assert await salon.wallet() == rich - 100000
    await salon.act(booking, "decline", salon.owner, ILL)
    there = await choose(salon, booking, "asha")
    assert there["price"]["total"]["amount"] == 2 * PRICE
    assert await salon.wallet() == rich - 2 * PRICE
    gone = [line["visit"]["cancelled"] for line in there["lines"]]
    assert gone == [False, True, True, False]
    assert await call_off(salon, booking, 2) == 404
    assert await call_off(salon, booking, 3) == 200
    assert await salon.wallet() == rich - PRICE
    assert (await salon.read(booking))["price"]["total"]["amount"] == PRICE
    await salon.expect_green()


async def test_a_premium_that_came_with_a_handover_goes_back_with_its_service(
    new_salon: NewSalon,
) -> None:
    salon = await with_boss(new_salon)
    rich = await salon.wallet()
    booking = await visit(salon, await salon.at(10), ("cut", "asha"), ("cut", "ravi"))
    await salon.act(booking, "decline", salon.accounts["asha"], ILL)
    dearer = {"accept_total": {"amount": 100000, "currency": "INR"}}
    there = await choose(salon, booking, "boss", **dearer)
    assert [line["kind"] for line in there["lines"]] == ["service", "service", "owner_premium"]
    assert await salon.wallet() == rich - 100000
    assert await call_off(salon, booking, 0) == 200
    assert await salon.wallet() == rich - PRICE
    left = await salon.read(booking)
    assert [line["visit"]["cancelled"] for line in left["lines"]] == [True, False, True]
    assert left["price"]["total"]["amount"] == PRICE
    await salon.expect_green()


async def test_a_colleague_on_the_same_visit_takes_over(new_salon: NewSalon) -> None:
    salon = await new_salon()
    booking = await visit(salon, await salon.at(10), ("colour", "asha"), ("cut", "ravi"))
    done = await salon.act(booking, "decline", salon.accounts["ravi"], ILL)
    assert done["details"]["replacement"]["name"] == salon.staff["asha"]["name"]
    there = await salon.act(booking, "accept-replacement", salon.me)
    assert there["state"] == "confirmed"
    asha = salon.staff["asha"]["id"]
    assert [line["visit"]["staff_id"] for line in there["lines"]] == [asha, asha]
    await salon.expect_green()


async def test_whoever_stays_keeps_the_time_that_was_taken(new_salon: NewSalon) -> None:
    salon = await new_salon()
    await salon.hire("zoe", "cut")
    booking = await visit(salon, await salon.at(10), ("cut", "ravi"), ("colour", "asha"))
    path = f"staff/{salon.staff['asha']['id']}"
    await salon.call("PATCH", path, salon.owner, {"buffer_minutes": 45})
    await salon.act(booking, "decline", salon.accounts["ravi"], ILL)
    await choose(salon, booking, "zoe")
    await salon.expect_green()


async def test_two_who_swap_their_jobs_do_not_wait_for_each_other(new_salon: NewSalon) -> None:
    salon = await new_salon()
    found = []
    for hour, by in ((10, "asha"), (14, "ravi")):
        booking = await visit(salon, await salon.at(hour), ("cut", by))
        await salon.act(booking, "decline", salon.accounts[by], ILL)
        found.append(booking)
    paths = [f"bookings/{booking}/accept-replacement" for booking in found]
    answers = await asyncio.gather(*(salon.call("POST", path, salon.me) for path in paths))
    assert [answer.status_code for answer in answers] == [200, 200]
    await salon.expect_green()


async def test_why_somebody_does_not_come_is_not_in_the_timeline(new_salon: NewSalon) -> None:
    salon = await new_salon()
    booking = await visit(salon, await salon.at(10), ("cut", "asha"))
    why = {"reason_code": "unsafe", "note": "Their dog bites."}
    await salon.act(booking, "decline", salon.accounts["asha"], why)
    shown = (await salon.call("GET", f"bookings/{booking}/timeline", salon.me)).text
    assert "decline" in shown
    assert "unsafe" not in shown
    assert "bites" not in shown
