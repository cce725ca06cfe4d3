"""Who gets a job that nobody was asked for by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can do it and is free; `rating_hundredths` None without reviews, `jobs` this week."""

    id: UUID
    rating_hundredths: int | None
    jobs: int


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Best rated first; among equals whoever has had least to do this week; then in a fixed order.

    Who has no reviews yet stands where the middle of the others is, so that newcomers get work.
    """
    found = list(candidates)
    known = [c.rating_hundredths for c in found if c.rating_hundredths is not None]
    middle = sum(known) // len(known) if known else 0

    def order(candidate: Candidate) -> tuple[int, int, UUID]:
        rating = candidate.rating_hundredths
        return (-(middle if rating is None else rating), candidate.jobs, candidate.id)

    return sorted(found, key=order)
