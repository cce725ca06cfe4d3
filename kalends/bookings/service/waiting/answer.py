"""What whoever waits does: take the offer, let it go, or leave the line."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ...access import access_own_entry
from ...repository import waiting as repository
from ...types.waiting import WaitFacts
from .machine import WAITLISTS


async def take_step(unit: Unit, entry_id: UUID, step: str, reason: str | None = None) -> WaitFacts:
    """`accept`, `decline` or `leave`. Raises NotFound, TransitionNotAllowed; accepting what booking raises."""
    await access_own_entry(unit, entry_id)
    await fire(unit, WAITLISTS, entry_id, step, Order(ActorKind.customer, reason))
    return await get_wait(unit, entry_id)


async def get_wait(unit: Unit, entry_id: UUID) -> WaitFacts:
    """The entry, for code that is entitled to it anyway. Raises NotFound."""
    found = await repository.find(unit, entry_id)
    if found is None:
        raise NotFound
    return found
