"""Puts the city's places and people into an empty marketplace, through the rooms' own use cases."""

from dataclasses import dataclass
from uuid import UUID

from kalends import catalog, identity
from kalends.core.money import Money
from kalends.core.unit import Unit

from .shapes import DayException, DemoRoom, DemoVenue, OpenHours, World

HOURS_A_DAY = 1440


@dataclass(frozen=True)
class Places:
    """What the loaded city is called in the database, by the demo's own keys."""

    people: dict[str, UUID]
    rooms: dict[str, catalog.RoomFacts]
    addons: dict[tuple[str, str], UUID]


async def load_catalogue(unit: Unit, world: World, hashed: dict[str, str]) -> Places:
    """Write people, venues, rooms with a year of hours, and add-ons. `hashed`: passwords to their hashes."""
    currency = unit.profile.currency
    people = await _people(unit, world, hashed)
    rooms: dict[str, catalog.RoomFacts] = {}
    venues: dict[str, catalog.VenueFacts] = {}
    for venue in world.venues:
        venues[venue.key] = made = await catalog.create_venue(unit, _venue(venue))
        manager = people[venue.manager_key]
        await identity.add_membership(unit, manager, "manager", made.provider_id, made.id)
        for room in venue.rooms:
            new = _room(room, currency)
            rooms[room.key] = (await catalog.create_room(unit, made.id, new)).facts
    addons = {}
    for addon in world.addons:
        price = Money(addon.price_minor, currency)
        new_addon = catalog.NewAddon(venues[addon.venue_key].id, addon.name, price)
        addons[addon.venue_key, addon.name] = (await catalog.create_addon(unit, new_addon)).id
    return Places(people, rooms, addons)


async def _people(unit: Unit, world: World, hashed: dict[str, str]) -> dict[str, UUID]:
    ids = {}
    for person in world.people:
        new = identity.NewPerson(person.email, hashed[person.password], person.name)
        ids[person.key] = (await identity.register_person(unit, new)).id
        if "operator" in person.roles:
            await identity.grant_role(unit, ids[person.key], "super_admin")
    return ids


def _venue(venue: DemoVenue) -> catalog.NewVenue:
    return catalog.NewVenue(
        name=venue.name,
        city=venue.city,
        address=f"{venue.address}, {venue.neighbourhood}",
        lat=venue.lat,
        lng=venue.lng,
        zone=venue.zone,
        description=venue.description,
        contact_email=venue.contact_email,
        contact_phone=venue.contact_phone,
        photos=venue.photos,
    )


def _room(room: DemoRoom, currency: str) -> catalog.NewRoom:
    return catalog.NewRoom(
        name=room.name,
        capacity=room.capacity,
        rate=Money(room.rate_per_hour_minor, currency),
        description=room.description,
        amenities=room.amenities,
        hours=catalog.Hours(
            tuple(_weekly(hours) for hours in room.hours),
            tuple(_special(day) for day in room.exceptions),
        ),
    )


def _weekly(hours: OpenHours) -> tuple[int, int, int]:
    return (hours.weekday, minutes_of(hours.opens), minutes_of(hours.closes))


def _special(day: DayException) -> catalog.SpecialDay:
    if day.opens is None or day.closes is None:
        return catalog.SpecialDay(day.day, (), day.reason)
    return catalog.SpecialDay(
        day.day, ((minutes_of(day.opens), minutes_of(day.closes)),), day.reason
    )


def minutes_of(clock: str) -> int:
    """'HH:MM' as minutes since midnight; '24:00' is 1440."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
