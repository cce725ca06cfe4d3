"""Reviews over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.paging import Page, Paged

from ..errors import AlreadyReviewed, NotReviewable
from ..schemas import (
    CustomerRatingRead,
    ReviewCreate,
    ReviewDetail,
    ReviewHide,
    ReviewQuery,
    ReviewRead,
)
from ..service import moderate, read
from ..service.post_review import post_review

routes = Routes("reviews", feature="reviews")


@routes.add(
    "POST /reviews",
    summary="Review the other side of a booking",
    errors=[NotFound, AlreadyReviewed, NotReviewable],
    status_code=201,
)
async def post(unit: CurrentUnit, body: ReviewCreate) -> ReviewDetail:
    """Once of each subject, from the booking's end until the marketplace's review window closes."""
    return ReviewDetail.of(await post_review(unit, body.review()))


@routes.add("GET /reviews/room/{room_id}", summary="What is said about a room", errors=[NotFound])
async def of_room(unit: CurrentUnit, room_id: UUID, page: Paged) -> Page[ReviewRead]:
    """Published reviews, newest first. The average is on the room and in search results."""
    return ReviewRead.page(await read.reviews_of_room(unit, room_id, page))


@routes.add("GET /reviews/provider/{provider_id}", summary="What is said about a provider")
async def of_provider(unit: CurrentUnit, provider_id: UUID, page: Paged) -> Page[ReviewRead]:
    """Published reviews of it, its rooms and its staff, newest first."""
    return ReviewRead.page(await read.reviews_of_provider(unit, provider_id, page))


@routes.add(
    "GET /reviews/booking/{booking_id}", summary="The reviews of a booking", errors=[NotFound]
)
async def of_booking(unit: CurrentUnit, booking_id: UUID, page: Paged) -> Page[ReviewDetail]:
    """Published reviews, and one's own in any state; operators see all."""
    return ReviewDetail.page(await read.reviews_of_booking(unit, booking_id, page))


@routes.add(
    "GET /reviews/booking/{booking_id}/customer",
    summary="What is said of the customer of a booking",
    errors=[NotFound],
)
async def of_customer(unit: CurrentUnit, booking_id: UUID) -> CustomerRatingRead:
    """The average of those who served them; for the customer, and for who serves or manages."""
    return CustomerRatingRead.of(await read.rating_of_customer(unit, booking_id))


@routes.add("GET /admin/reviews", summary="Reviews to moderate")
async def to_moderate(
    unit: CurrentUnit, query: Annotated[ReviewQuery, Query()]
) -> Page[ReviewDetail]:
    """Newest first; `state=pending` are those that wait for an operator."""
    return ReviewDetail.page(await read.reviews_to_moderate(unit, query.state, query))


@routes.add(
    "PATCH /admin/reviews/{review_id}/hide",
    summary="Take a review away",
    errors=[NotFound, TransitionNotAllowed],
)
async def hide(unit: CurrentUnit, review_id: UUID, body: ReviewHide) -> ReviewDetail:
    """The room's average forgets it. The reason is kept in the history and in the audit log."""
    return ReviewDetail.of(await moderate.hide_review(unit, review_id, body.reason))


@routes.add(
    "PATCH /admin/reviews/{review_id}/publish",
    summary="Show a review that waits or was hidden",
    errors=[NotFound, TransitionNotAllowed],
)
async def publish(unit: CurrentUnit, review_id: UUID) -> ReviewDetail:
    return ReviewDetail.of(await moderate.publish_review(unit, review_id))
