"""The review machine: what the names in the process's data mean."""

from kalends import catalog
from kalends.core.states import Machine, Move, register

from ..events import ReviewHidden, ReviewPosted
from ..models import Review, review_transitions
from ..repository import reviews as repository
from ..rules.processes import REVIEW
from ..rules.ratings import average_hundredths


async def rate_room(move: Move) -> None:
    """Store the room's average anew. Rooms are taken one after the other, so that none is lost."""
    unit, room_id = move.unit, move.subject.room_id
    await repository.lock_rating(unit, room_id)
    stars, reviews = await repository.stars_of(unit, room_id)
    await catalog.set_rating(unit, room_id, average_hundredths(stars, reviews), reviews)


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
        effects={effect.__name__: effect for effect in (rate_room, tell_posted, tell_hidden)},
    )
)
