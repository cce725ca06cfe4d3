"""Tax details: an owner tells them, documents say them."""

from collections.abc import Collection
from dataclasses import asdict, replace
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.unit import Unit

from ..access import owned_provider
from ..errors import TaxDetailsWrong
from ..repository import taxes as stored
from ..rules import tax_ids
from ..types import TaxDetails
from .audit import note


async def read_tax_details(unit: Unit, provider_id: UUID | None) -> TaxDetails:
    """For its owner and operators. Raises NotFound, WhichProvider."""
    return await _told(unit, owned_provider(unit, provider_id))


async def set_tax_details(unit: Unit, provider_id: UUID | None, new: TaxDetails) -> TaxDetails:
    """Replace what was told; documents that were issued stay as they are. Audited by the fields' names.

    Raises NotFound, WhichProvider, TaxDetailsWrong.
    """
    wanted = owned_provider(unit, provider_id)
    details = _accepted(unit, new)
    before = await _told(unit, wanted, lock=True)
    await stored.set_details(unit, wanted, details)
    was, will = asdict(before), asdict(details)
    changed = [name for name in was if was[name] != will[name]]
    await note(unit, "provider.tax_details_changed", wanted, dict.fromkeys(changed, "changed"))
    return details


async def tax_details_of(unit: Unit, provider_ids: Collection[UUID]) -> dict[UUID, TaxDetails]:
    """What documents say of these providers, for code that is entitled to it; empty for an unknown one."""
    return dict.fromkeys(provider_ids, TaxDetails()) | await stored.details_of_all(
        unit, provider_ids
    )


async def state_of_venue(unit: Unit, venue_id: UUID | None) -> str:
    """The code of the state in which a venue lies; empty for none, or when nobody has told."""
    return await stored.state_of_venue(unit, venue_id) if venue_id else ""


async def _told(unit: Unit, provider_id: UUID, *, lock: bool = False) -> TaxDetails:
    found = await stored.details_of(unit, provider_id, lock=lock)
    if found is None:
        raise NotFound
    return found


def _accepted(unit: Unit, new: TaxDetails) -> TaxDetails:
    """With the state that the tax id names. Raises TaxDetailsWrong."""
    kind = unit.profile.documents.tax_id_name
    named = ""
    if new.tax_id:
        problem = tax_ids.problem_with(kind, new.tax_id)
        if problem:
            raise TaxDetailsWrong(problem)
        named = tax_ids.state_in(kind, new.tax_id)
    check_state(kind, new.state)
    if named and new.state and named != new.state:
        raise TaxDetailsWrong(f"state: the tax id is one of the state {named}")
    return replace(new, state=new.state or named)


def check_state(kind: str, state: str | None) -> None:
    """Raises TaxDetailsWrong for a state that the country does not have."""
    if state and not tax_ids.state_known(kind, state):
        raise TaxDetailsWrong(f"state: there is no state {state}; use its code, such as 27")
