"""The same haircut every week: by whoever was named, or by whoever is free."""

from datetime import timedelta
from typing import Any

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import stamp
from tests.fixtures.salons import PRICE, Salon, customers

WEEK = timedelta(weeks=1)


async def _preview(salon: Salon, body: Any) -> dict[str, Any]:
    answer = await salon.call("POST", "booking-series/preview", salon.me, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _made(salon: Salon, body: Any) -> dict[str, Any]:
    answer = await salon.call("POST", "booking-series", salon.me, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_whoever_is_free_comes_and_who_was_named_clashes(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    [other] = await customers(salon, 1)
    await salon.book(salon.wish("cut", start + WEEK, "asha"), other)
    await salon.book(salon.wish("cut", start + 2 * WEEK, "asha"), other)
    await salon.book(salon.wish("cut", start + 2 * WEEK, "ravi"), other)
    anybody = {"booking": salon.wish("cut", start), "count": 4}
    seen = await _preview(salon, anybody)
    assert [t["state"] for t in seen["turns"]] == ["free", "free", "clash", "free"]
    assert seen["total"]["amount"] == 4 * PRICE
    by_name = await _preview(salon, anybody | {"booking": salon.wish("cut", start, "asha")})
    assert [t["state"] for t in by_name["turns"]] == ["free", "clash", "clash", "free"]
    nearest = [one["start"] for one in seen["turns"][2]["nearest"]]
    assert nearest == [stamp(start + 2 * WEEK + n * timedelta(minutes=15)) for n in (5, 9, 13)]
    moved = {"position": 2, "choice": "move", "start_time": nearest[0]}
    series = await _made(salon, anybody | {"decisions": [moved]})
    assert [b["start_time"] for b in series["bookings"]][2] == nearest[0]
    assert series["bookings"][1]["resource"]["name"] == "ravi"
    rows = await salon.call("POST", f"booking-series/{series['id']}/pay", salon.me)
    assert [one["state"] for one in rows.json()["items"]] == ["confirmed"] * 4
    await salon.expect_green()


async def test_a_visit_of_several_services_repeats_as_a_whole(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    [other] = await customers(salon, 1)
    await salon.book(salon.wish("colour", start + WEEK + timedelta(hours=1), "asha"), other)
    services = [{"service_id": salon.services[name]["id"]} for name in ("cut", "colour")]
    visit = {"kind": "appointment", "services": services, "start_time": stamp(start)}
    seen = await _preview(salon, {"booking": visit, "count": 3})
    assert [t["state"] for t in seen["turns"]] == ["free", "clash", "free"]
    near = seen["turns"][1]["nearest"][0]["start"]
    decisions = [{"position": 1, "choice": "move", "start_time": near}]
    series = await _made(salon, {"booking": visit, "count": 3, "decisions": decisions})
    assert [len(b["lines"]) for b in series["bookings"]] == [2, 2, 2]
    await salon.expect_green()


async def test_a_pause_after_a_job_can_be_in_the_way_of_the_next_turn(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    close = {"position": 1, "choice": "move", "start_time": stamp(start + timedelta(hours=1))}
    body = {"booking": salon.wish("cut", start, "asha"), "count": 2, "decisions": [close]}
    refused = await salon.call("POST", "booking-series", salon.me, body)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/series-clash")
    [turn] = refused.json()["turns"]
    assert (turn["position"], turn["reason"], bool(turn["nearest"])) == (1, "taken", True)
    assert (await salon.call("GET", "bookings/me", salon.me)).json()["total"] == 0


async def test_there_are_no_series_of_events_nor_quotes_for_them(new_salon: NewSalon) -> None:
    salon = await new_salon()
    wish = salon.wish("cut", await salon.at(10))
    for booking in ({"kind": "event", "title": "x"}, wish | {"quote_token": "t"}):
        body = {"booking": booking, "count": 2}
        answer = await salon.call("POST", "booking-series/preview", salon.me, body)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
