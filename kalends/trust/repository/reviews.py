"""Statements on reviews."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, func, literal, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from kalends.core.ids import new_id
from kalends.core.paging import PageQuery, Slice, moment_after, slice_of
from kalends.core.unit import Unit

from ..models import CustomerRating, Review
from ..types import NewReview, Rating, Reviewed, ReviewFacts, ReviewState, ReviewSubject

# As the engine and its effects need a review: the state columns, and what the events name.
_SUBJECT = (
    Review.id,
    Review.process,
    Review.state,
    Review.state_since,
    Review.version,
    Review.booking_id,
    Review.room_id,
    Review.user_id,
    Review.subject_type,
    Review.subject_id,
)
_FACTS = (
    Review.id,
    Review.booking_id,
    Review.room_id,
    Review.provider_id,
    Review.user_id,
    Review.subject_type,
    Review.subject_id,
    Review.rating,
    Review.comment,
    Review.state,
    Review.created_at,
)
_COUNTED = (func.coalesce(func.sum(Review.rating), 0), func.count())
_RATING_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 7306))")


async def add_review(
    unit: Unit, new: NewReview, about: Reviewed, place: tuple[UUID | None, UUID]
) -> Any | None:
    """Store a review by the signed-in user; None when there is one of this subject for this booking.

    `place`: the room and the provider that were booked.
    """
    room_id, provider_id = place
    statement = insert(Review).values(
        id=new_id(),
        booking_id=new.booking_id,
        room_id=room_id,
        provider_id=provider_id,
        user_id=unit.user_id,
        subject_type=about.subject_type.value,
        subject_id=about.subject_id,
        rating=new.rating,
        comment=new.comment,
        process="review",
        state=ReviewState.pending.value,
        state_since=unit.now,
        version=1,
        created_at=unit.now,
    )
    once = statement.on_conflict_do_nothing(
        index_elements=["booking_id", "user_id", "subject_type", "subject_id"]
    )
    return (await unit.session.execute(once.returning(*_SUBJECT))).one_or_none()


async def lock_review(unit: Unit, review_id: UUID) -> Any | None:
    """Lock the review and return its state columns."""
    statement = select(*_SUBJECT).where(Review.id == review_id).with_for_update()
    return (await unit.session.execute(statement)).one_or_none()


async def find_review(unit: Unit, review_id: UUID) -> ReviewFacts | None:
    rows = await unit.session.execute(select(*_FACTS).where(Review.id == review_id))
    return next((_facts(row) for row in rows), None)


async def published_of_room(unit: Unit, room_id: UUID, page: PageQuery) -> Slice[ReviewFacts]:
    about = Review.subject_type == ReviewSubject.room.value
    return await _page(unit, page, Review.room_id == room_id, about, _published())


async def published_of_provider(
    unit: Unit, provider_id: UUID, page: PageQuery
) -> Slice[ReviewFacts]:
    about = Review.subject_type != ReviewSubject.customer.value
    return await _page(unit, page, Review.provider_id == provider_id, about, _published())


async def of_booking(
    unit: Unit, booking_id: UUID, page: PageQuery, author_id: UUID | None
) -> Slice[ReviewFacts]:
    """The published reviews of a booking and the author's own; all of them without an author."""
    seen = [] if author_id is None else [_published() | (Review.user_id == author_id)]
    return await _page(unit, page, Review.booking_id == booking_id, *seen)


async def in_state(unit: Unit, state: ReviewState | None, page: PageQuery) -> Slice[ReviewFacts]:
    return await _page(unit, page, *([Review.state == state.value] if state else []))


async def lock_rating(unit: Unit, subject_id: UUID) -> None:
    """Wait for every other transaction that changes this subject's rating; hold it until the unit ends."""
    await unit.session.execute(_RATING_LOCK, {"subject": str(subject_id)})


async def stars_of(unit: Unit, subject_id: UUID) -> tuple[int, int]:
    """The sum and the number of a subject's published ratings."""
    query = select(*_COUNTED).where(Review.subject_id == subject_id, _published())
    stars, reviews = (await unit.session.execute(query)).one()
    return int(stars), int(reviews)


async def stars_per_subject(unit: Unit, kind: ReviewSubject) -> dict[UUID, tuple[int, int]]:
    """As `stars_of`, for every subject of this kind that was ever reviewed."""
    stars = func.sum(Review.rating).filter(_published())
    reviews = func.count().filter(_published())
    query = select(Review.subject_id, stars, reviews).where(Review.subject_type == kind.value)
    rows = await unit.session.execute(query.group_by(Review.subject_id))
    return {subject_id: (int(total or 0), int(count)) for subject_id, total, count in rows}


async def set_customer_rating(
    unit: Unit, user_id: UUID, hundredths: int | None, count: int
) -> None:
    values = {"rating_hundredths": hundredths, "rating_count": count}
    stored = insert(CustomerRating).values(user_id=user_id, **values)
    newest = stored.on_conflict_do_update(index_elements=[CustomerRating.user_id], set_=values)
    await unit.session.execute(newest)


async def customer_ratings(unit: Unit, users: Collection[UUID]) -> dict[UUID, Rating]:
    """What is said of these customers; those of whom nothing is are left out."""
    query = select(
        CustomerRating.user_id, CustomerRating.rating_hundredths, CustomerRating.rating_count
    ).where(CustomerRating.user_id == any_(literal(list(users), ARRAY(Uuid))))
    return {user: Rating(average, n) for user, average, n in await unit.session.execute(query)}


async def rated_sides(unit: Unit, booking_id: UUID) -> set[bool]:
    """For each side that has rated the other, in whatever state its review is: whether it was of the customer."""
    of_customer = Review.subject_type == ReviewSubject.customer.value
    query = select(of_customer).where(Review.booking_id == booking_id).distinct()
    return set((await unit.session.execute(query)).scalars())


def _published() -> ColumnElement[bool]:
    return Review.state == ReviewState.published.value


async def _page(unit: Unit, page: PageQuery, *where: ColumnElement[bool]) -> Slice[ReviewFacts]:
    query = select(*_FACTS).where(*where).limit(page.limit + 1)
    if page.cursor is not None:
        query = query.where(tuple_(Review.created_at, Review.id) < moment_after(page.cursor))
    newest = query.order_by(Review.created_at.desc(), Review.id.desc())
    rows = [_facts(row) for row in await unit.session.execute(newest)]
    return slice_of(rows, page.limit, lambda r: (r.created_at.isoformat(), r.id))


def _facts(row: Any) -> ReviewFacts:
    return ReviewFacts(
        id=row.id,
        booking_id=row.booking_id,
        room_id=row.room_id,
        provider_id=row.provider_id,
        author_id=row.user_id,
        subject_type=ReviewSubject(row.subject_type),
        subject_id=row.subject_id,
        rating=row.rating,
        comment=row.comment,
        state=ReviewState(row.state),
        created_at=row.created_at,
    )
