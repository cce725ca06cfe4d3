"""What must always hold for reviews and disputes."""

from typing import Any
from uuid import UUID

from kalends.catalog import rooms_by_id
from kalends.core.checks import Rows, check
from kalends.core.unit import Unit

from .repository import disputes
from .repository import reviews as repository
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


@check("B10.held", "a live dispute holds what it set aside, a decided one nothing", money=True)
async def dispute_holds(unit: Unit) -> Rows:
    return await disputes.wrongly_held(unit)


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
