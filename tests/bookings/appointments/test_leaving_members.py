"""Who comes to a staff and leaves it: what they see of its jobs, and what is left of them."""

from uuid import UUID

from kalends.bookings.service.diary import bookings_of_person
from kalends.core.unit import open_unit
from kalends.identity import memberships_of
from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import scalar
from tests.fixtures.markets import joined
from tests.fixtures.people import Headers, user_id_of
from tests.fixtures.salons import Salon

FEED = {"url": "https://calendars.test/secret-7831.ics"}
SERVING = "SELECT coalesce(cardinality(staff_user_ids), 0) FROM bookings"


async def _status(salon: Salon, booking: str, who: Headers) -> int:
    return (await salon.call("GET", f"bookings/{booking}", who)).status_code


async def _diary(salon: Salon, who: Headers) -> list[str]:
    """What their own calendar shows them."""
    person = await user_id_of(salon.client, who)
    async with open_unit(salon.house, read_only=True) as unit:
        found = await bookings_of_person(unit, person, await memberships_of(unit, person))
    return [str(one.id) for one in found]


async def test_who_leaves_sees_nothing_of_the_jobs_at_once(new_salon: NewSalon) -> None:
    salon = await new_salon()
    asha = salon.accounts["asha"]
    booking = await salon.paid("cut", await salon.at(10), "asha")
    assert (await _status(salon, booking, asha), await _diary(salon, asha)) == (200, [booking])
    path = f"staff/{salon.staff['asha']['id']}"
    assert (await salon.call("DELETE", path, salon.owner)).status_code == 204
    assert await _status(salon, booking, asha) == 404
    assert (await salon.call("GET", "bookings", asha)).json()["items"] == []
    assert await _diary(salon, asha) == []
    why = {"reason_code": "ill"}
    refused = await salon.call("POST", f"bookings/{booking}/decline", asha, why)
    assert refused.status_code == 404
    await salon.settle()
    assert await scalar(salon.house, SERVING) == 0
    assert await _status(salon, booking, salon.owner) == 200
    await salon.expect_green()


async def test_who_gets_an_account_later_reaches_the_jobs_that_stand(new_salon: NewSalon) -> None:
    salon = await new_salon()
    path = f"staff/{salon.staff['asha']['id']}"
    await salon.call("PATCH", path, salon.owner, {"email": None})
    booking = await salon.paid("cut", await salon.at(10), "asha")
    asha = salon.accounts["asha"]
    assert await _status(salon, booking, asha) == 404
    linked = await salon.call("PATCH", path, salon.owner, {"email": "asha@salon.test"})
    assert linked.status_code == 200
    assert await _status(salon, booking, asha) == 404
    await joined(salon.client, salon.staff["asha"], asha)
    await salon.settle()
    assert await _status(salon, booking, asha) == 200
    assert await _diary(salon, asha) == [booking]


async def test_a_calendar_is_read_no_longer_when_its_member_leaves(new_salon: NewSalon) -> None:
    salon = await new_salon(features={"calendars": True})
    path = f"staff/{salon.staff['asha']['id']}"
    made = await salon.call("POST", f"{path}/calendars", salon.accounts["asha"], FEED)
    assert made.status_code == 201
    await salon.call("DELETE", path, salon.owner)
    await salon.settle()
    assert await scalar(salon.house, "SELECT count(*) FROM busy_feeds") == 0


async def test_the_own_session_of_who_is_let_go_goes_on(new_salon: NewSalon) -> None:
    salon = await new_salon()
    await salon.call("DELETE", f"staff/{salon.staff['asha']['id']}", salon.owner)
    me = await salon.call("GET", "auth/me", salon.accounts["asha"])
    assert (me.status_code, me.json()["memberships"]) == (200, [])
    assert UUID(me.json()["id"])
