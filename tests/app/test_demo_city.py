"""The demo's world: the same every time, possible in every detail, and clearly invented."""

import itertools
from collections import Counter, defaultdict
from dataclasses import fields, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from email_validator import validate_email

from kalends.app.demo.city import AMENITIES, DemoBooking, DemoRoom, World, world

TODAYS = (date(2026, 7, 28), date(2027, 1, 1), date(2028, 2, 29), date(2031, 10, 26))

BOXES = {"Pune": (18.42, 18.65, 73.70, 73.98), "Mumbai": (18.89, 19.27, 72.77, 72.99)}


@pytest.fixture(scope="module", params=TODAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    return request.param


@pytest.fixture(scope="module")
def place(today: date) -> World:
    return world(today)


def rooms_of(place: World) -> dict[str, DemoRoom]:
    return {room.key: room for venue in place.venues for room in venue.rooms}


def minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def span(booking: DemoBooking) -> tuple[int, int]:
    start = booking.day_offset * 1440 + minute(booking.start)
    return start, start + booking.minutes


def open_stretches(room: DemoRoom, day: date) -> list[tuple[int, int]]:
    unusual = [found for found in room.exceptions if found.day == day]
    if unusual:
        stretches = [(found.opens, found.closes) for found in unusual if found.opens]
    else:
        week = [hours for hours in room.hours if hours.weekday == day.weekday()]
        stretches = [(hours.opens, hours.closes) for hours in week]
    return [(minute(opens), minute(closes)) for opens, closes in stretches]


def test_the_same_day_gives_the_same_world(today, place):
    assert world(today) == place


def test_another_day_moves_only_what_happens_not_what_stands():
    one, other = world(TODAYS[0]), world(TODAYS[1])
    assert (one.cities, one.addons, one.people) == (other.cities, other.addons, other.people)

    def bare(place: World) -> list[DemoRoom]:
        return [replace(room, exceptions=()) for room in rooms_of(place).values()]

    assert bare(one) == bare(other)


def test_an_exception_stays_on_its_date_when_today_moves():
    one, other = rooms_of(world(TODAYS[0])), rooms_of(world(TODAYS[0] + timedelta(days=30)))
    for key, room in one.items():
        later = [found for found in room.exceptions if found.day >= TODAYS[0]]
        assert set(later) <= set(other[key].exceptions)


def test_the_world_has_the_promised_size(place):
    rooms = rooms_of(place)
    outcomes = Counter(booking.outcome for booking in place.bookings)
    roles = Counter(role for person in place.people for role in person.roles)
    assert (len(place.venues), len(rooms)) == (40, 109)
    assert outcomes["completed"] + outcomes["cancelled"] == 250
    assert 15 <= outcomes["cancelled"] <= 50
    assert outcomes["upcoming"] == 60
    assert roles == {"customer": 40, "manager": 4, "operator": 1}
    assert 0.5 < len(place.reviews) / outcomes["completed"] < 0.7


def test_every_key_address_and_number_is_used_once(place):
    venues, people = place.venues, place.people
    for names in (
        [venue.key for venue in venues],
        [venue.name for venue in venues],
        [venue.contact_phone for venue in venues],
        [venue.description for venue in venues],
        [(venue.lat, venue.lng) for venue in venues],
        [room.key for venue in venues for room in venue.rooms],
        [room.description for venue in venues for room in venue.rooms],
        [(venue.key, room.name) for venue in venues for room in venue.rooms],
        [(addon.venue_key, addon.name) for addon in place.addons],
        [person.key for person in people],
        [*(person.email for person in people), *(venue.contact_email for venue in venues)],
        [booking.key for booking in place.bookings],
        [review.booking_key for review in place.reviews],
        [review.comment for review in place.reviews],
    ):
        assert len(set(names)) == len(names)


def test_every_venue_stands_in_its_city_and_near_its_neighbourhood(place):
    cities = {city.name: city for city in place.cities}
    used = set()
    for venue in place.venues:
        south, north, west, east = BOXES[venue.city]
        assert south < venue.lat < north
        assert west < venue.lng < east
        parts = {part.name: part for part in cities[venue.city].neighbourhoods}
        part = parts[venue.neighbourhood]
        assert abs(venue.lat - part.lat) < 0.015
        assert abs(venue.lng - part.lng) < 0.015
        assert venue.neighbourhood in venue.address
        assert venue.city in venue.address
        assert ZoneInfo(venue.zone).key == cities[venue.city].zone
        used.add((venue.city, venue.neighbourhood))
    assert used == {(city.name, part.name) for city in place.cities for part in city.neighbourhoods}
    assert Counter(venue.city for venue in place.venues) == {"Pune": 34, "Mumbai": 6}


def test_addresses_can_be_accepted_and_reach_nobody(place):
    accounts = [person.email for person in place.people]
    for email in [*accounts, *(venue.contact_email for venue in place.venues)]:
        assert email.endswith(("@example.com", ".example.com"))
        assert validate_email(email, check_deliverability=False).normalized == email
    for venue in place.venues:
        assert phonenumbers.is_valid_number(phonenumbers.parse(venue.contact_phone))
        assert "555001" in venue.contact_phone
    assert all(len(person.password) >= 10 for person in place.people)


def test_amenities_use_the_closed_vocabulary_and_all_of_it(place):
    said = [room.amenities for room in rooms_of(place).values()]
    assert all(len(set(words)) == len(words) for words in said)
    assert {word for words in said for word in words} == AMENITIES


def test_amounts_are_whole_paise(place):
    rates = [room.rate_per_hour_minor for room in rooms_of(place).values()]
    for amount in [*rates, *(addon.price_minor for addon in place.addons)]:
        assert type(amount) is int
        assert amount > 0
        assert amount % 100 == 0


def test_every_venue_has_a_manager_and_three_to_five_addons(place):
    managers = {person.key: person for person in place.people if "manager" in person.roles}
    sold = Counter(addon.venue_key for addon in place.addons)
    homes = {venue.key: venue.manager_key for venue in place.venues}
    assert set(homes.values()) == set(managers)
    assert all(homes[person.venue_key] == key for key, person in managers.items())
    assert all(3 <= sold[key] <= 5 for key in homes)
    assert all(person.venue_key is None for person in place.people if person.key not in managers)


def test_opening_hours_are_proper_and_exceptions_only_shorten_open_days(place, today):
    for room in rooms_of(place).values():
        days = [found.day for found in room.exceptions]
        assert days == sorted(set(days))
        assert all(abs((day - today).days) <= 366 for day in days)
        for hours in room.hours:
            assert 0 <= minute(hours.opens) < minute(hours.closes) <= 1440
        for found in room.exceptions:
            usual = open_stretches(replace(room, exceptions=()), found.day)
            assert usual
            assert found.reason
            if found.opens is not None:
                assert usual[0][0] <= minute(found.opens)
                assert minute(found.opens) < minute(found.closes) <= usual[-1][1]


def test_a_year_of_holidays_lies_ahead(place, today):
    room = rooms_of(place)["plumb-line.level"]
    ahead = {found.reason for found in room.exceptions if found.day > today}
    weekdays = {found.day.weekday() for found in room.exceptions}
    assert len(ahead) >= 3
    assert 6 not in weekdays, "the office is closed on Sundays anyway"


def test_everything_is_shut_on_lakshmi_pujan():
    for room in rooms_of(world(date(2026, 7, 28))).values():
        assert open_stretches(room, date(2026, 11, 8)) == []


def test_no_room_and_no_customer_is_booked_twice_at_once(place):
    taken = defaultdict(list)
    for booking in place.bookings:
        taken[booking.room_key].append(span(booking))
        taken[booking.customer_key].append(span(booking))
    for spans in taken.values():
        spans.sort()
        for before, after in itertools.pairwise(spans):
            assert before[1] <= after[0]


def test_every_booking_lies_inside_the_opening_hours_of_its_day(place, today):
    rooms = rooms_of(place)
    for booking in place.bookings:
        day = today + timedelta(days=booking.day_offset)
        start = minute(booking.start)
        stretches = open_stretches(rooms[booking.room_key], day)
        assert any(
            opens <= start and start + booking.minutes <= closes for opens, closes in stretches
        )


def test_bookings_know_their_people_and_addons_and_their_time_makes_sense(place):
    rooms = rooms_of(place)
    customers = {person.key for person in place.people if "customer" in person.roles}
    sold = {(addon.venue_key, addon.name) for addon in place.addons}
    for booking in place.bookings:
        venue_key = booking.room_key.partition(".")[0]
        assert booking.customer_key in customers
        assert (booking.outcome == "upcoming") == (booking.day_offset > 0)
        assert booking.lead_days > max(booking.day_offset, 0)
        assert booking.minutes > 0
        assert type(booking.minutes) is int
        assert (booking.notice_hours is not None) == (booking.outcome == "cancelled")
        assert (booking.notice_hours or 0) < booking.lead_days * 24
        for addon in booking.addons:
            assert (venue_key, addon.name) in sold
            assert 1 <= addon.quantity <= max(3, rooms[booking.room_key].capacity)


def test_weekends_are_busier_and_party_halls_fill_in_the_evening(place, today):
    days = Counter((today + timedelta(days=b.day_offset)).weekday() for b in place.bookings)
    assert (days[5] + days[6]) / 2 > sum(days[weekday] for weekday in range(5)) / 5
    rooms = rooms_of(place)
    party = [b for b in place.bookings if rooms[b.room_key].kind == "banquet"]
    assert sum(minute(b.start) >= 17 * 60 for b in party) > len(party) / 2


def test_cancellations_meet_every_refund_tier(place):
    notices = [b.notice_hours for b in place.bookings if b.notice_hours is not None]
    assert any(hours > 48 for hours in notices)
    assert any(24 <= hours <= 48 for hours in notices)
    assert any(hours < 24 for hours in notices)


def test_only_completed_bookings_are_reviewed_in_proper_sentences(place):
    outcomes = {booking.key: booking.outcome for booking in place.bookings}
    for review in place.reviews:
        assert outcomes[review.booking_key] == "completed"
        assert review.rating in range(1, 6)
        assert review.comment[0].isupper()
        assert review.comment.endswith(".")
    assert {review.rating for review in place.reviews} >= {2, 3, 4, 5}


def test_the_world_holds_only_tuples_so_nobody_can_change_it(place):
    assert all(isinstance(getattr(place, part.name), tuple) for part in fields(place))
