"""Reviews on the wire."""

from dataclasses import asdict
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from kalends.core.paging import Page, PageQuery, Slice
from kalends.core.wire import Count, In, Instant, Out, Text

from ..types import NewReview, ReviewState, ReviewSubject, SignedReview

MAX_COMMENT, MAX_REASON = 4000, 500


class ReviewCreate(In):
    """Of one's own booking, when its time is over."""

    booking_id: UUID
    rating: Annotated[Count, Field(ge=1, le=5, description="stars")]
    comment: Annotated[Text, Field(max_length=MAX_COMMENT)] = ""

    def review(self) -> NewReview:
        return NewReview(self.booking_id, self.rating, self.comment)


class ReviewHide(In):
    reason: Annotated[Text, Field(min_length=1, max_length=MAX_REASON)]


class ReviewQuery(PageQuery):
    state: ReviewState | None = None


class ReviewRead(Out):
    """A review as everybody sees it: `author` is a first name."""

    id: UUID
    room_id: UUID
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
    subject_type: ReviewSubject
    subject_id: UUID
    state: ReviewState
