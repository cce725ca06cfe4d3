"""Light places for the rules, without a catalogue."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.discovery.types import Found, Match, Wanted


@dataclass(frozen=True)
class Hall:
    """What a search has to know of a room."""

    name: str = "Hall"
    capacity: int = 50
    rate: Money = Money(35000, "INR")  # noqa: RUF009 - frozen
    amenities: tuple[str, ...] = ()
    rating_hundredths: int | None = None
    lat: float = 18.52
    lng: float = 73.85
    id: UUID = field(default_factory=new_id)
    venue_id: UUID = field(default_factory=new_id)
    venue_name: str = "House"
    city: str = "Pune"
    zone: str = "Asia/Kolkata"
    photos: tuple[str, ...] = ()


def names(matches: list[Match[Any]]) -> list[str]:
    return [match.place.name for match in matches]


def found(matches: list[Match[Any]]) -> list[Found[Any]]:
    """The matches, each free all day."""
    return [Found(match, ()) for match in matches]


__all__ = ["Hall", "Wanted", "found", "names"]
