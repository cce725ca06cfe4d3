"""Each side says what a booking was like."""

from uuid import UUID

from kalends.bookings import BookingFacts, lock_booking, note_ratings
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit

from ..access import access_reviewable
from ..errors import AlreadyReviewed, NotReviewable
from ..repository import reviews as repository
from ..rules.ratings import Obstacle, closes_at, obstacle
from ..rules.subjects import chosen, subjects_for
from ..types import NewReview, Reviewed, ReviewSubject, SignedReview
from .machine import MACHINE
from .read import show_review

_SENTENCES = {
    Obstacle.not_completed: "a booking can be reviewed when its time is over",
    Obstacle.window_closed: "the time in which this booking could be reviewed is over",
}


async def post_review(unit: Unit, new: NewReview) -> SignedReview:
    """Review the other side of a booking, once each; the profile says whether it is shown at once.

    Raises NotFound for somebody else's booking, NotReviewable, AlreadyReviewed.
    """
    booking, author = await access_reviewable(unit, new.booking_id)
    await lock_booking(unit, booking.id)  # of two at once the second sees the first
    _check_time(unit, booking)
    about = _subject(booking, author, new)
    of_provider = about.subject_type is ReviewSubject.provider
    place = (booking.room_id, about.subject_id if of_provider else booking.provider_id)
    review = await repository.add_review(unit, new, about, place)
    if review is None:
        raise AlreadyReviewed
    await begin(unit, MACHINE, review, author)
    if unit.profile.reviews.moderation == "post":
        await fire(unit, MACHINE, review.id, "publish", Order(ActorKind.system))
    if await repository.rated_sides(unit, booking.id) == {True, False}:
        await note_ratings(unit, booking.id)
    return await show_review(unit, review.id)


def _subject(booking: BookingFacts, author: ActorKind, new: NewReview) -> Reviewed:
    if booking.kind == "event" and author is ActorKind.customer and new.subject_id is None:
        raise NotReviewable(
            "subject_id says which of the vendors you mean", reason=Obstacle.not_part_of_it.value
        )
    served = [line.staff_id for line in booking.lines if line.staff_id and not line.cancelled_at]
    possible = subjects_for(
        author,
        customer_id=booking.customer_id,
        providers=_providers(booking),
        room_id=booking.room_id,
        staff_ids=list(dict.fromkeys([*filter(None, [booking.staff_id]), *served])),
    )
    about = chosen(possible, new.about, new.subject_id)
    if about is None:
        raise NotReviewable("this had no part in the booking", reason=Obstacle.not_part_of_it.value)
    return about


def _providers(booking: BookingFacts) -> list[UUID]:
    """Who was booked; of an event, the vendors who agreed."""
    if booking.kind != "event":
        return [booking.provider_id]
    lines = booking.details["lines"]
    agreed = (UUID(line["provider"]["id"]) for line in lines if line["state"] == "approved")
    return list(dict.fromkeys(agreed))


def _check_time(unit: Unit, booking: BookingFacts) -> None:
    closing = closes_at(booking.end, unit.profile.reviews.window_days)
    reason = obstacle(booking.state, closing, unit.now)
    if reason is not None:
        raise NotReviewable(_SENTENCES[reason], reason=reason.value)
