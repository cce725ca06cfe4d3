"""The machine of waitlists. What is offered is held on the calendar, so nobody else can have it meanwhile.

Whoever moves an entry has locked its row first and calendars afterwards; of an acceptance and the end of
the time exactly one comes first.
"""

from datetime import timedelta
from typing import Any

from kalends.billing import AppointmentRequest, RentalRequest
from kalends.core.process import Facts, by_name
from kalends.core.states import Machine, Move, register

from ...events import TimeFreed, WaitlistOffered
from ...models import WaitlistEntry, waitlist_transitions
from ...repository import waiting as repository
from ...rules.guards import WAITLIST_GUARDS
from ...rules.processes import WAITLIST
from ...types import Slot
from ..kinds import book

_MINUTE = timedelta(minutes=1)


class OfferLost(Exception):
    """Somebody was faster than the offer."""


async def hold_offer(move: Move) -> None:
    """Hold the time for the minutes that there are to answer. Raises OfferLost; then nothing may be kept."""
    unit, row, slot = move.unit, move.subject, move.input
    assert isinstance(slot, Slot)
    minutes = min(row.policy["minutes"]["offer"], (slot.start - unit.now) // _MINUTE)
    expires = unit.now + max(minutes, 1) * _MINUTE
    if not await repository.hold(unit, row.id, slot, expires):
        raise OfferLost
    await repository.change(
        unit,
        row.id,
        offer_resource_id=slot.resource_id,
        offer_start=slot.start,
        offer_end=slot.end,
        expires_at=expires,
    )


async def tell_waitlist_offer(move: Move) -> None:
    move.unit.emit(WaitlistOffered(entry_id=move.subject.id))


async def free_offer(move: Move) -> None:
    """What was held is free, and whoever is next in the line is asked."""
    row = move.subject
    await repository.let_go(move.unit, row.id, row.offer_resource_id)
    move.unit.emit(
        TimeFreed(resource_id=row.offer_resource_id, start=row.offer_start, end=row.offer_end)
    )


async def book_offer(move: Move) -> None:
    """The offer becomes a booking, made as every booking is. Its calendar is locked, so nobody comes between.

    Raises what booking raises; then the offer stands as it did.
    """
    unit, row = move.unit, move.subject
    await repository.let_go(unit, row.id, row.offer_resource_id)
    booking = await book(unit, _request(row))
    await repository.change(unit, row.id, booking_id=booking.id)


def _request(row: Any) -> RentalRequest | AppointmentRequest:
    times = {"start_time": row.offer_start, "end_time": row.offer_end}
    if row.kind == "rental":
        return RentalRequest.model_validate({"room_id": row.target_id, **times, **row.wish})
    who = {"service_id": row.target_id, "staff_id": row.offer_resource_id}
    return AppointmentRequest.model_validate({**who, **times, **row.wish})


def _facts(row: Any) -> Facts:
    """`start` is the last moment at which the wish could begin; an offer ends at a whole minute after it
    was made.
    """
    last = row.during.upper - row.minutes * _MINUTE
    left = (row.expires_at - row.state_since) // _MINUTE if row.expires_at else 0
    return Facts(row.state_since, last, None, {**row.policy["minutes"], "offer": left})


WAITLISTS = register(
    Machine(
        name="waitlist",
        table=WaitlistEntry.__table__,
        history=waitlist_transitions,
        lock=repository.lock,
        processes={WAITLIST.name: WAITLIST},
        facts=_facts,
        guards=WAITLIST_GUARDS,
        effects=by_name((hold_offer, tell_waitlist_offer, free_offer, book_offer)),
    )
)
