"""What people change in the catalogue is written into the audit log; what the system seeds is not."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kalends.core.audit import Deed, record
from kalends.core.unit import Unit

_PERSONAL = frozenset({"contact_email", "contact_phone"})


async def note(unit: Unit, action: str, subject_id: UUID, detail: dict[str, Any]) -> None:
    """Record `room.changed` and the like, when a person did it."""
    if unit.principal.signed_in:
        kind = action.partition(".")[0]
        await record(unit, Deed(action, kind, str(subject_id), detail))


def difference(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Each changed field with its value before and after; contacts are only named."""
    return {
        name: "changed" if name in _PERSONAL else [before[name], value]
        for name, value in changes.items()
    }
