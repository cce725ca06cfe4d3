"""The free times in a search: what bookings leave of the place's own day, clipped to it."""

import httpx
import pytest

from kalends.catalog import RoomFacts
from kalends.core.house import House
from tests.discovery.searching import ahead, book, indian, search
from tests.fixtures.people import signed_up
from tests.fixtures.places import a_room

DAY, NEXT, AFTER = ahead(3), ahead(4), ahead(5)


@pytest.fixture
async def room(house: House) -> RoomFacts:
    """A room that is open round the clock."""
    return await a_room(house)


async def slots(client: httpx.AsyncClient, room: RoomFacts) -> list[tuple[str, str]]:
    """The room's free times on NEXT."""
    results = (await search(client, date=NEXT.isoformat()))["results"]
    return [
        (slot["start"], slot["end"])
        for result in results
        if result["room_id"] == str(room.id)
        for slot in result["available_slots"]
    ]


@pytest.mark.req("H-032")
async def test_an_empty_day_is_free_from_midnight_to_midnight_at_the_place(
    client: httpx.AsyncClient, room: RoomFacts
) -> None:
    assert await slots(client, room) == [(indian(NEXT, 0), indian(NEXT, 24))]


@pytest.mark.req("H-027")
async def test_a_booking_inside_the_day_leaves_the_time_before_and_after(
    client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    await book(client, customer, room, (indian(NEXT, 10), indian(NEXT, 12)))
    assert await slots(client, room) == [
        (indian(NEXT, 0), indian(NEXT, 10)),
        (indian(NEXT, 12), indian(NEXT, 24)),
    ]


@pytest.mark.req("H-028", "H-029")
async def test_bookings_across_midnight_take_only_their_part_of_the_day(
    client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    await book(client, customer, room, (indian(DAY, 22), indian(NEXT, 2, 30)))
    await book(client, customer, room, (indian(NEXT, 23), indian(AFTER, 1)))
    assert await slots(client, room) == [(indian(NEXT, 2, 30), indian(NEXT, 23))]


@pytest.mark.req("H-030")
async def test_of_a_booking_over_several_days_only_the_part_in_the_day_counts(
    client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    await book(client, customer, room, (indian(ahead(1), 9), indian(NEXT, 20)))
    assert await slots(client, room) == [(indian(NEXT, 20), indian(NEXT, 24))]


@pytest.mark.req("H-031")
async def test_a_room_that_is_booked_for_the_whole_day_is_no_result(
    client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    await book(client, customer, room, (indian(DAY, 9), indian(AFTER, 9)))
    answer = await search(client, date=NEXT.isoformat())
    assert (answer["count"], answer["results"]) == (0, [])


async def test_bookings_that_touch_the_day_from_outside_take_nothing_of_it(
    client: httpx.AsyncClient, room: RoomFacts
) -> None:
    customer = await signed_up(client)
    await book(client, customer, room, (indian(DAY, 20), indian(NEXT, 0)))
    await book(client, customer, room, (indian(AFTER, 0), indian(AFTER, 4)))
    assert await slots(client, room) == [(indian(NEXT, 0), indian(NEXT, 24))]
