"""Create a booking: what every kind has in common. Take the time, write it down, start its clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kalends.billing import PriceLine, terms_for
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.process import Process
from kalends.core.states import begin
from kalends.core.unit import Unit

from ..errors import TooManyHolds
from ..repository import allocations
from ..repository.bookings import facts_of
from ..repository.creation import insert_booking
from ..rules.policy import Policy
from ..rules.ranges import Span
from ..types import BookingFacts, LineFacts, Slot
from .instalments import agreed_anew
from .machine import MACHINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A booking to be made: priced, checked, and not yet held.

    `place` says where: its names (`resource`, `name`) and `address`. Its slots are
    taken at once; `waits` names the frozen minutes for which they are held until somebody acts.
    `hold_until` is until when instead, `release_on` what lets the money go where a kind leaves no choice.
    """

    process: Process
    customer_id: UUID
    provider_id: UUID
    span: Span
    zone: str
    lines: tuple[LineFacts, ...]
    slots: tuple[Slot, ...]
    total: Money
    place: Mapping[str, Any]
    venue_id: UUID | None = None
    room_id: UUID | None = None
    staff_id: UUID | None = None
    staff_user_ids: tuple[UUID, ...] = ()
    category: str | None = None
    state: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    minutes: Mapping[str, int] = field(default_factory=dict)
    waits: str = "hold"
    hold_until: datetime | None = None
    release_on: str | None = None
    series_id: UUID | None = None


async def check_holds(unit: Unit, series_id: UUID | None = None) -> None:
    """Raises TooManyHolds when the caller holds as many unpaid bookings as anybody may.

    The bookings of a series count as one, and that was looked at when it began.
    """
    if series_id is not None:
        return
    limit = unit.profile.booking.max_live_holds
    if await allocations.live_holds(unit, unit.user_id) >= limit:
        raise TooManyHolds(f"you hold {limit} unpaid bookings already", limit=limit)


async def place_booking(unit: Unit, draft: Draft, actor: ActorKind) -> BookingFacts:
    """Take the time and write the booking down. Raises SlotLost when somebody was faster."""
    booking_id = new_id()
    policy = await frozen_policy(unit, draft)
    waits = timedelta(minutes=policy.minutes[draft.waits])
    expires = draft.hold_until or min(unit.now + waits, draft.span.start)
    lost = await allocations.claim_all(unit, booking_id, draft.slots, expires)
    if lost:
        raise SlotLost(lost, booking_id)
    values = _values(unit, booking_id, draft, policy) | {
        "hold_expires_at": expires if draft.slots else None
    }
    row = await insert_booking(unit, values, draft.lines, draft.slots)
    await begin(unit, MACHINE, row, actor)
    return facts_of(unit, row)


class SlotLost(Exception):
    """Somebody has this time already; the caller knows what else is free, and says so."""

    def __init__(self, slot: Slot, booking_id: UUID) -> None:
        super().__init__("this time is taken")
        self.slot, self.booking_id = slot, booking_id


async def frozen_policy(unit: Unit, draft: Draft) -> Policy:
    """What governs the booking, with the commission and the taxes that hold now."""
    terms = await terms_for(unit, draft.provider_id, draft.category, unit.now)
    policy = Policy.of(unit.profile, now=unit.now, start=draft.span.start)
    return replace(
        policy,
        minutes={**policy.minutes, **draft.minutes},
        commission_bp=terms.commission_bp,
        taxes=terms.taxes,
        commission_base=terms.commission_base,
        price_tax_bp=terms.price_tax_bp,
        release_on=draft.release_on or policy.release_on,
    )


def _values(unit: Unit, booking_id: UUID, draft: Draft, policy: Policy) -> dict[str, Any]:
    total, start = draft.total, draft.span.start
    return {
        "id": booking_id,
        "process": draft.process.name,
        "state": draft.state or draft.process.initial,
        "state_since": unit.now,
        "version": 1,
        "customer_id": draft.customer_id,
        "provider_id": draft.provider_id,
        "venue_id": draft.venue_id,
        "room_id": draft.room_id,
        "staff_id": draft.staff_id,
        "staff_user_ids": list(draft.staff_user_ids),
        "start_at": start,
        "end_at": draft.span.end,
        "zone": draft.zone,
        "currency": total.currency,
        "total": total.amount,
        "policy": agreed_anew(policy.write(), total, start=start, now=unit.now),
        "place": dict(draft.place),
        "details": dict(draft.details),
        "series_id": draft.series_id,
        "created_at": unit.now,
        "updated_at": unit.now,
    }


def lines_of(lines: tuple[PriceLine, ...]) -> tuple[LineFacts, ...]:
    """The lines of a price as a booking keeps them."""
    return tuple(
        LineFacts(n.kind, n.ref_id, n.name, n.quantity, n.unit_price, n.subtotal) for n in lines
    )
