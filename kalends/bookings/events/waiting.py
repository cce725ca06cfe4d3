"""What happens around waitlists."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TimeFreed(Event):
    """A calendar is free again for so long; somebody may wait for that."""

    resource_id: UUID
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class WaitlistOffered(Event):
    """What somebody waited for is held for them, until they answer or the time for that is over."""

    entry_id: UUID
