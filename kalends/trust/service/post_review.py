"""A customer says what a booking was like."""

from kalends.bookings import BookingFacts
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit

from ..access import access_own_booking
from ..errors import AlreadyReviewed, NotReviewable
from ..repository import reviews as repository
from ..rules.ratings import Obstacle, closes_at, obstacle
from ..types import NewReview, SignedReview
from .machine import MACHINE
from .read import show_review

_SENTENCES = {
    Obstacle.not_completed: "a booking can be reviewed when its time is over",
    Obstacle.window_closed: "the time in which this booking could be reviewed is over",
}


async def post_review(unit: Unit, new: NewReview) -> SignedReview:
    """Review the room of one's own booking, once; the profile says whether it is shown at once.

    Raises NotFound for somebody else's booking, NotReviewable, AlreadyReviewed.
    """
    booking = await access_own_booking(unit, new.booking_id)
    _check_time(unit, booking)
    review = await repository.add_review(unit, new, booking.room_id, booking.provider_id)
    if review is None:
        raise AlreadyReviewed
    await begin(unit, MACHINE, review, ActorKind.customer)
    if unit.profile.reviews.moderation == "post":
        await fire(unit, MACHINE, review.id, "publish", Order(ActorKind.system))
    return await show_review(unit, review.id)


def _check_time(unit: Unit, booking: BookingFacts) -> None:
    closing = closes_at(booking.end, unit.profile.reviews.window_days)
    reason = obstacle(booking.state, closing, unit.now)
    if reason is not None:
        raise NotReviewable(_SENTENCES[reason], reason=reason.value)
