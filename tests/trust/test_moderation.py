"""Operators hide and publish reviews; the average of a room is always that of the published ones."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from kalends.app.asgi import create_app
from kalends.catalog import RoomFacts, get_room, set_rating
from kalends.core.audit import broken_links
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.profile import Reviews
from kalends.core.sections import Features
from kalends.core.unit import open_unit
from kalends.trust import NewReview, get_review, hide_review, post_review
from kalends.trust.checks import wrong_ratings
from tests.fixtures.people import operator, signed_up, user_id_of
from tests.fixtures.places import a_room
from tests.trust.stays import REVIEWS, booked, later, review, stayed

ADMIN = "/api/v2/admin/reviews"


@pytest.fixture
async def room(house: House) -> RoomFacts:
    return await a_room(house)


async def rating(house: House, room: RoomFacts) -> tuple[int | None, int]:
    async with open_unit(house) as unit:
        facts = await get_room(unit, room.id)
    return facts.rating_hundredths, facts.rating_count


async def moderate(
    client: httpx.AsyncClient, headers: dict[str, str], review_id: str, step: str
) -> httpx.Response:
    body = {"reason": "names a neighbour"} if step == "hide" else None
    return await client.patch(f"{ADMIN}/{review_id}/{step}", json=body, headers=headers)


@pytest.mark.req("H-058", "H-059")
async def test_a_hidden_review_is_seen_by_nobody_and_counts_for_nothing_until_it_is_published(
    house: House, client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer, staff = await signed_up(client), await operator(house, client, "moderator")
    stays = [await booked(house, client, customer, room, in_hours=n) for n in (1, 2, 3)]
    await later(house, hours=8)
    good, fair, bad = [
        (await review(client, customer, stay, rating=stars))["id"]
        for stay, stars in zip(stays, (5, 4, 1), strict=True)
    ]
    assert await rating(house, room) == (333, 3)
    assert (await moderate(client, staff, bad, "hide")).json()["state"] == "hidden"
    assert await rating(house, room) == (450, 2)
    listed = (await client.get(f"{REVIEWS}/room/{room.id}")).json()["items"]
    assert [r["id"] for r in listed] == [fair, good]
    mine = (await client.get(f"{REVIEWS}/booking/{stays[2]}", headers=customer)).json()["items"]
    assert [(r["id"], r["state"]) for r in mine] == [(bad, "hidden")]
    assert (await moderate(client, staff, bad, "publish")).json()["state"] == "published"
    assert await rating(house, room) == (333, 3)
    for review_id in (good, fair, bad):
        await moderate(client, staff, review_id, "hide")
    assert await rating(house, room) == (None, 0)


async def test_hiding_twice_is_refused_with_what_is_possible_instead(
    house: House, client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer, staff = await signed_up(client), await operator(house, client)
    written = await review(client, customer, await stayed(house, client, customer, room))
    await moderate(client, staff, written["id"], "hide")
    again = await moderate(client, staff, written["id"], "hide")
    assert (again.status_code, again.json()["actions"]) == (409, ["publish"])
    assert (await moderate(client, staff, str(uuid4()), "hide")).status_code == 404


async def test_only_operators_moderate(
    house: House, client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    written = await review(client, customer, await stayed(house, client, customer, room))
    for step in ("hide", "publish"):
        assert (await moderate(client, customer, written["id"], step)).status_code == 403
        assert (await moderate(client, {}, written["id"], step)).status_code == 401
    assert (await client.get(ADMIN, headers=customer)).status_code == 403


async def test_what_operators_do_is_in_the_history_and_in_the_audit_log(
    house: House, client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer, staff = await signed_up(client), await operator(house, client)
    written = await review(client, customer, await stayed(house, client, customer, room))
    await moderate(client, staff, written["id"], "hide")
    history = text("SELECT transition, actor_kind, reason FROM review_transitions ORDER BY seq")
    deeds = text("SELECT action, actor_id FROM audit_log WHERE subject_id = :id")
    async with open_unit(house) as unit:
        moves = (await unit.session.execute(history)).all()
        audited = (await unit.session.execute(deeds, {"id": written["id"]})).all()
        assert await broken_links(unit) == []
    assert [tuple(move) for move in moves] == [
        ("write", "customer", None),
        ("publish", "system", None),
        ("hide", "operator", "names a neighbour"),
    ]
    assert [tuple(deed) for deed in audited] == [("review.hide", await user_id_of(client, staff))]


@pytest.fixture
async def strict(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the same marketplace, where operators read reviews first."""
    profile = house.profile.model_copy(update={"reviews": Reviews(moderation="pre")})
    transport = httpx.ASGITransport(create_app(replace(house, profile=profile)))
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as client:
        yield client


async def test_where_reviews_are_read_first_they_wait_for_an_operator(
    house: House, strict: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer, staff = await signed_up(strict), await operator(house, strict)
    written = await review(strict, customer, await stayed(house, strict, customer, room), rating=5)
    assert written["state"] == "pending"
    assert (await strict.get(f"{REVIEWS}/room/{room.id}")).json()["items"] == []
    assert await rating(house, room) == (None, 0)
    waiting = (await strict.get(ADMIN, params={"state": "pending"}, headers=staff)).json()["items"]
    assert [r["id"] for r in waiting] == [written["id"]]
    await moderate(strict, staff, written["id"], "publish")
    assert await rating(house, room) == (500, 1)
    assert len((await strict.get(f"{REVIEWS}/room/{room.id}")).json()["items"]) == 1
    assert (await strict.get(ADMIN, params={"state": "pending"}, headers=staff)).json()[
        "items"
    ] == []


async def test_a_review_is_told_when_it_is_first_seen_and_when_it_is_hidden(
    house: House, client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    booking_id = UUID(await stayed(house, client, customer, room))
    author = Principal(ActorKind.customer, await user_id_of(client, customer))
    async with open_unit(house, author) as unit:
        written = await post_review(unit, NewReview(booking_id, 5))
        posted = [vars(e) for e in unit.emitted if type(e).__name__ == "ReviewPosted"]
    assert posted == [
        {
            "review_id": written.facts.id,
            "booking_id": booking_id,
            "room_id": room.id,
            "author_id": author.user_id,
        }
    ]
    async with open_unit(house) as unit:
        await hide_review(unit, written.facts.id, "spam")
        hidden = [vars(e) for e in unit.emitted if type(e).__name__ == "ReviewHidden"]
        assert hidden == [{"review_id": written.facts.id}]
        assert (await get_review(unit, written.facts.id)).state == "hidden"


@pytest.mark.req("H-059")
async def test_reviews_that_are_written_at_once_all_count(
    house: House, client: httpx.AsyncClient, room: RoomFacts
) -> None:
    stays: list[tuple[dict[str, str], str]] = []
    for number in range(8):
        headers = await signed_up(client)
        stays.append((headers, await booked(house, client, headers, room, in_hours=number)))
    await later(house, hours=12)
    await asyncio.gather(
        *(
            review(client, headers, stay, rating=1 + n % 5)
            for n, (headers, stay) in enumerate(stays)
        )
    )
    assert await rating(house, room) == (263, 8)  # 21 stars
    async with open_unit(house) as unit:
        assert await wrong_ratings(unit) == []


async def test_a_booking_reviewed_twice_at_once_gets_one_review(
    house: House, client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    body = {"booking_id": await stayed(house, client, customer, room), "rating": 5}
    tries = [client.post(REVIEWS, json=body, headers=customer) for _ in range(5)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*tries))
    assert statuses == [201, 409, 409, 409, 409]
    assert await rating(house, room) == (500, 1)


async def test_the_checker_finds_a_rating_that_the_reviews_do_not_say(
    house: House, client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    await review(client, customer, await stayed(house, client, customer, room), rating=5)
    async with open_unit(house) as unit:
        await set_rating(unit, room.id, 499, 1)
    async with open_unit(house) as unit:
        assert await wrong_ratings(unit) == [
            {"room_id": str(room.id), "stored": (499, 1), "reviews": (500, 1)}
        ]


async def test_without_the_feature_there_are_no_reviews(house: House) -> None:
    features: Any = Features(venues=True)
    profile = house.profile.model_copy(update={"features": features})
    transport = httpx.ASGITransport(create_app(replace(house, profile=profile)))
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as client:
        assert (await client.get(f"{REVIEWS}/room/{uuid4()}")).json()[
            "type"
        ] == "/problems/not-found"
        assert "/api/v2/reviews" not in (await client.get("/openapi.json")).json()["paths"]
