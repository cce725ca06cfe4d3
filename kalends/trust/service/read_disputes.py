"""Reading disputes: one with its notes, and the lists."""

from collections.abc import Sequence
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.paging import PageQuery, Slice
from kalends.core.unit import Unit

from ..access import access_dispute
from ..repository import disputes
from ..types import DisputeFacts, DisputeState, NoteFacts


async def get_dispute(unit: Unit, dispute_id: UUID) -> DisputeFacts:
    """The dispute, for code that is entitled to it anyway. Raises NotFound."""
    dispute = await disputes.find(unit, dispute_id)
    if dispute is None:
        raise NotFound
    return dispute


async def read_dispute(unit: Unit, dispute_id: UUID) -> tuple[DisputeFacts, Sequence[NoteFacts]]:
    """The dispute and the notes that the caller may read. Raises NotFound."""
    seen = await access_dispute(unit, dispute_id)
    internal = unit.principal.is_operator
    return seen.dispute, await disputes.notes_of(unit, dispute_id, internal=internal)


async def own_disputes(unit: Unit, page: PageQuery) -> Slice[DisputeFacts]:
    """Disputes about the caller's bookings, and about those at venues that the caller manages."""
    return await disputes.of_caller(unit, page)


async def all_disputes(
    unit: Unit, state: DisputeState | None, page: PageQuery
) -> Slice[DisputeFacts]:
    """Everybody's disputes in this state, or in any, newest first."""
    return await disputes.in_state(unit, state, page)
