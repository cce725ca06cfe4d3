"""Opening hours over HTTP."""

from datetime import date

import pytest

from kalends.catalog import RoomChanged, get_room, replace_hours
from kalends.catalog.types import Hours, SpecialDay
from kalends.core.errors import Invalid
from kalends.core.unit import open_unit
from tests.fixtures.people import manager_of
from tests.fixtures.places import NINE_TO_NINE, a_room, a_venue

HOURS = {
    "weekly": [
        {"weekday": 0, "opens": "09:00", "closes": "21:00"},
        {"weekday": 5, "opens": "18:00", "closes": "02:00"},
        {"weekday": 6, "opens": "00:00", "closes": "24:00"},
    ],
    "exceptions": [
        {"date": "2026-12-25", "periods": [], "reason": "Christmas"},
        {
            "date": "2026-12-31",
            "periods": [{"opens": "10:00", "closes": "01:30"}],
            "reason": None,
        },
    ],
}

WRONG = [
    {"weekly": [{"weekday": 7, "opens": "09:00", "closes": "10:00"}]},
    {"weekly": [{"weekday": True, "opens": "09:00", "closes": "10:00"}]},
    {"weekly": [{"weekday": 0, "opens": "9:00", "closes": "10:00"}]},
    {"weekly": [{"weekday": 0, "opens": "24:00", "closes": "10:00"}]},
    {"weekly": [{"weekday": 0, "opens": "25:00", "closes": "10:00"}]},
    {"weekly": [{"weekday": 0, "opens": "09:00", "closes": "09:00"}]},
    {"weekly": [{"weekday": 0, "opens": 540, "closes": 600}]},
    {
        "weekly": [
            {"weekday": 0, "opens": "09:00", "closes": "12:00"},
            {"weekday": 0, "opens": "11:59", "closes": "13:00"},
        ]
    },
    {"weekly": [{"weekday": 0, "opens": "09:00", "closes": "10:00"}] * 100},
    {"weekly": [], "exceptions": [{"date": "2026-02-30"}]},
    {"weekly": [], "exceptions": [{"date": 1798156800}]},
    {"weekly": [], "exceptions": [{"date": "2026-12-25"}, {"date": "2026-12-25"}]},
    {"weekly": [], "exceptions": [{"date": "2026-12-25", "reason": "x" * 101}]},
    {"weekly": [], "exceptions": [{"date": "2026-12-25", "reason": "a\x00b"}]},
    {"exceptions": []},
    {"weekly": [], "surprise": 1},
]


@pytest.mark.req("X-08", "H-018")
async def test_a_manager_sets_the_week_and_its_exceptions(client, house, reading):
    room = await a_room(house)
    headers = await manager_of(house, client, room.provider_id, room.venue_id)
    path = f"/api/v2/rooms/{room.id}/hours"
    answer = await client.put(path, json=HOURS, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json() == HOURS | {"time_zone": "Asia/Kolkata"}
    assert (await client.get(path)).json() == answer.json()
    assert (await client.get(f"/api/v2/rooms/{room.id}")).json()["hours"] == answer.json()
    facts = await get_room(reading, room.id)
    assert facts.weekly == ((0, 540, 1260), (5, 1080, 120), (6, 0, 1440))
    assert facts.exceptions == ((date(2026, 12, 25), ()), (date(2026, 12, 31), ((600, 90),)))


async def test_putting_hours_replaces_all_that_were_there(client, house, as_operator):
    room = await a_room(house)
    path = f"/api/v2/rooms/{room.id}/hours"
    await client.put(path, json=HOURS, headers=as_operator)
    closed = await client.put(path, json={"weekly": []}, headers=as_operator)
    assert (closed.json()["weekly"], closed.json()["exceptions"]) == ([], [])


async def test_a_room_is_open_round_the_clock_until_somebody_says_otherwise(
    client, house, as_operator, new_room
):
    venue = await a_venue(house)
    path = f"/api/v2/venues/{venue.id}/rooms"
    always = (await client.post(path, json=new_room, headers=as_operator)).json()
    assert [p["weekday"] for p in always["hours"]["weekly"]] == list(range(7))
    assert {(p["opens"], p["closes"]) for p in always["hours"]["weekly"]} == {("00:00", "24:00")}
    limited = (
        await client.post(path, json={**new_room, "hours": HOURS}, headers=as_operator)
    ).json()
    assert limited["hours"]["weekly"] == HOURS["weekly"]


@pytest.mark.req("X-08")
async def test_hours_that_nobody_can_mean_are_refused(client, house, as_operator):
    room = await a_room(house, hours="nine_to_nine")
    path = f"/api/v2/rooms/{room.id}/hours"
    for wrong in WRONG:
        answer = await client.put(path, json=wrong, headers=as_operator)
        assert answer.status_code == 422, (wrong, answer.text[:300])
    assert len((await client.get(path)).json()["weekly"]) == 7


async def test_other_rooms_give_hours_through_the_door(house, reading):
    room = await a_room(house)
    special = SpecialDay(date(2027, 1, 26), (), "Republic Day")
    async with open_unit(house) as unit:
        await replace_hours(unit, room.id, Hours(NINE_TO_NINE.weekly, (special,)))
        assert unit.emitted == [RoomChanged(room_id=room.id)]
        with pytest.raises(Invalid, match="empty"):
            await replace_hours(unit, room.id, Hours(((0, 60, 60),)))
    facts = await get_room(reading, room.id)
    assert facts.exceptions == ((date(2027, 1, 26), ()),)
