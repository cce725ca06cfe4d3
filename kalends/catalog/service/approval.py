"""Operators decide who may sell."""

from uuid import UUID

from kalends.core.audit import Deed, record
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..processes import PROVIDERS
from ..types import ProviderPage
from .providers import show_provider


async def approve(unit: Unit, provider_id: UUID) -> None:
    """Let a provider sell. Raises NotFound, TransitionNotAllowed."""
    await decide(unit, provider_id, "approve")


async def decide(
    unit: Unit, provider_id: UUID, transition: str, reason: str | None = None
) -> ProviderPage:
    """Fire `approve`, `ask_for_changes`, `suspend` or `activate`, and write it into the audit log.

    Raises NotFound, TransitionNotAllowed.
    """
    order = Order(ActorKind.operator, reason=reason)
    before = await fire(unit, PROVIDERS, provider_id, transition, order)
    after = await show_provider(unit, provider_id)
    detail = {"state": [before.state, after.facts.state.value], "reason": reason}
    await record(unit, Deed(f"provider.{transition}", "provider", str(provider_id), detail))
    return after
