"""Waitlists as the rest of the room knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WaitOffer:
    """A time that is held for whoever is first in the line, until `expires_at`."""

    resource_id: UUID
    start: datetime
    end: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """Somebody waits for `minutes` of a room or a service (`target_id`) between two moments.

    `offer` is the last one, also when it is over. `wish` is what the booking is to have besides.
    """

    id: UUID
    state: str
    customer_id: UUID
    provider_id: UUID
    venue_id: UUID | None
    kind: str
    target_id: UUID
    staff_id: UUID | None
    title: str
    not_before: datetime
    not_after: datetime
    minutes: int
    zone: str
    wish: Mapping[str, Any]
    offer: WaitOffer | None
    booking_id: UUID | None
    created_at: datetime
