"""Which places fit a search, how far it is widened when few do, and in which order they are shown.

A place fits *exactly* when it meets every wish. When too few do, one of the amenities is enough, and when
those are still too few, the capacity no longer counts. Nothing else is ever relaxed: not the city, the
day, the price or the distance. The order is the same for the same places:

1. less relaxed first;
2. more of the wanted amenities first;
3. nearer to the wanted capacity first, in doublings: a room for 50 to 99 fits 50 people equally well;
4. nearer to the wanted point first;
5. better rated first, unrated ones last;
6. cheaper first;
7. by name, and by id.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from kalends.core.geography import distance_km

from ..types import Fit, Found, Match, P, Wanted

_ALL_ZONES = timedelta(days=1)


def matches(places: Iterable[P], wanted: Wanted) -> list[Match[P]]:
    """The places that fit, however far the search must be widened for them, in order of relevance."""
    wishes = frozenset(wanted.amenities)
    ranked = [
        (_rank(match, wanted, met), match)
        for place in places
        if (met := len(wishes.intersection(place.amenities))) or not wishes
        if (match := _match(place, wanted, len(wishes) - met)) is not None
    ]
    ranked.sort(key=lambda pair: pair[0])
    return [match for _, match in ranked]


def _match(place: P, wanted: Wanted, missing: int) -> Match[P] | None:
    distance = None
    if wanted.near is not None:
        distance = distance_km(wanted.near.lat, wanted.near.lng, place.lat, place.lng)
        if distance > wanted.near.radius_km:
            return None
    if wanted.capacity is not None and place.capacity < wanted.capacity:
        return Match(
            place,
            Fit.any_capacity,
            ("amenities", "capacity") if missing else ("capacity",),
            distance,
        )
    if missing:
        return Match(place, Fit.some_amenities, ("amenities",), distance)
    return Match(place, Fit.exact, (), distance)


def _rank(match: Match[Any], wanted: Wanted, met: int) -> tuple[Any, ...]:
    place = match.place
    return (
        match.fit,
        -met,
        doublings(place.capacity, wanted.capacity) if wanted.capacity else 0,
        match.distance_km or 0.0,
        -(place.rating_hundredths or 0),
        place.rate.amount,
        place.name,
        place.id,
    )


def doublings(capacity: int, wanted: int) -> int:
    """How often the smaller of the two must be doubled until it would exceed the larger."""
    small, large = sorted((capacity, wanted))
    return (large // small).bit_length()


def can_be_widened(wanted: Wanted) -> bool:
    """Whether there is a wish that may be relaxed."""
    return bool(wanted.amenities) or wanted.capacity is not None


def widened(found: Sequence[Found[P]], enough: int) -> list[Found[P]]:
    """Of what was found, in order of relevance, as much as the widening steps ask for.

    A step is taken only while there are fewer than `enough` results before it.
    """
    kept: list[Found[P]] = []
    for fit in Fit:
        if fit is not Fit.exact and len(kept) >= enough:
            break
        kept += [one for one in found if one.match.fit is fit]
    return kept


def may_be_free(day: date, now: datetime, window_days: int) -> bool:
    """Whether anything at all can be booked on that date, wherever on earth."""
    first = now.date() - _ALL_ZONES
    return first <= day <= now.date() + timedelta(days=window_days) + _ALL_ZONES
