"""The data of a bench: the demo's city, its people multiplied, and three months of bookings around today."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from kalends import identity
from kalends.app.demo.catalogue import Places, load_catalogue
from kalends.app.demo.city import world
from kalends.bookings import free_slots
from kalends.core.house import House
from kalends.core.principal import SYSTEM
from kalends.core.reading import Reading
from kalends.core.unit import Unit, open_past, open_unit
from kalends.identity.repository.users import find_account
from kalends.identity.service.start_session import start_session

CUSTOMERS = 2000
PASSWORD = secrets.token_urlsafe(12)
_HOUR = timedelta(hours=1)
_PAST, _AHEAD = 60, 30  # days
_SLOTS_FROM, _SLOTS_UNTIL = 5, 65  # days ahead, beyond the reach of a reminder

# One booking of an hour for each room and day, as the application would have left it. The customers
# take turns.
_BOOKINGS = text("""
    WITH planned AS (
        SELECT gen_random_uuid() AS id, r.id AS room_id, r.name AS room, r.rate_per_hour AS total,
               r.currency, v.id AS venue_id, v.provider_id, v.name AS venue, v.address, v.zone,
               date_trunc('day', CAST(:now AS timestamptz)) + make_interval(days => d, hours => 6) AS starts,
               row_number() OVER (ORDER BY r.id, d) AS n
          FROM rooms r JOIN venues v ON v.id = r.venue_id, generate_series(-CAST(:past AS int), CAST(:ahead AS int)) AS d
    ), people AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM users
         WHERE email LIKE 'bench-%'
    ), made AS (
        INSERT INTO bookings (id, number, process, state, state_since, version, customer_id, provider_id,
            venue_id, room_id, start_at, end_at, zone, currency, total, paid, policy, place, created_at, updated_at)
        SELECT p.id, 'BENCH-' || p.n, 'rental', CASE WHEN starts < :now THEN 'closed' ELSE 'confirmed' END,
               :now, 2, u.id, provider_id, venue_id, room_id, starts, starts + interval '1 hour', zone,
               currency, total, total, CAST(:policy AS jsonb),
               jsonb_build_object('resource', room, 'name', venue, 'address', address),
               starts - interval '9 days', :now
          FROM planned p JOIN people u ON u.n = p.n % CAST(:customers AS int)
        RETURNING *
    ), lines AS (
        INSERT INTO booking_lines (booking_id, position, kind, ref_id, name, quantity, unit_price, subtotal)
        SELECT id, 0, 'room', room_id, place->>'resource', 60, total, total FROM made
    ), slots AS (
        INSERT INTO booking_slots (booking_id, position, kind, resource_id, start_at, end_at, busy_until)
        SELECT id, 0, 'room', room_id, start_at, end_at, end_at FROM made
    ), organisers AS (
        INSERT INTO booking_participants (booking_id, user_id, role) SELECT id, customer_id, 'organiser' FROM made
    )
    INSERT INTO allocations (id, resource_id, during, active, kind, booking_id, created_at)
    SELECT gen_random_uuid(), room_id, tstzrange(start_at, end_at), true, 'booking', id, :now FROM made
""")


@dataclass(frozen=True)
class Customer:
    id: UUID
    email: str
    token: str


@dataclass(frozen=True)
class Slot:
    """An hour of a room that nobody has taken."""

    room: UUID
    start: datetime

    @property
    def end(self) -> datetime:
        return self.start + _HOUR


@dataclass(frozen=True)
class City:
    places: Places
    customers: list[Customer]
    slots: list[Slot]
    today: datetime


async def build_city(house: House, policy: str) -> City:
    """Load everything. `policy` is what a booking freezes, as JSON."""
    hashed = await identity.hash_password(PASSWORD)
    async with open_unit(house, read_only=True) as unit:
        now = unit.now
    demo = world(now.date())
    async with open_past(house, SYSTEM, now) as unit:  # tells nobody: no letters of welcome
        places = await load_catalogue(unit, demo, {p.password: hashed for p in demo.people})
        customers = [await _customer(unit, number, hashed) for number in range(CUSTOMERS)]
    async with open_unit(house) as unit:
        values = {"now": unit.now, "past": _PAST, "ahead": _AHEAD, "customers": CUSTOMERS}
        await unit.session.execute(_BOOKINGS, values | {"policy": policy})
    async with open_unit(house, read_only=True, principal=SYSTEM) as unit:
        await unit.session.execute(text("ANALYZE"))
        slots = await _open_slots(unit, places)
        return City(places, customers, slots, unit.now)


async def _customer(unit: Unit, number: int, hashed: str) -> Customer:
    new = identity.NewPerson(f"bench-{number}@example.com", hashed, f"Customer {number}")
    person = await identity.register_person(unit, new)
    account = await find_account(unit, person.id)
    assert account is not None
    tokens = await start_session(unit, account, "bench")
    return Customer(person.id, person.email, tokens.access_token)


async def _open_slots(unit: Unit, places: Places) -> list[Slot]:
    """Every free whole hour of the weeks ahead, day by day and room by room."""
    rooms = list(places.rooms.values())
    slots = []
    for ahead in range(_SLOTS_FROM, _SLOTS_UNTIL):
        free = await free_slots(Reading.of(unit), rooms, (unit.now + timedelta(days=ahead)).date())
        for room_id, spans in free.items():
            for start, end in spans:
                hours = int((end - start) / _HOUR)
                slots += [Slot(room_id, start + n * _HOUR) for n in range(hours)]
    return slots
