"""What must always hold for reviews and disputes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kalends.catalog import providers_by_id, rooms_by_id, staff_by_id
from kalends.core.checks import Rows, check
from kalends.core.unit import Unit

from .repository import disputes
from .repository import reviews as repository
from .rules.ratings import average_hundredths
from .types import ReviewSubject

Rating = tuple[int | None, int]


@check("R1", "a rating is the average of the published reviews")
async def wrong_ratings(unit: Unit) -> list[dict[str, Any]]:
    """Whose stored rating is another. A suspect is asked again, as a review may just be written."""
    return [row for kind in ReviewSubject for row in await _wrong(unit, kind)]


async def _wrong(unit: Unit, kind: ReviewSubject) -> list[dict[str, Any]]:
    suspects = await _differences(unit, kind)
    if suspects:
        for subject_id in sorted(suspects):
            await repository.lock_rating(unit, subject_id)
        again = await _differences(unit, kind)
        suspects = {subject: both for subject, both in again.items() if subject in suspects}
    return [
        {f"{kind}_id": str(subject_id), "stored": stored, "reviews": reviews}
        for subject_id, (stored, reviews) in suspects.items()
    ]


@check("B10.held", "a live dispute holds what it set aside, a decided one nothing", money=True)
async def dispute_holds(unit: Unit) -> Rows:
    return await disputes.wrongly_held(unit)


async def _differences(unit: Unit, kind: ReviewSubject) -> dict[UUID, tuple[Rating, Rating]]:
    stars = await repository.stars_per_subject(unit, kind)
    stored = await _stored(unit, kind, list(stars)) if stars else {}
    found = {
        subject_id: (
            stored.get(subject_id, (None, 0)),
            (average_hundredths(total, reviews), reviews),
        )
        for subject_id, (total, reviews) in stars.items()
    }
    return {subject_id: both for subject_id, both in found.items() if both[0] != both[1]}


async def _stored(unit: Unit, kind: ReviewSubject, ids: list[UUID]) -> dict[UUID, Rating]:
    if kind is ReviewSubject.customer:
        known = await repository.customer_ratings(unit, ids)
        return {user_id: (one.hundredths, one.count) for user_id, one in known.items()}
    read: Mapping[ReviewSubject, Any] = {
        ReviewSubject.room: rooms_by_id,
        ReviewSubject.provider: providers_by_id,
        ReviewSubject.staff: staff_by_id,
    }
    found: Mapping[UUID, Any] = await read[kind](unit, ids)
    return {key: (one.rating_hundredths, one.rating_count) for key, one in found.items()}
