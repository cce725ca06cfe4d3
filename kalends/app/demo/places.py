"""The demo's cities, venues, rooms and add-ons, from the data files."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from .hours import exceptions, usual_week
from .shapes import City, DemoAddon, DemoRoom, DemoVenue, Neighbourhood
from .sources import source

SECTIONS = ("venues_pune_centre", "venues_pune_east", "venues_pune_west", "venues_mumbai")

_PAISE = 100
_FIRST_LINE = 101  # 5550 0101 and on: numbers that look invented, and are


def cities() -> tuple[City, ...]:
    """Return the cities, the main one first."""
    return tuple(_city(row) for row in source("cities")["city"])


def venues(today: date) -> tuple[DemoVenue, ...]:
    """Return all venues with their rooms; only the rooms' exceptions depend on `today`."""
    by_name = {city.name: city for city in cities()}
    return tuple(
        _venue(row, by_name[section["city"]], section["manager"], _FIRST_LINE + place, today)
        for place, (section, row) in enumerate(_rows())
    )


def addons() -> tuple[DemoAddon, ...]:
    """Return every venue's add-ons; names are unique within a venue."""
    return tuple(
        DemoAddon(row["key"], name, rupees * _PAISE)
        for _, row in _rows()
        for name, rupees in row["addons"].items()
    )


def _rows() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for name in SECTIONS:
        section = source(name)
        yield from ((section, row) for row in section["venue"])


def _city(row: dict[str, Any]) -> City:
    parts = tuple(Neighbourhood(**part) for part in row["neighbourhoods"])
    return City(**{**row, "neighbourhoods": parts})


def _venue(row: dict[str, Any], city: City, manager: str, line: int, today: date) -> DemoVenue:
    return DemoVenue(
        key=row["key"],
        name=row["name"],
        city=city.name,
        neighbourhood=row["neighbourhood"],
        address=row["address"],
        lat=row["lat"],
        lng=row["lng"],
        zone=city.zone,
        contact_email=f"hello@{row['key']}.example.com",
        contact_phone=f"{city.dialling}5550{line:04d}",
        description=row["about"],
        photos=(),
        manager_key=manager,
        rooms=tuple(_room(row["key"], room, today) for room in row["rooms"]),
    )


def _room(venue_key: str, row: dict[str, Any], today: date) -> DemoRoom:
    key = f"{venue_key}.{row['key']}"
    return DemoRoom(
        key=key,
        name=row["name"],
        kind=row["kind"],
        capacity=row["seats"],
        rate_per_hour_minor=row["rate"] * _PAISE,
        amenities=tuple(sorted(row["amenities"].split())),
        description=row["about"],
        hours=usual_week(row["kind"]),
        exceptions=exceptions(key, row["kind"], today),
    )
