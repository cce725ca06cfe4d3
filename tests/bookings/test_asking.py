"""Asking for an artist: two minutes to accept, then the next one, and at most one at a time."""

import pytest

from tests.fixtures.deals import API, scalar
from tests.fixtures.markets import a_member
from tests.fixtures.people import operator, signed_up
from tests.performance.statements import counted

LIVE = "SELECT count(*) FROM enquiry_offers WHERE enquiry_id = :id AND state = 'offered'"


@pytest.mark.req("M-005", "M-006", "M-201", "M-204", "M-230", "M-172", "M-173", "M-179", "M-182")
async def test_an_accepted_enquiry_becomes_a_booking_that_waits_for_its_payment(street) -> None:
    artist = await street.artist(km=2)
    asked = await street.ask(artist, notes="Red bangles.", reference_images=["/photos/a.jpg"])
    assert (asked["state"], asked["mode"], asked["booking_id"]) == ("pending", "instant", None)
    assert asked["offer"]["provider"]["id"] == artist.id
    assert asked["offer"]["sequence"] == 1
    assert 118 <= asked["offer"]["seconds_left"] <= 120
    waiting = await street.see("enquiries/provider/pending", artist.headers)
    assert [one["id"] for one in waiting["items"]] == [asked["id"]]
    assert waiting["items"][0]["actions"] == ["accept", "decline"]
    taken = await street.done(f"enquiries/{asked['id']}/accept", None, artist.headers)
    assert (taken["state"], taken["actions"]) == ("converted", [])
    booking = await street.see(f"bookings/{taken['booking_id']}")
    assert (booking["kind"], booking["state"]) == ("instant", "awaiting_payment")
    assert booking["price"]["total"]["amount"] == 200_000
    assert booking["provider"]["id"] == artist.id
    assert booking["number"].startswith("BKG-")
    assert booking["details"]["enquiry_id"] == asked["id"]
    assert booking["place"]["address"] == "7 Law College Road, Pune"
    mine = await street.see("enquiries/customer")
    assert [(one["id"], one["state"]) for one in mine["items"]] == [(asked["id"], "converted")]
    await street.expect_green()


@pytest.mark.req("M-007", "M-008", "M-009", "M-202", "M-203", "C-06", "C-05")
async def test_a_decline_and_silence_pass_the_turn_on_with_a_fresh_window(street) -> None:
    first, second, third = [await street.artist(km=km) for km in (1, 2, 3)]
    asked = await street.ask(first)
    answer = await street.done(f"enquiries/{asked['id']}/decline", {"reason": "ill"}, first.headers)
    assert (answer["offer"]["state"], answer["actions"]) == ("declined", [])
    now = await street.see(f"enquiries/{asked['id']}")
    assert (now["state"], now["offer"]["provider"]["id"]) == ("pending", second.id)
    assert 118 <= now["offer"]["seconds_left"] <= 120
    assert await scalar(street.house, LIVE, id=asked["id"]) == 1
    await street.pass_time(seconds=110)
    assert (await street.see(f"enquiries/{asked['id']}"))["offer"]["sequence"] == 2
    await street.pass_time(seconds=11)
    now = await street.see(f"enquiries/{asked['id']}")
    assert (now["offer"]["provider"]["id"], now["offer"]["sequence"]) == (third.id, 3)
    late = await street.post(f"enquiries/{asked['id']}/accept", None, second.headers)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/not-your-turn")
    assert [one["state"] for one in now["offers"]] == ["declined", "expired", "offered"]
    await street.pass_time(seconds=125)
    over = await street.see(f"enquiries/{asked['id']}")
    assert (over["state"], over["offer"], over["actions"]) == ("expired", None, [])
    mine = await street.see(f"enquiries/{asked['id']}", first.headers)
    assert (mine["location"], mine["max_price"], len(mine["offers"])) == (None, None, 1)


@pytest.mark.req("M-202", "C-06")
async def test_when_everybody_declines_the_enquiry_is_declined(street) -> None:
    only = await street.artist()
    asked = await street.ask(only)
    await street.done(f"enquiries/{asked['id']}/decline", None, only.headers)
    assert (await street.see(f"enquiries/{asked['id']}"))["state"] == "declined"
    again = await street.post(f"enquiries/{asked['id']}/withdraw")
    assert again.json()["type"] == "/problems/transition-not-allowed"


@pytest.mark.req("C-05")
async def test_only_who_does_the_same_is_free_and_near_enough_is_asked_and_the_best_first(
    street,
) -> None:
    chosen = await street.artist(km=1)
    await street.artist(km=1, category="makeup")
    await street.artist(km=1, duration_min=240)
    await street.artist(km=1, type="flexi")
    await street.artist(km=31)
    busy = await street.artist(km=0.5)
    await street.booked(busy)
    near, starred = await street.artist(km=3), await street.artist(km=4, rating=500)
    asked = await street.ask(chosen)
    line = []
    for artist in (chosen, starred, near):
        now = await street.see(f"enquiries/{asked['id']}")
        line.append(now["offer"]["provider"]["id"])
        await street.done(f"enquiries/{asked['id']}/decline", None, artist.headers)
    assert line == [chosen.id, starred.id, near.id]
    assert (await street.see(f"enquiries/{asked['id']}"))["state"] == "declined"


@pytest.mark.req("C-05", "C-06")
async def test_no_more_than_five_are_asked(street) -> None:
    artists = [await street.artist(km=km) for km in range(1, 8)]
    asked = await street.ask(artists[0])
    for artist in artists[:5]:
        await street.done(f"enquiries/{asked['id']}/decline", None, artist.headers)
    over = await street.see(f"enquiries/{asked['id']}")
    assert (over["state"], len(over["offers"])) == ("declined", 5)


@pytest.mark.req("C-05")
async def test_a_dearer_artist_is_asked_only_when_the_customer_agrees(street) -> None:
    first, dear = await street.artist(price=200_000), await street.artist(km=0.2, price=250_000)
    cheap = await street.artist(km=5, price=150_000)
    one, two = [await street.ask(first, hours=hours) for hours in (24, 30)]
    for asked in (one, two):
        for artist in (first, cheap):
            await street.done(f"enquiries/{asked['id']}/decline", None, artist.headers)
        now = await street.see(f"enquiries/{asked['id']}")
        assert (now["state"], now["offer"]) == ("pending", None)
        assert now["consent"]["price"]["amount"] == 250_000
        assert now["actions"] == ["withdraw", "consent"]
    stranger = await street.post(f"enquiries/{one['id']}/accept", None, dear.headers)
    assert stranger.status_code == 404
    agreed = await street.done(f"enquiries/{one['id']}/consent", {"agree": True})
    assert agreed["offer"]["provider"]["id"] == dear.id
    taken = await street.done(f"enquiries/{one['id']}/accept", None, dear.headers)
    booking = await street.see(f"bookings/{taken['booking_id']}")
    assert booking["price"]["total"]["amount"] == 250_000
    await street.pass_time(minutes=11)
    assert (await street.see(f"enquiries/{two['id']}"))["state"] == "expired"
    refused = await street.ask(first, hours=36)
    for artist in (first, cheap):
        await street.done(f"enquiries/{refused['id']}/decline", None, artist.headers)
    ended = await street.done(f"enquiries/{refused['id']}/consent", {"agree": False})
    assert ended["state"] == "declined"


async def test_who_agrees_to_pay_more_from_the_start_is_not_asked_again(street) -> None:
    first, dear = await street.artist(price=200_000), await street.artist(price=250_000)
    most = {"amount": 300_000, "currency": "INR"}
    asked = await street.ask(first, max_price=most)
    await street.done(f"enquiries/{asked['id']}/decline", None, first.headers)
    assert (await street.see(f"enquiries/{asked['id']}"))["offer"]["provider"]["id"] == dear.id
    low = await street.wish(first, max_price=most | {"amount": 199_999})
    assert (await street.post("enquiries", low)).status_code == 422


async def test_who_lost_the_time_meanwhile_is_told_and_the_next_one_is_asked(street) -> None:
    artist, other = await street.artist(), await street.artist(km=3)
    you = await signed_up(street.client)
    mine, yours = await street.ask(artist), await street.ask(artist, you)
    await street.done(f"enquiries/{mine['id']}/accept", None, artist.headers)
    lost = await street.post(f"enquiries/{yours['id']}/accept", None, artist.headers)
    assert (lost.status_code, lost.json()["type"]) == (409, "/problems/slot-taken")
    now = await street.see(f"enquiries/{yours['id']}", you)
    assert (now["state"], now["offer"]["provider"]["id"]) == ("pending", other.id)
    again = await street.post("enquiries", await street.wish(artist))
    assert again.json()["type"] == "/problems/slot-taken"
    assert again.json()["nearest"]
    await street.expect_green()


async def test_a_withdrawn_enquiry_takes_the_offer_back(street) -> None:
    artist = await street.artist()
    asked = await street.ask(artist)
    gone = await street.done(f"enquiries/{asked['id']}/withdraw", {"reason": "no longer"})
    assert (gone["state"], gone["offer"]) == ("withdrawn", None)
    late = await street.post(f"enquiries/{asked['id']}/accept", None, artist.headers)
    assert late.json()["type"] == "/problems/not-your-turn"
    assert (await street.see("enquiries/provider/pending", artist.headers))["items"] == []


@pytest.mark.req("M-096", "M-247", "M-248", "M-249", "M-250", "C-20", "C-21", "M-174")
async def test_what_cannot_be_asked_is_refused_with_the_reason(street) -> None:
    artist = await street.artist()
    wish = await street.wish(artist)
    for time in ("24:00", "9:60", "930", "09:30:00", " 9:30", "09:5"):
        refused = await street.post("enquiries", wish | {"time": time})
        assert refused.status_code == 422, time
    none = await street.post("enquiries", wish | {"service_ids": []})
    assert "At least one package required" in none.text
    six = await street.post("enquiries", wish | {"service_ids": [artist.service_id] * 6})
    assert six.status_code == 422
    for missing in wish:
        left = {name: value for name, value in wish.items() if name != missing}
        assert (await street.post("enquiries", left)).status_code == 422, missing
    far = await street.wish(artist, hours=4 * 24 + 0.1)
    late = await street.post("enquiries", far)
    assert (late.json()["type"], late.json()["reason"]) == (
        "/problems/slot-unavailable",
        "too_far_ahead",
    )
    past = await street.post("enquiries", await street.wish(artist, hours=-1))
    assert past.json()["reason"] == "in_the_past"
    assert (await street.post("enquiries", wish | {"travel_option": "by_post"})).status_code == 422
    assert (await street.post("enquiries", wish | {"mode": "flexi"})).status_code == 422
    away = wish | {"location": wish["location"] | {"lat": 19.5}}
    assert (await street.post("enquiries", away)).json()["type"] == "/problems/too-far-away"
    own = await street.post("enquiries", wish, artist.headers)
    assert own.json()["type"] == "/problems/own-venue"
    assert (await street.post("enquiries", await street.wish(artist, hours=95))).status_code == 201


@pytest.mark.req("M-012", "X-03")
async def test_the_way_is_part_of_the_price_when_the_artist_travels(street) -> None:
    artist = await street.artist(km=8)
    travel = {"base": 5_000, "per_km": 1_000}
    terms = {name: {"amount": amount, "currency": "INR"} for name, amount in travel.items()}
    modes = ["client_location", "provider_place"]
    policy = terms | {"modes": modes, "free_km": 3, "max_km": 30}
    changed = await street.client.patch(
        "/api/v2/providers/profile", json={"travel": policy}, headers=artist.headers
    )
    assert changed.status_code == 200, changed.text
    booking = await street.see(f"bookings/{await street.booked(artist)}")
    way = next(line for line in booking["lines"] if line["kind"] == "travel")
    assert 9_990 <= way["subtotal"]["amount"] <= 10_010
    assert booking["price"]["total"]["amount"] == 200_000 + way["subtotal"]["amount"]
    there = await street.ask(artist, hours=40, travel_option="provider_place")
    assert there["offer"]["price"]["amount"] == 200_000


async def test_strangers_see_nothing_and_open_enquiries_are_bounded(street) -> None:
    artist = await street.artist()
    asked = await street.ask(artist)
    stranger = await signed_up(street.client)
    for method, path in (("GET", ""), ("POST", "/withdraw")):
        url = f"/api/v2/enquiries/{asked['id']}{path}"
        answer = await street.client.request(method, url, headers=stranger)
        assert answer.status_code == 404
    for hour in range(9):
        await street.ask(artist, hours=26 + 2 * hour)
    many = await street.post("enquiries", await street.wish(artist, hours=60))
    assert many.json()["type"] == "/problems/too-many-enquiries"


async def test_many_enquiries_in_a_list_cost_no_more_than_one(street) -> None:
    artist = await street.artist()
    pages = {"enquiries/customer": None, "enquiries/provider/pending": artist.headers}
    costs = []
    for hours in (24, 26, 28):
        await street.ask(artist, hours=hours)
        with counted(street.house) as sent:
            items = [len((await street.see(path, who))["items"]) for path, who in pages.items()]
        costs.append((items, len(sent)))
    assert [items for items, _ in costs] == [[1, 1], [2, 2], [3, 3]]
    assert len({cost for _, cost in costs}) == 1


async def test_an_artist_on_their_own_staff_keeps_the_jobs_from_before(street) -> None:
    artist = await street.artist()
    await street.paid(artist, hours=24)
    me = (await street.see("auth/me", artist.headers))["email"]
    await a_member(street.client, artist.headers, name="Meera", email=me)
    again = await street.post("enquiries", await street.wish(artist, hours=24))
    assert again.json()["type"] == "/problems/slot-taken"
    later = await street.booked(artist, hours=30)
    taken = await scalar(
        street.house,
        "SELECT count(*) FROM allocations WHERE booking_id = :id AND active",
        id=later,
    )
    assert taken == 2, "the member's calendar and the provider's"
    await street.expect_green()


async def test_the_commission_is_that_of_the_category(street) -> None:
    boss = await operator(street.house, street.client) | {"X-Confirm-Action": "true"}
    change = {"basis_points": 2500, "category": "mehndi", "reason": "agreed with the artists"}
    url = f"{API}/admin/settings/commission"
    assert (await street.client.patch(url, json=change, headers=boss)).status_code == 200
    artist = await street.artist(category="mehndi")
    booking = await street.booked(artist)
    rate = await scalar(
        street.house, "SELECT policy->>'commission_bp' FROM bookings WHERE id = :id", id=booking
    )
    assert rate == "2500"


async def test_a_suspended_artist_takes_no_jobs(street) -> None:
    boss = await operator(street.house, street.client) | {"X-Confirm-Action": "true"}
    artist = await street.artist()
    asked = await street.ask(artist)
    url = f"{API}/admin/providers/{artist.id}/suspend"
    done = await street.client.patch(url, json={"reason": "papers ran out"}, headers=boss)
    assert done.status_code == 200, done.text
    refused = await street.post(f"enquiries/{asked['id']}/accept", None, artist.headers)
    assert refused.json()["type"] == "/problems/takes-no-bookings"
    await street.pass_time(minutes=3)
    assert (await street.see(f"enquiries/{asked['id']}"))["state"] == "expired"
