"""Reading reviews: one, and the lists."""

from collections.abc import Sequence
from uuid import UUID

from kalends import catalog, identity
from kalends.bookings import access_booking
from kalends.core.errors import NotFound
from kalends.core.paging import PageQuery, Slice
from kalends.core.unit import Unit

from ..access import access_reviewable
from ..repository import reviews as repository
from ..rules.ratings import first_name
from ..types import Rating, ReviewFacts, ReviewState, SignedReview


async def get_review(unit: Unit, review_id: UUID) -> ReviewFacts:
    """The review, for code that is entitled to it anyway. Raises NotFound."""
    review = await repository.find_review(unit, review_id)
    if review is None:
        raise NotFound
    return review


async def show_review(unit: Unit, review_id: UUID) -> SignedReview:
    """The review with its author's first name. Raises NotFound."""
    return (await _signed(unit, [await get_review(unit, review_id)]))[0]


async def reviews_of_room(unit: Unit, room_id: UUID, page: PageQuery) -> Slice[SignedReview]:
    """What is published about a room, newest first. Raises NotFound for a room that there is not."""
    await catalog.get_room(unit, room_id)
    return await _signed_slice(unit, await repository.published_of_room(unit, room_id, page))


async def reviews_of_provider(
    unit: Unit, provider_id: UUID, page: PageQuery
) -> Slice[SignedReview]:
    """What is published about a provider, its rooms and its staff, newest first."""
    found = await repository.published_of_provider(unit, provider_id, page)
    return await _signed_slice(unit, found)


async def reviews_of_booking(unit: Unit, booking_id: UUID, page: PageQuery) -> Slice[SignedReview]:
    """A booking's reviews: the published and one's own; operators see all. Raises NotFound."""
    await access_booking(unit, booking_id)
    author = None if unit.principal.is_operator else unit.user_id
    return await _signed_slice(unit, await repository.of_booking(unit, booking_id, page, author))


async def rating_of_customer(unit: Unit, booking_id: UUID) -> Rating:
    """What is said of the booking's customer. Raises NotFound for who has no part in it."""
    booking, _ = await access_reviewable(unit, booking_id)
    known = await repository.customer_ratings(unit, [booking.customer_id])
    return known.get(booking.customer_id, Rating(None, 0))


async def reviews_to_moderate(
    unit: Unit, state: ReviewState | None, page: PageQuery
) -> Slice[SignedReview]:
    """Every review in this state, or in any, newest first."""
    return await _signed_slice(unit, await repository.in_state(unit, state, page))


async def _signed_slice(unit: Unit, found: Slice[ReviewFacts]) -> Slice[SignedReview]:
    return Slice(await _signed(unit, found.rows), found.next_cursor)


async def _signed(unit: Unit, reviews: Sequence[ReviewFacts]) -> list[SignedReview]:
    authors = await identity.people(unit, {review.author_id for review in reviews})
    nameless = unit.profile.words.customer
    names = {author.id: first_name(author.name, nameless) for author in authors.values()}
    return [SignedReview(review, names.get(review.author_id, nameless)) for review in reviews]
