"""The provider machine: what the names in the processes' data mean."""

from kalends.core.process import by_name
from kalends.core.states import Machine, Move, register

from .events import ProviderApproved, ProviderNeedsChanges, ProviderOnboarded, ProviderSuspended
from .models import Provider, provider_transitions
from .repository.providers import lock_provider
from .rules import PLACED, PROVIDER


async def tell_onboarded(move: Move) -> None:
    move.unit.emit(ProviderOnboarded(provider_id=move.subject.id))


async def tell_approved(move: Move) -> None:
    move.unit.emit(ProviderApproved(provider_id=move.subject.id))


async def tell_changes_wanted(move: Move) -> None:
    move.unit.emit(ProviderNeedsChanges(provider_id=move.subject.id))


async def tell_suspended(move: Move) -> None:
    move.unit.emit(ProviderSuspended(provider_id=move.subject.id))


_EFFECTS = (tell_onboarded, tell_approved, tell_changes_wanted, tell_suspended)
PROVIDERS = register(
    Machine(
        name="provider",
        table=Provider.__table__,
        history=provider_transitions,
        lock=lock_provider,
        processes={process.name: process for process in (PROVIDER, PLACED)},
        effects=by_name(_EFFECTS),
    )
)
