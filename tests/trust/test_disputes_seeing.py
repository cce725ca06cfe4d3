"""Who sees a dispute, and what is said in it."""

import pytest

from kalends.core.house import House
from tests.fixtures.people import manager_of, signed_up
from tests.fixtures.places import a_venue
from tests.trust.conftest import NewCase


async def test_both_sides_and_operators_see_it_and_nobody_else(
    house: House, new_case: NewCase
) -> None:
    case = await new_case()
    dispute = await case.opened()
    for who in (case.stay.me, case.stay.boss, case.moderator):
        assert (await case.read(dispute, who)).json()["id"] == dispute
    stranger = await signed_up(case.stay.client)
    elsewhere = await a_venue(house)
    other = await manager_of(house, case.stay.client, elsewhere.provider_id)
    for who in (stranger, other):
        assert (await case.read(dispute, who)).status_code == 404
        assert (await case.add_note(dispute, who, "let me in")).status_code == 404
        assert await case.listed("disputes", who) == []


async def test_a_guest_of_the_booking_does_not_see_it(new_case: NewCase) -> None:
    case = await new_case()
    guest = await signed_up(case.stay.client, "ravi@example.com")
    await case.stay.post("participants", case.stay.me, {"email": "ravi@example.com"})
    dispute = await case.opened()
    assert (await case.read(dispute, guest)).status_code == 404


async def test_ones_own_are_listed_for_either_side(house: House, new_case: NewCase) -> None:
    case = await new_case()
    dispute = await case.opened()
    whole = await manager_of(house, case.stay.client, case.stay.room.provider_id)
    for who in (case.stay.me, case.stay.boss, whole):
        assert [one["id"] for one in await case.listed("disputes", who)] == [dispute]
    assert await case.listed("disputes", case.moderator) == []


@pytest.mark.req("S-078")
async def test_operators_list_all_by_state(new_case: NewCase) -> None:
    case = await new_case()
    dispute = await case.opened()
    found = await case.listed("admin/disputes", case.moderator, state="open")
    assert [one["id"] for one in found] == [dispute]
    assert await case.listed("admin/disputes", case.moderator, state="resolved") == []
    answer = await case.stay.client.get("/api/v2/admin/disputes", headers=case.stay.me)
    assert answer.status_code == 403


@pytest.mark.req("X-22")
async def test_what_either_side_adds_is_read_by_both_and_what_operators_write_by_operators(
    new_case: NewCase,
) -> None:
    case = await new_case()
    dispute = await case.opened()
    said = [
        (case.stay.me, "Here is a photo of the door."),
        (case.stay.boss, "The key lay under the mat."),
        (case.moderator, "Both agree on the time."),
    ]
    for who, text in said:
        assert (await case.add_note(dispute, who, text)).status_code == 201
    for who in (case.stay.me, case.stay.boss):
        notes = (await case.read(dispute, who)).json()["notes"]
        assert [(n["role"], n["text"]) for n in notes] == [
            ("customer", said[0][1]),
            ("provider", said[1][1]),
        ]
    notes = (await case.read(dispute, case.moderator)).json()["notes"]
    assert [n["role"] for n in notes] == ["customer", "provider", "operator"]


async def test_each_side_writes_so_much_and_nothing_after_the_decision(new_case: NewCase) -> None:
    case = await new_case()
    dispute = await case.opened()
    for number in range(20):
        assert (await case.add_note(dispute, case.stay.me, f"note {number}")).status_code == 201
    full = await case.add_note(dispute, case.stay.me, "one more")
    assert full.json()["type"] == "/problems/too-many-notes"
    assert (await case.add_note(dispute, case.stay.boss, "my side")).status_code == 201
    await case.decided(dispute, "resolved")
    late = await case.add_note(dispute, case.stay.boss, "but still")
    assert late.json()["type"] == "/problems/dispute-over"
    assert (await case.add_note(dispute, case.moderator, "for the file")).status_code == 201
