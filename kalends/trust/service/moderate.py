"""Operators take reviews away, and let them be seen."""

from uuid import UUID

from kalends.core.audit import Deed, record
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..types import SignedReview
from .machine import MACHINE
from .read import show_review


async def hide_review(unit: Unit, review_id: UUID, reason: str) -> SignedReview:
    """Take a review away; the room's average forgets it. Raises NotFound, TransitionNotAllowed."""
    return await _moderate(unit, review_id, "hide", reason)


async def publish_review(unit: Unit, review_id: UUID) -> SignedReview:
    """Show a review, a new one or a hidden one again. Raises NotFound, TransitionNotAllowed."""
    return await _moderate(unit, review_id, "publish", None)


async def _moderate(
    unit: Unit, review_id: UUID, transition: str, reason: str | None
) -> SignedReview:
    order = Order(ActorKind.operator, reason=reason)
    before = await fire(unit, MACHINE, review_id, transition, order)
    after = await show_review(unit, review_id)
    detail = {"state": [before.state, after.facts.state.value], "reason": reason}
    await record(unit, Deed(f"review.{transition}", "review", str(review_id), detail))
    return after
