"""Favourites: kept per person, counted per room, and searched."""

from uuid import uuid4

import httpx
import pytest

from kalends.core.house import House
from tests.discovery.searching import SEARCH, found
from tests.fixtures.people import operator, signed_up
from tests.fixtures.places import a_room

PATH = "/api/v2/favourites"


async def toggle(client: httpx.AsyncClient, headers: dict[str, str], room_id: object) -> object:
    answer = await client.post(PATH, json={"room_id": str(room_id)}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.req("H-053", "H-054")
async def test_a_room_becomes_a_favourite_and_stops_being_one_and_its_people_are_counted(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house)
    asha, ravi = await signed_up(client), await signed_up(client)
    the_room = {"room_id": str(room.id)}
    assert await toggle(client, asha, room.id) == the_room | {"favourite": True, "count": 1}
    assert await toggle(client, ravi, room.id) == the_room | {"favourite": True, "count": 2}
    assert await toggle(client, asha, room.id) == the_room | {"favourite": False, "count": 1}
    assert (await client.get(PATH, headers=asha)).json()["items"] == []
    (favourite,) = (await client.get(PATH, headers=ravi)).json()["items"]
    assert (favourite["room_id"], favourite["count"]) == (str(room.id), 1)
    assert (favourite["venue"], favourite["bookable"]) == ("Kasba Hall", True)


async def test_favourites_are_listed_newest_first_page_by_page(
    house: House, client: httpx.AsyncClient
) -> None:
    rooms = [await a_room(house) for _ in range(5)]
    headers = await signed_up(client)
    for room in rooms:
        await toggle(client, headers, room.id)
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(PATH, params=params, headers=headers)).json()
        seen += [item["room_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [str(room.id) for room in reversed(rooms)]


@pytest.mark.req("H-055")
async def test_a_search_among_favourites_finds_only_them(
    house: House, client: httpx.AsyncClient
) -> None:
    await a_room(house, name="somebody else's")
    mine = await a_room(house, name="mine", capacity=20)
    headers = await signed_up(client)
    wish = {"favourites_only": True, "headers": headers}
    assert await found(client, **wish) == []
    await toggle(client, headers, mine.id)
    assert await found(client, **wish) == ["mine"]
    assert await found(client, **wish, capacity=500) == ["mine"]  # widened, but not to others


async def test_a_stranger_has_no_favourites_to_search(client: httpx.AsyncClient) -> None:
    answer = await client.get(SEARCH, params={"favourites_only": True})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    assert (await client.get(PATH)).status_code == 401
    assert (await client.post(PATH, json={"room_id": str(uuid4())})).status_code == 401


async def test_what_does_not_exist_cannot_become_a_favourite_but_what_is_gone_can_be_dropped(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house)
    headers, staff = await signed_up(client), await operator(house, client)
    missing = await client.post(PATH, json={"room_id": str(uuid4())}, headers=headers)
    assert missing.status_code == 404
    await toggle(client, headers, room.id)
    assert (await client.delete(f"/api/v2/rooms/{room.id}", headers=staff)).is_success
    assert (await client.get(PATH, headers=headers)).json()["items"] == []
    assert await toggle(client, headers, room.id) == {
        "room_id": str(room.id),
        "favourite": False,
        "count": 0,
    }


async def test_a_repeated_request_with_its_key_does_not_turn_it_back(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house)
    headers = await signed_up(client) | {"Idempotency-Key": "once"}
    first = await toggle(client, headers, room.id)
    assert await toggle(client, headers, room.id) == first


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwgIngiXQ"])
async def test_a_cursor_that_is_not_ours_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    headers = await signed_up(client)
    answer = await client.get(PATH, params={"cursor": cursor}, headers=headers)
    assert answer.status_code == 422
