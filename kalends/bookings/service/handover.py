"""A job goes from one to another: what was worked out before the transition is fired."""

from dataclasses import dataclass
from uuid import UUID

from ..types import DeclineReason, Proposal
from .changes import Move


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who cannot come and why; `proposal` is who could instead, at the same price."""

    staff_id: UUID
    reason: DeclineReason
    note: str
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class Takeover:
    """Who leaves, who comes, and the booking as it is then; its `slots` are those of who comes.

    `premiums` are the places of the lines that end because the owner does not come.
    """

    leaving: UUID
    coming: UUID
    name: str
    user_ids: tuple[UUID, ...]
    premiums: tuple[int, ...]
    booking: Move
