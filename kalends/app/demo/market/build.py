"""Builds a market from its data file, the same on every machine."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from ..chance import between, pick
from ..sources import source
from .shapes import Account, Market, Offer, Seller, Way

MINOR = 100  # of every currency that the markets use
_LEVELS = ("intermediate", "expert")
_STREETS = (
    "Market Street",
    "Station Road",
    "Temple Road",
    "Garden Lane",
    "Hill Road",
    "Old Mill Lane",
)


@cache
def market(name: str) -> Market:
    """Return the market whose data are `data/market_<name>.toml`."""
    data = source(f"market_{name}")
    return Market(
        password=data["password"],
        operator=account(data["operator"]),
        customers=tuple(account(person) for person in data["customers"]),
        sellers=tuple(_seller(row, data) for row in data["seller"]),
        week=tuple((day, opens, closes) for day, opens, closes in data["hours"]),
        way=_way(data["travel"]) if "travel" in data else None,
        checklists={category: tuple(items) for category, items in data["checklist"].items()},
    )


def account(name: str) -> Account:
    """An address under example.com, which reaches nobody."""
    return Account(name, f"{_key(name).replace('_', '.')}@example.com")


def _seller(row: dict[str, Any], data: dict[str, Any]) -> Seller:
    city = next(city for city in data["city"] if city["name"] == row["city"])
    lat, lng = next((lat, lng) for part, lat, lng in city["parts"] if part == row["part"])
    name = row["name"]
    street = f"{between(2, 140, name, 'house')} {pick(_STREETS, name, 'street')}"
    return Seller(
        username=_key(name)[:30],
        name=name,
        kind=row.get("kind", data["kind"]),
        address=f"{street}, {row['part']}, {city['name']}",
        city=city["name"],
        zone=city["zone"],
        lat=round(lat + between(-60, 60, name, "lat") / 10_000, 4),
        lng=round(lng + between(-60, 60, name, "lng") / 10_000, 4),
        registration=_registration(data["registration"], name),
        experience=pick(_LEVELS, name, "experience"),
        owner=account(row["owner"]),
        staff=tuple(account(person) for person in row["staff"]),
        offers=tuple(_offers(row, data["menus"])),
    )


def _offers(row: dict[str, Any], menus: dict[str, Any]) -> Iterator[Offer]:
    """The menu at the seller's level, which is per cent of the usual prices."""
    for category in row["menus"]:
        for name, minutes, price, kind in menus[category]:
            yield Offer(name, category, minutes, price * row["level"] * MINOR // 100, kind)


def _registration(prefix: str, name: str) -> str:
    return f"{prefix}{between(100_000, 999_999, name, 'registered')}" if prefix else ""


def _way(row: dict[str, int]) -> Way:
    return Way(row["base"] * MINOR, row["per_km"] * MINOR, row["free_km"], row["max_km"])


def _key(name: str) -> str:
    return "_".join(re.findall(r"[a-z]+", name.lower().replace("'", "")))
