"""Stand in the line for a time that is taken."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kalends.billing import AppointmentRequest, RentalRequest, check_kind
from kalends.core.errors import Invalid
from kalends.core.principal import ActorKind
from kalends.core.states import begin
from kalends.core.unit import Unit

from ...errors import AlreadyWaiting, FreeAlready, SlotUnavailable, TooManyWaits
from ...repository import waiting as repository
from ...rules.processes import WAITLIST
from ...rules.ranges import Span
from ...rules.waiting import Longing, any_place_for
from ...schemas.waiting import WaitRequest
from ...types.waiting import WaitFacts
from ..series.plan import Plan
from ..series.rooms import plan_room
from ..series.visits import plan_visit
from ..slots import wire
from .machine import WAITLISTS


async def join(unit: Unit, request: WaitRequest) -> WaitFacts:
    """Wait for what the signed-in user could not book, or for as much anywhere between two moments.

    Raises FreeAlready, SlotUnavailable, AlreadyWaiting, TooManyWaits, KindNotOffered, Invalid, and what
    pricing the booking raises.
    """
    check_kind(unit, request.booking.kind)
    rules = unit.profile.booking.waitlist
    if await repository.count_live(unit, unit.user_id) >= rules.max_open:
        raise TooManyWaits(f"you wait for {rules.max_open} times already", limit=rules.max_open)
    plan = await _plan(unit, request.booking)
    window = _window(request, plan.first)
    await _check_wait(unit, plan, window)
    row = await repository.add(unit, _values(unit, request, plan), window)
    if row is None:
        raise AlreadyWaiting("leave the line first, if you want to wait for another time")
    await begin(unit, WAITLISTS, row, ActorKind.customer)
    return repository.facts_of(row)


async def _plan(unit: Unit, booking: RentalRequest | AppointmentRequest) -> Plan:
    if isinstance(booking, RentalRequest):
        return await plan_room(unit, booking)
    if len(booking.wishes) > 1:
        raise Invalid("booking.services: wait for one service at a time")
    return await plan_visit(unit, booking)


def _window(request: WaitRequest, wanted: Span) -> Span:
    window = Span(request.not_before or wanted.start, request.not_after or wanted.end)
    if window.length < wanted.length:
        raise Invalid("not_after: the booking does not fit between these moments")
    return window


async def _check_wait(unit: Unit, plan: Plan, window: Span) -> None:
    """It makes sense to wait: nothing is free now, and something might be."""
    lead = timedelta(minutes=unit.profile.booking.waitlist.lead_minutes)
    longing = Longing(window, plan.first.length, unit.now + lead)
    calendars = await plan.calendars(unit, window)
    free = [place for one in calendars if (place := any_place_for(one, longing))]
    if free:
        first = min(free, key=lambda place: place.start)
        raise FreeAlready("this is free; book it", nearest=[wire(first)])
    if not any(any_place_for(replace(one, taken=()), longing) for one in calendars):
        raise SlotUnavailable(
            "nothing can become free here: it is closed, too soon, too far ahead, or of a length that is "
            "not booked",
            reason="never_free",
            blocked=[wire(window)],
            nearest=[],
        )


def _values(unit: Unit, request: WaitRequest, plan: Plan) -> dict[str, Any]:
    rules, booking = unit.profile.booking.waitlist, request.booking
    return {
        "process": WAITLIST.name,
        "state": WAITLIST.initial,
        "provider_id": plan.provider_id,
        "venue_id": plan.venue_id,
        "kind": booking.kind,
        **_target(booking),
        "title": plan.title,
        "minutes": plan.first.minutes,
        "zone": plan.zone,
        "wish": _wish(booking),
        "policy": {"minutes": {"offer": rules.offer_minutes, "lead": rules.lead_minutes}},
    }


def _target(booking: RentalRequest | AppointmentRequest) -> dict[str, Any]:
    if isinstance(booking, RentalRequest):
        return {"target_id": booking.room_id, "staff_id": None}
    [wish] = booking.wishes
    return {"target_id": wish.service_id, "staff_id": wish.staff_id}


def _wish(booking: RentalRequest | AppointmentRequest) -> dict[str, Any]:
    """What the booking is to have besides its time, as its request says it."""
    kept = {"addons", "guests"} if isinstance(booking, RentalRequest) else {"location"}
    return booking.model_dump(mode="json", include=kept, exclude_none=True)
