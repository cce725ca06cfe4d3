"""Writing reviews, and reading what others wrote."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from kalends.catalog import RoomFacts
from kalends.core.house import House
from kalends.core.paging import encode_cursor
from kalends.core.unit import open_unit
from tests.fixtures.people import manager_of, operator, signed_up, user_id_of
from tests.fixtures.places import a_room
from tests.trust.stays import REVIEWS, booked, later, review, stayed

NAMED = {"password": "tulsi-and-lemon-48", "name": "Asha Rao", "email": "asha@example.com"}


@pytest.fixture
async def room(house: House) -> RoomFacts:
    return await a_room(house)


@pytest.fixture
async def asha(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/api/v2/auth/signup", json=NAMED)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def items(client: httpx.AsyncClient, path: str, **headers: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"{REVIEWS}/{path}", **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.req("H-056", "H-057", "H-199", "H-236")
async def test_a_customer_reviews_a_booking_and_everybody_reads_it_under_a_first_name(
    house: House, client: httpx.AsyncClient, room: RoomFacts, asha: dict[str, str]
) -> None:
    booking_id = await stayed(house, client, asha, room)
    written = await review(
        client, asha, booking_id, rating=4, comment="Cool and quiet.\nCame back."
    )
    assert written["user_id"] == str(await user_id_of(client, asha))
    assert (written["booking_id"], written["state"]) == (booking_id, "published")
    shown = {
        "id": written["id"],
        "room_id": str(room.id),
        "subject_type": "room",
        "subject_id": str(room.id),
        "rating": 4,
        "comment": "Cool and quiet.\nCame back.",
        "author": "Asha",
        "created_at": written["created_at"],
    }
    assert await items(client, f"room/{room.id}") == [shown]
    assert await items(client, f"provider/{room.provider_id}") == [shown]


async def test_a_booking_is_reviewed_once(
    house: House, client: httpx.AsyncClient, room: RoomFacts, asha: dict[str, str]
) -> None:
    booking_id = await stayed(house, client, asha, room)
    await review(client, asha, booking_id)
    again = await client.post(REVIEWS, json={"booking_id": booking_id, "rating": 1}, headers=asha)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-reviewed")
    assert [r["rating"] for r in await items(client, f"room/{room.id}")] == [4]


async def test_a_booking_is_reviewed_after_its_end_and_until_the_window_closes(
    house: House, client: httpx.AsyncClient, room: RoomFacts, asha: dict[str, str]
) -> None:
    booking_id = await booked(house, client, asha, room)
    body = {"booking_id": booking_id, "rating": 5}
    early = await client.post(REVIEWS, json=body, headers=asha)
    assert (early.status_code, early.json()["reason"]) == (409, "not_completed")
    await later(house, days=31)
    asha = await signed_in_again(client)
    late = await client.post(REVIEWS, json=body, headers=asha)
    assert (late.status_code, late.json()["reason"]) == (409, "window_closed")
    assert late.json()["type"] == "/problems/not-reviewable"
    assert await items(client, f"room/{room.id}") == []


async def signed_in_again(client: httpx.AsyncClient) -> dict[str, str]:
    credentials = {"email": NAMED["email"], "password": NAMED["password"]}
    answer = await client.post("/api/v2/auth/login", json=credentials)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_somebody_elses_booking_and_a_missing_one_look_the_same(
    house: House, client: httpx.AsyncClient, room: RoomFacts, asha: dict[str, str]
) -> None:
    booking_id = await stayed(house, client, asha, room)
    manager = await manager_of(house, client, room.provider_id)
    staff = await operator(house, client)
    for headers in (await signed_up(client), manager, staff):
        foreign = await client.post(
            REVIEWS, json={"booking_id": booking_id, "rating": 1}, headers=headers
        )
        missing = await client.post(
            REVIEWS, json={"booking_id": str(uuid4()), "rating": 1}, headers=headers
        )
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["detail"] == missing.json()["detail"]


async def test_only_the_people_of_a_booking_read_its_reviews(
    house: House, client: httpx.AsyncClient, room: RoomFacts, asha: dict[str, str]
) -> None:
    booking_id = await stayed(house, client, asha, room)
    written = await review(client, asha, booking_id)
    path = f"{REVIEWS}/booking/{booking_id}"
    for headers in (
        asha,
        await manager_of(house, client, room.provider_id),
        await operator(house, client),
    ):
        assert (await client.get(path, headers=headers)).json()["items"] == [written]
    assert (await client.get(path, headers=await signed_up(client))).status_code == 404
    assert (await client.get(path)).status_code == 401


REFUSED: list[dict[str, Any]] = [
    {"rating": 0},
    {"rating": 6},
    {"rating": True},
    {"rating": "5"},
    {"rating": 4.0},
    {"rating": None},
    {"comment": "x" * 4001},
    {"comment": "a\x00b"},
    {"booking_id": "1"},
    {"state": "published"},
    {"user_id": str(uuid4())},
]


async def test_a_review_that_nobody_can_mean_is_refused(
    client: httpx.AsyncClient, asha: dict[str, str]
) -> None:
    for change in REFUSED:
        body = {"booking_id": str(uuid4()), "rating": 5, "comment": "Fine."} | change
        answer = await client.post(REVIEWS, json=body, headers=asha)
        assert answer.status_code == 422, (change, answer.text)


async def test_reviews_of_a_room_that_there_is_not_are_not_found(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get(f"{REVIEWS}/room/{uuid4()}")).status_code == 404
    assert await items(client, f"provider/{uuid4()}") == []


async def test_reviews_come_newest_first_page_by_page(
    house: House, client: httpx.AsyncClient, room: RoomFacts, asha: dict[str, str]
) -> None:
    stays = [await booked(house, client, asha, room, in_hours=n) for n in (1, 2, 3)]
    await later(house, hours=8)
    written = [(await review(client, asha, stay))["id"] for stay in stays]
    path = f"{REVIEWS}/room/{room.id}"
    first = (await client.get(path, params={"limit": 2})).json()
    rest = (await client.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [r["id"] for r in (*first["items"], *rest["items"])] == written[::-1]
    assert rest["next_cursor"] is None
    too_early = encode_cursor("0001-01-01T00:00:00+14:00", uuid4())
    without_zone = encode_cursor("2026-01-01T00:00:00", uuid4())
    for cursor in ("WyIyMDI2LTAxLTAxIiwgIngiXQ", too_early, without_zone):
        strange = await client.get(path, params={"cursor": cursor})
        assert strange.status_code == 422


@pytest.mark.req("H-211")
async def test_reviews_are_indexed_by_room_and_by_author(house: House) -> None:
    query = text("SELECT indexdef FROM pg_indexes WHERE tablename = 'reviews'")
    async with open_unit(house) as unit:
        indexes = (await unit.session.scalars(query)).all()
    assert any("(room_id" in index for index in indexes)
    assert any("(user_id" in index for index in indexes)
