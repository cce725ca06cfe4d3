"""The demo's world as one value: halls in Pune and Mumbai, people, bookings and reviews."""

from datetime import date

from . import diary, opinions, people, places
from .shapes import (
    AMENITIES,
    BookedAddon,
    City,
    DayException,
    DemoAddon,
    DemoBooking,
    DemoPerson,
    DemoReview,
    DemoRoom,
    DemoVenue,
    Neighbourhood,
    OpenHours,
    World,
)

__all__ = [
    "CURRENCY",
    "PROFILE",
    "world",
    "AMENITIES",
    "BookedAddon",
    "City",
    "DayException",
    "DemoAddon",
    "DemoBooking",
    "DemoPerson",
    "DemoReview",
    "DemoRoom",
    "DemoVenue",
    "Neighbourhood",
    "OpenHours",
    "World",
]

PROFILE = "hall-booking"
CURRENCY = "INR"


def world(today: date) -> World:
    """Return everything that the demo loads; the same `today` gives the same world.

    Cities, venues, rooms, add-ons and people never change. Exceptions, bookings and reviews
    lie around `today`, the date in the cities' zone. Amounts are paise.
    """
    venues = places.venues(today)
    addons = places.addons()
    folk = people.people()
    booked = diary.bookings(today, venues, addons, folk)
    rooms = {room.key: room for venue in venues for room in venue.rooms}
    said = opinions.reviews(booked, rooms)
    return World(places.cities(), venues, addons, folk, booked, said)
