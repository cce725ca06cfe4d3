"""The review machine: what the names in the process's data mean."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from kalends import catalog
from kalends.core.process import by_name
from kalends.core.states import Machine, Move, register
from kalends.core.unit import Unit

from ..events import ReviewHidden, ReviewPosted
from ..models import Review, review_transitions
from ..repository import reviews as repository
from ..rules.processes import REVIEW
from ..rules.ratings import average_hundredths
from ..types import ReviewSubject

Store = Callable[[Unit, UUID, int | None, int], Awaitable[None]]
STORES: dict[ReviewSubject, Store] = {
    ReviewSubject.room: catalog.set_rating,
    ReviewSubject.provider: catalog.set_provider_rating,
    ReviewSubject.staff: catalog.set_staff_rating,
    ReviewSubject.customer: repository.set_customer_rating,
}


async def rate_subject(move: Move) -> None:
    """Store the average anew. Whoever rates the same waits until the other is done, so that none is lost."""
    unit, subject_id = move.unit, move.subject.subject_id
    await repository.lock_rating(unit, subject_id)
    stars, reviews = await repository.stars_of(unit, subject_id)
    store = STORES[ReviewSubject(move.subject.subject_type)]
    await store(unit, subject_id, average_hundredths(stars, reviews), reviews)


async def tell_posted(move: Move) -> None:
    """Tell of a new review; one that comes back after it was hidden is not new."""
    review = move.subject
    if review.state == "pending":
        move.unit.emit(
            ReviewPosted(
                review_id=review.id,
                booking_id=review.booking_id,
                room_id=review.room_id,
                author_id=review.user_id,
            )
        )


async def tell_hidden(move: Move) -> None:
    move.unit.emit(ReviewHidden(review_id=move.subject.id))


MACHINE = register(
    Machine(
        name="review",
        table=Review.__table__,
        history=review_transitions,
        lock=repository.lock_review,
        processes={REVIEW.name: REVIEW},
        effects=by_name((rate_subject, tell_posted, tell_hidden)),
    )
)
