"""What must always hold for reviews."""

from typing import Any
from uuid import UUID

from kalends.catalog import rooms_by_id
from kalends.core.checks import check
from kalends.core.unit import Unit

from . import repository
from .rules.ratings import average_hundredths

Rating = tuple[int | None, int]


@check("R1", "a room's rating is the average of its published reviews")
async def wrong_ratings(unit: Unit) -> list[dict[str, Any]]:
    """Rooms whose stored rating is another. A suspect is asked again, as a review may just be written."""
    suspects = await _differences(unit)
    if suspects:
        for room_id in sorted(suspects):
            await repository.lock_rating(unit, room_id)
        suspects = {
            room: both for room, both in (await _differences(unit)).items() if room in suspects
        }
    return [
        {"room_id": str(room_id), "stored": stored, "reviews": reviews}
        for room_id, (stored, reviews) in suspects.items()
    ]


async def _differences(unit: Unit) -> dict[UUID, tuple[Rating, Rating]]:
    stars = await repository.stars_per_room(unit)
    rooms = await rooms_by_id(unit, stars)
    found = {
        room_id: (
            (rooms[room_id].rating_hundredths, rooms[room_id].rating_count),
            (average_hundredths(total, reviews), reviews),
        )
        for room_id, (total, reviews) in stars.items()
    }
    return {room_id: both for room_id, both in found.items() if both[0] != both[1]}
