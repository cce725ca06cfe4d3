"""Where an event takes place: with the first of its venues that is still wanted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kalends import catalog
from kalends.core.unit import Unit

from ...rules.event_lines import standing
from ...types.events import EventLine


async def place_of(unit: Unit, provider_id: UUID, room: str) -> dict[str, Any]:
    """What the booking says of the venue, under the names of its columns."""
    venue = await catalog.get_provider(unit, provider_id)
    address = (venue.base.address if venue.base else "") or ""
    return {
        "provider_id": provider_id,
        "zone": venue.zone,
        "place": {"resource": room, "name": venue.name, "address": address},
    }


async def moved_place(unit: Unit, row: Any, lines: Sequence[EventLine]) -> dict[str, Any]:
    """The columns that change because another venue took the place of the first one."""
    lead = next((line for line in standing(lines) if line.role == "venue"), None)
    if lead is None or lead.provider_id == row.provider_id:
        return {}
    return await place_of(unit, lead.provider_id, lead.service_name)
