"""Reviews on the wire."""

from dataclasses import asdict
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from kalends.core.paging import Page, PageQuery, Slice
from kalends.core.wire import Count, In, Instant, Out, Text

from ..types import NewReview, Rating, ReviewState, ReviewSubject, SignedReview

MAX_COMMENT, MAX_REASON = 4000, 500


class ReviewCreate(In):
    """After a booking. Without `subject_type` a customer rates the room or the provider, who serves the
    customer; `subject_id` says which of several members of the staff."""

    booking_id: UUID
    rating: Annotated[Count, Field(ge=1, le=5, description="stars")]
    comment: Annotated[Text, Field(max_length=MAX_COMMENT)] = ""
    subject_type: ReviewSubject | None = None
    subject_id: UUID | None = None

    def review(self) -> NewReview:
        return NewReview(
            self.booking_id, self.rating, self.comment, self.subject_type, self.subject_id
        )


class ReviewHide(In):
    reason: Annotated[Text, Field(min_length=1, max_length=MAX_REASON)]


class ReviewQuery(PageQuery):
    state: ReviewState | None = None


class ReviewRead(Out):
    """A review as everybody sees it: `author` is a first name."""

    id: UUID
    room_id: UUID | None
    subject_type: ReviewSubject
    subject_id: UUID
    rating: int
    comment: str
    author: str = Field(examples=["Asha"])
    created_at: Instant

    @classmethod
    def of(cls, review: SignedReview) -> Self:
        known = asdict(review.facts) | {"user_id": review.facts.author_id}
        return cls.model_validate(known | {"author": review.author})

    @classmethod
    def page(cls, found: Slice[SignedReview]) -> Page[Self]:
        return Page(items=[cls.of(row) for row in found.rows], next_cursor=found.next_cursor)


class ReviewDetail(ReviewRead):
    """A review as its author, the venue's managers and operators see it."""

    booking_id: UUID
    provider_id: UUID
    user_id: UUID
    state: ReviewState


class CustomerRatingRead(Out):
    """What those who served a customer say on average."""

    average_rating: float | None = Field(examples=[4.67])
    rating_count: int

    @classmethod
    def of(cls, rating: Rating) -> Self:
        average = None if rating.hundredths is None else rating.hundredths / 100
        return cls(average_rating=average, rating_count=rating.count)
