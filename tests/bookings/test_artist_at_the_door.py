"""An artist at the door, from the payment to the rating, and what is done when one side does not come."""

import pytest

from kalends import ledger
from kalends.bookings import note_ratings
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, scalar


async def _earned(street, provider_id) -> int:
    from uuid import UUID

    async with open_unit(street.house, read_only=True) as unit:
        return (await ledger.balance(unit, ledger.provider_available(UUID(provider_id)))).amount


async def _wallet(street) -> int:
    return int((await street.see("wallet/balance"))["balance"]["amount"])


@pytest.mark.req(
    "M-011", "M-018", "M-019", "M-030", "M-040", "M-041", "M-044", "M-045", "M-055", "M-056", "M-057",
    "M-029", "M-206", "M-208", "M-209", "M-210", "M-211", "M-212", "M-213", "C-25", "X-01",
)  # fmt: skip
async def test_the_whole_way_from_the_payment_to_the_rating(street) -> None:
    artist = await street.artist()
    booking_id = await street.paid(artist)
    assert await street.state(booking_id) == "confirmed"
    early = await street.post(f"journeys/{booking_id}/start", None, artist.headers)
    assert early.json()["type"] == "/problems/transition-not-allowed"
    await street.until_start(booking_id, minutes=-60)
    await street.settle()
    assert await street.state(booking_id) == "preparing"
    for step, state in (("check-in", "preparing"), ("start", "traveling"), ("arrived", "arrived")):
        mine = await street.post(f"journeys/{booking_id}/{step}")
        assert mine.status_code == 409
        done = await street.done(f"journeys/{booking_id}/{step}", None, artist.headers)
        assert done["state"] == state
    assert {*done["details"]["journey"]} == {"checked_in_at", "started_at", "arrived_at"}
    begun = await street.done(f"bookings/{booking_id}/start", None, artist.headers)
    assert (begun["state"], begun["actual_end"]) == ("in_progress", None)
    assert begun["actual_start"]
    code = (await street.done(f"journeys/{booking_id}/generate-otp"))["code"]
    wrong = {"code": f"{(int(code) + 1) % 10**6:06}"}
    refused = await street.post(f"journeys/{booking_id}/verify-otp", wrong, artist.headers)
    assert (refused.status_code, refused.json()["tries_left"]) == (409, 4)
    done = await street.done(f"journeys/{booking_id}/verify-otp", {"code": code}, artist.headers)
    assert (done["state"], bool(done["actual_end"])) == ("completed", True)
    await street.settle()
    assert await street.state(booking_id) == "rating_pending"
    assert await _earned(street, artist.id) == 200_000
    await street.pass_time(hours=7 * 24 - 1)
    assert await street.state(booking_id) == "rating_pending"
    await street.pass_time(hours=1, minutes=1)
    assert await street.state(booking_id) == "closed"
    await street.expect_green()


@pytest.mark.req("M-213", "C-25")
async def test_it_closes_when_all_ratings_are_in_also_when_they_came_early(street) -> None:
    artist = await street.artist()
    from uuid import UUID

    for early, hours in ((True, 10), (False, 40)):
        booking_id = await street.paid(artist, hours=hours)
        code = await _in_progress(street, artist, booking_id)
        if early:
            async with open_unit(street.house) as unit:
                await note_ratings(unit, UUID(booking_id))
        body = {"code": code}
        await street.done(f"bookings/{booking_id}/complete", body, artist.headers)
        await street.settle()
        if not early:
            assert await street.state(booking_id) == "rating_pending"
            async with open_unit(street.house) as unit:
                await note_ratings(unit, UUID(booking_id))
        assert await street.state(booking_id) == "closed"


async def _in_progress(street, artist, booking_id: str) -> str:
    await street.until_start(booking_id, minutes=-30)
    await street.settle()
    for step in ("check-in", "start", "arrived"):
        await street.done(f"journeys/{booking_id}/{step}", None, artist.headers)
    code = (await street.done(f"journeys/{booking_id}/generate-otp"))["code"]
    await street.done(f"bookings/{booking_id}/start", None, artist.headers)
    return str(code)


@pytest.mark.req("M-207", "X-01")
async def test_an_unpaid_booking_ends_after_fifteen_minutes_and_its_time_is_free(street) -> None:
    artist = await street.artist()
    booking_id = await street.booked(artist)
    await street.pass_time(minutes=14)
    assert await street.state(booking_id) == "awaiting_payment"
    await street.pass_time(minutes=2)
    assert await street.state(booking_id) == "expired"
    assert (await street.ask(artist))["state"] == "pending"


@pytest.mark.req("M-020", "M-032", "M-033", "M-034", "M-214")
async def test_it_is_called_off_before_the_journey_only_by_tier_or_in_full(street) -> None:
    artist = await street.artist()
    mine, theirs, begun = [await street.paid(artist, hours=h) for h in (30, 33, 36)]
    body = {"reason": "rain"}
    done = await street.done(f"bookings/{mine}/cancel", body)
    assert done["refund"]["percent"] == 50
    done = await street.done(f"bookings/{theirs}/cancel", body, artist.headers)
    assert (done["refund"]["percent"], done["booking"]["cancelled_by"]) == (100, "provider")
    assert await _wallet(street) == 300_000
    await street.until_start(begun, minutes=-59)
    await street.settle()
    await street.done(f"journeys/{begun}/start", None, artist.headers)
    for headers in (street.me, artist.headers):
        late = await street.post(f"bookings/{begun}/cancel", body, headers)
        assert late.json()["type"] == "/problems/transition-not-allowed"
    moved = {"new_start_time": "2030-01-01T10:00:00Z"}
    url = f"{API}/bookings/{begun}/reschedule"
    refused = await street.client.put(url, json=moved, headers=street.me)
    assert refused.json()["type"] == "/problems/transition-not-allowed"
    await street.expect_green()


@pytest.mark.req("M-021", "X-02")
async def test_an_artist_who_does_not_come_costs_the_customer_nothing(street) -> None:
    artist = await street.artist()
    booking_id = await street.paid(artist)
    await street.until_start(booking_id, minutes=29)
    early = await street.post(f"bookings/{booking_id}/no-show", {})
    assert early.json()["type"] == "/problems/transition-not-allowed"
    not_theirs = await street.post(f"bookings/{booking_id}/no-show", {}, artist.headers)
    assert not_theirs.status_code == 409
    await street.until_start(booking_id, minutes=31)
    done = await street.done(f"bookings/{booking_id}/no-show", {"note": "nobody came"})
    assert (done["state"], done["details"]["no_show"]["absent"]) == ("no_show", "provider")
    assert await _wallet(street) == 200_000
    assert await _earned(street, artist.id) == 0
    await street.expect_green()


@pytest.mark.req("M-021", "X-02")
async def test_a_customer_who_is_not_there_pays_for_it_once_the_artist_has_waited(street) -> None:
    artist = await street.artist()
    booking_id = await street.paid(artist)
    await street.until_start(booking_id, minutes=-30)
    await street.settle()
    for step in ("start", "arrived"):
        await street.done(f"journeys/{booking_id}/{step}", None, artist.headers)
    early = await street.post(f"bookings/{booking_id}/no-show", {}, artist.headers)
    assert early.status_code == 409
    await street.until_start(booking_id, minutes=16)
    mine = await street.post(f"bookings/{booking_id}/no-show", {})
    assert mine.status_code == 409
    done = await street.done(f"bookings/{booking_id}/no-show", {}, artist.headers)
    assert (done["state"], done["details"]["no_show"]["absent"]) == ("no_show", "customer")
    assert (await _wallet(street), await _earned(street, artist.id)) == (0, 200_000)
    await street.settle()
    await street.expect_green()


async def test_what_everybody_forgot_is_left_to_an_operator(street) -> None:
    artist = await street.artist()
    booking_id = await street.paid(artist)
    await street.until_start(booking_id, minutes=-30)
    await street.settle()
    assert await street.state(booking_id) == "preparing"
    await street.pass_time(hours=26)
    assert await street.state(booking_id) == "pending_clearance"
    held = "SELECT count(*) FROM allocations WHERE booking_id = :id AND active"
    assert await scalar(street.house, held, id=booking_id) == 0
    await street.expect_green()
