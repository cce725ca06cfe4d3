"""Visits of several services, called off in part; moved; and the side that did not come."""

from datetime import timedelta
from typing import Any

import pytest

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.salons import PRICE, Salon

TIERS = {"tiers": [{"over_hours": 24, "percent": 75}, {"over_hours": 0, "percent": 25}]}


def _visit(salon: Salon, start: Any, *jobs: tuple[str, str | None]) -> dict[str, Any]:
    services = [
        {"service_id": salon.services[name]["id"]}
        | ({"staff_id": salon.staff[by]["id"]} if by else {})
        for name, by in jobs
    ]
    return {"services": services, "start_time": start.isoformat()}


@pytest.mark.req("I-031", "X-09")
async def test_one_service_of_a_visit_is_called_off_by_its_share(new_salon: NewSalon) -> None:
    salon = await new_salon(cancellation=TIERS)
    start = await salon.at(10)
    jobs = (("cut", "ravi"), ("colour", "asha"), ("cut", "asha"))
    made = await salon.book(_visit(salon, start, *jobs))
    visits = [line["visit"] for line in made["lines"]]
    assert [one["staff_id"] for one in visits] == [salon.staff[by]["id"] for _, by in jobs]
    assert visits[1]["start_time"] == visits[0]["end_time"]
    assert made["price"]["total"]["amount"] == 2 * PRICE + 20000
    await salon.act(made["id"], "pay", salon.me, {"method": "wallet"})
    rich = await salon.wallet()
    assert len(await salon.offered("cut", start, "ravi")) < 33
    left = await salon.act(made["id"], "lines/0/cancel", salon.me, {"reason": "no time"})
    assert await salon.wallet() == rich + PRICE * 75 // 100
    called_off = [bool(line["visit"] and line["visit"]["cancelled"]) for line in left["lines"]]
    assert called_off == [True, False, False, False]
    assert left["lines"][3]["subtotal"]["amount"] == PRICE * 25 // 100
    assert left["price"]["total"]["amount"] == PRICE + 20000 + PRICE * 25 // 100
    assert left["start_time"] == visits[1]["start_time"]
    assert left["due"] is None
    free = [slot["start"] for slot in await salon.offered("cut", start, "ravi")]
    assert made["start_time"] in free
    again = await salon.call(
        "POST", f"bookings/{made['id']}/lines/0/cancel", salon.me, {"reason": "x"}
    )
    assert again.status_code == 404
    await salon.act(made["id"], "lines/1/cancel", salon.owner, {"reason": "no colour left"})
    assert await salon.wallet() == rich + PRICE * 75 // 100 + 20000
    last = await salon.call(
        "POST", f"bookings/{made['id']}/lines/2/cancel", salon.me, {"reason": "x"}
    )
    assert last.status_code == 422
    asha = salon.accounts["asha"]
    await salon.reach(start + timedelta(minutes=90))
    await salon.act(made["id"], "start", asha)
    await salon.act(made["id"], "checklist", asha, {"items": [{"position": 0}]}, "PATCH")
    await salon.act(made["id"], "complete", asha)
    await salon.expect_green()


async def test_an_unpaid_visit_gets_cheaper_by_what_is_called_off(new_salon: NewSalon) -> None:
    salon = await new_salon(cancellation=TIERS)
    start = await salon.at(10)
    made = await salon.book(_visit(salon, start, ("cut", None), ("colour", None)))
    left = await salon.act(made["id"], "lines/1/cancel", salon.me, {"reason": "too dear"})
    assert left["price"]["total"]["amount"] == left["due"]["amount"] == PRICE
    await salon.act(made["id"], "pay", salon.me, {"method": "wallet"})
    moved = {"new_start_time": (start + timedelta(hours=4)).isoformat()}
    there = await salon.act(made["id"], "reschedule", salon.me, moved, "PUT")
    assert there["lines"][0]["visit"]["start_time"] == there["start_time"] != made["start_time"]
    free = [slot["start"] for slot in await salon.offered("cut", start)]
    assert made["start_time"] in free
    longer = moved | {"new_end_time": (start + timedelta(hours=9)).isoformat()}
    refused = await salon.call("PUT", f"bookings/{made['id']}/reschedule", salon.me, longer)
    assert (refused.status_code, refused.json()["reason"]) == (422, "another_length")
    await salon.expect_green()


async def test_nothing_of_a_service_stays_behind_that_is_called_off(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    made = await salon.book(_visit(salon, start, ("cut", "ravi"), ("colour", "asha")))
    assert made["resource"]["id"] == salon.staff["ravi"]["id"]
    await salon.act(made["id"], "pay", salon.me, {"method": "wallet"})
    left = await salon.act(made["id"], "lines/0/cancel", salon.me, {"reason": "no time"})
    asha = salon.staff["asha"]
    assert (left["resource"]["id"], left["resource"]["name"]) == (asha["id"], asha["name"])
    assert left["details"]["checklist"] == []
    await salon.reach(start + timedelta(hours=1))
    await salon.act(made["id"], "start", salon.accounts["asha"])
    await salon.act(made["id"], "complete", salon.accounts["asha"])
    tip = {"amount": {"amount": 5000, "currency": "INR"}}
    await salon.act(made["id"], "tip", salon.me, tip)
    wallet = (await salon.call("GET", "wallet/balance", salon.accounts["asha"])).json()
    assert wallet["tips_only"]["amount"] == 5000
    await salon.expect_green()


@pytest.mark.req("X-02")
async def test_whoever_did_not_come_bears_it(new_salon: NewSalon) -> None:
    salon = await new_salon(no_show={"customer_refund_percent": 25})
    start = await salon.at(10)
    mine, theirs = await salon.paid("cut", start, "asha"), await salon.paid("cut", start, "ravi")
    rich = await salon.wallet()
    await salon.reach(start + timedelta(minutes=16))
    waiting = await salon.call("POST", f"bookings/{mine}/no-show", salon.me, {})
    assert waiting.status_code == 409
    said = {"note": "rang twice"}
    absent = await salon.act(theirs, "no-show", salon.accounts["ravi"], said)
    assert absent["state"] == "no_show"
    assert absent["details"]["no_show"]["absent"] == "customer"
    assert absent["details"]["no_show"]["note"] == "rang twice"
    assert await salon.wallet() == rich + PRICE // 4
    assert await salon.earned() == PRICE - PRICE // 4
    await salon.pass_time(minutes=15)
    missing = await salon.act(mine, "no-show", salon.me, {})
    assert missing["details"]["no_show"]["absent"] == "provider"
    assert await salon.wallet() == rich + PRICE // 4 + PRICE
    late = await salon.call("POST", f"bookings/{mine}/start", salon.accounts["asha"])
    assert late.status_code == 409
    await salon.expect_green()


async def test_silence_after_the_end_means_that_the_job_was_done(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    booking_id = await salon.paid("cut", start, "asha")
    await salon.reach(start + timedelta(hours=25, minutes=5))
    done = await salon.read(booking_id)
    assert (done["state"], done["actual_end"]) == ("pending_clearance", None)
    await salon.act(booking_id, "confirm-release", salon.me)
    assert await salon.earned() == PRICE
    await salon.expect_green()
