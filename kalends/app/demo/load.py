"""Loads the demo's city once: places, people, filled wallets, half a year of history."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import text

from kalends import identity
from kalends.core.clock import set_offset
from kalends.core.house import House
from kalends.core.principal import SYSTEM
from kalends.core.unit import open_past, open_unit

from ..dev import PEOPLE_FILE
from ..refusals import Refused
from .catalogue import Places, load_catalogue
from .city import world
from .history import load_history
from .shapes import DemoPerson, World

HISTORY_DAYS = 200
POCKET_MONEY = (
    2_000_000  # paise that everybody has left over, for the story and for trying things out
)
SHOWN = {"operator": 1, "manager": 4, "customer": 8}
Told = Callable[[str, int, int], None]


async def load_city(house: House, told: Told) -> bool:
    """Load the city unless it is there; whether it was loaded now. `told(what, done, of)` hears progress.

    The server must be running: wallets are filled over HTTP at the sandbox bank, as people would.
    Raises Refused when an earlier load was cut short.
    """
    async with open_unit(house, read_only=True) as unit:
        now = unit.now
        known = await identity.find_person_by_email(unit, _operator(world(now.date())).email)
    if known is not None:
        if not _marker(house).exists():
            raise Refused(
                "The demo's city is there only in part. Run `kalends erase`, then the demo again."
            )
        return False
    city = world(now.date())
    opening = now - timedelta(days=HISTORY_DAYS)
    await _move_clock(house, -HISTORY_DAYS * 86_400)
    try:
        places = await _open_doors(house, city, opening, told)
        clock = (now.date(), now)
        await load_history(house, places, city, clock, lambda done, of: told("history", done, of))
    finally:
        await _move_clock(
            house, 0
        )  # only now: earlier, the timekeeper would end what is still being told
    async with open_unit(house) as unit:
        await unit.session.execute(text("ANALYZE"))
    _marker(house).write_text(json.dumps(_shown(city, places), indent=1), encoding="utf-8")
    return True


async def _open_doors(house: House, city: World, opening: datetime, told: Told) -> Places:
    """Places, people and money, dated to the day on which the marketplace opened."""
    told("places and people", 0, 1)
    passwords = {person.password for person in city.people}
    hashed = {password: await identity.hash_password(password) for password in passwords}
    async with open_past(house, SYSTEM, opening) as unit:
        places = await load_catalogue(unit, city, hashed)
    told("places and people", 1, 1)
    customers = [p for p in city.people if "customer" in p.roles]
    async with httpx.AsyncClient(base_url=house.settings.base_url, timeout=30) as http:
        turns, needs = asyncio.Semaphore(6), _needs(city)
        filled = 0

        async def fill(number: int, person: DemoPerson) -> None:
            nonlocal filled
            async with turns:
                await _fill_wallet(http, number, person, needs[person.key])
            filled += 1
            told("wallets", filled, len(customers))

        await asyncio.gather(*(fill(n, p) for n, p in enumerate(customers)))
        await _until_credited(house, len(customers))
    return places


def _needs(city: World) -> Counter[str]:
    """What each customer's bookings cost in paise, and some pocket money."""
    rates = {room.key: room.rate_per_hour_minor for venue in city.venues for room in venue.rooms}
    prices = {(addon.venue_key, addon.name): addon.price_minor for addon in city.addons}
    needs = Counter({p.key: POCKET_MONEY for p in city.people})
    for booking in city.bookings:
        venue_key = booking.room_key.split(".")[0]
        extras = sum(prices[venue_key, extra.name] * extra.quantity for extra in booking.addons)
        needs[booking.customer_key] += -(-rates[booking.room_key] * booking.minutes // 60) + extras
    return needs


async def _fill_wallet(
    http: httpx.AsyncClient, number: int, person: DemoPerson, needed: int
) -> None:
    address = {"X-Forwarded-For": f"10.20.{number // 250}.{number % 250 + 1}"}
    signed = await http.post(
        "/api/v2/auth/login",
        json={"email": person.email, "password": person.password},
        headers=address,
    )
    signed.raise_for_status()
    headers = address | {"Authorization": f"Bearer {signed.json()['access_token']}"}
    amount = {"amount": needed, "currency": "INR"}
    order = await http.post("/api/v2/wallet/top-up", json={"amount": amount}, headers=headers)
    order.raise_for_status()
    paid = await http.post(
        f"/sandbox/checkout/{order.json()['gateway_order_id']}", json={"instrument": "success"}
    )
    paid.raise_for_status()


async def _until_credited(house: House, wallets: int) -> None:
    """Wait for the webhooks of all top-ups to be applied by the worker."""
    query = text("SELECT count(*) FROM payments WHERE purpose = 'top_up' AND state = 'captured'")
    for _ in range(600):
        async with open_unit(house, read_only=True) as unit:
            if (await unit.session.execute(query)).scalar_one() >= wallets:
                return
        await asyncio.sleep(0.1)
    raise Refused("The top-ups of the demo were not credited within a minute; see the log.")


async def _move_clock(house: House, seconds: int) -> None:
    async with open_unit(house) as unit:
        await set_offset(unit.session, seconds)


def _marker(house: House) -> Path:
    return house.settings.kalends_home / PEOPLE_FILE


def _operator(city: World) -> DemoPerson:
    return next(p for p in city.people if "operator" in p.roles)


def _shown(city: World, places: Places) -> list[dict[str, object]]:
    """A few accounts of each role, for `/dev/people`."""
    shown = []
    for role, count in SHOWN.items():
        some = [p for p in city.people if role in p.roles][:count]
        shown += [_card(p, city, places) for p in some]
    return shown


def _card(person: DemoPerson, city: World, places: Places) -> dict[str, object]:
    venue = next((v for v in city.venues if v.manager_key == person.key), None)
    provider = places.rooms[venue.rooms[0].key].provider_id if venue else None
    return {
        "email": person.email,
        "password": person.password,
        "roles": list(person.roles),
        "provider_id": str(provider) if provider else None,
        "name": person.name,
    }
