"""The lines of an event, as the rest of the room knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kalends.core.money import Money


@dataclass(frozen=True, slots=True)
class EventLine:
    """One vendor's part of an event. `asked` is the organiser's price, `countered` the vendor's last one,
    `agreed` what both said yes to. `allocated` is what was paid for it so far, `returned` what went back
    of that. `policy` holds the vendor's tiers, commission and taxes as they were.
    """

    id: UUID
    booking_id: UUID
    position: int
    provider_id: UUID
    provider_name: str
    service_id: UUID
    service_name: str
    room_id: UUID | None
    role: str
    buffer_minutes: int
    state: str
    asked: Money
    countered: Money | None
    agreed: Money | None
    note: str
    allocated: Money
    returned: Money
    policy: Mapping[str, Any]

    @property
    def price(self) -> Money:
        return self.agreed or self.asked


@dataclass(frozen=True, slots=True)
class NewEventLine:
    """A line to be asked for."""

    provider_id: UUID
    provider_name: str
    service_id: UUID
    service_name: str
    room_id: UUID | None
    role: str
    buffer_minutes: int
    asked: Money
    policy: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LineShare:
    """What a cancellation gives back of one line, and what its vendor keeps. The two add up to what was paid."""

    line_id: UUID
    percent: int
    amount: Money
    fee: Money


@dataclass(frozen=True, slots=True)
class LineWish:
    """Which vendor's service the organiser wants, as what, and at what price; None means the listed one."""

    provider_id: UUID
    service_id: UUID
    role: str
    room_id: UUID | None = None
    price: Money | None = None
