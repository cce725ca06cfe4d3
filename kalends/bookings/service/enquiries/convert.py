"""From an accepted enquiry to a booking that is to be paid, and the trial before it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kalends.catalog import TravelMode
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.process import Process
from kalends.core.unit import Unit

from ...errors import TakesNoBookings
from ...repository import allocations, bookings
from ...repository import enquiries as repository
from ...rules.processes import FLEXI, INSTANT, TRIAL
from ...rules.ranges import Span
from ...types import BookingFacts, Candidate, LineFacts, Mode
from ..create import Draft, place_booking
from .calendars import Diary, diaries_of
from .candidates import span_of

MINUTES_PER_HOUR = 60
PROCESS_OF: dict[str, Process] = {Mode.instant.value: INSTANT, Mode.flexi.value: FLEXI}


async def convert(unit: Unit, row: Any, candidate: Candidate) -> BookingFacts:
    """Take the provider's time and write the booking down; with a trial, that too.

    `row` is the enquiry's, locked. Raises TakesNoBookings, and SlotLost when the time is gone; then
    nothing may be kept.
    """
    diary = (await diaries_of(unit, [candidate.provider_id]))[candidate.provider_id]
    if not diary.provider.bookable:
        raise TakesNoBookings("you take no bookings at the moment")
    draft = _draft(unit, row, candidate, diary)
    booking = await place_booking(unit, draft, ActorKind.provider)
    if row.trial is None:
        await repository.change(unit, row.id, booking_id=booking.id)
        return booking
    trial = await _place_trial(unit, row, draft, diary, booking)
    told = {"booking_id": str(trial.id), **row.trial}
    await bookings.change(unit, booking.id, details={**draft.details, "trial": told})
    await repository.change(unit, row.id, booking_id=booking.id, trial_booking_id=trial.id)
    return booking


def _draft(unit: Unit, row: Any, candidate: Candidate, diary: Diary) -> Draft:
    span, rules = span_of(candidate, row.start_at), unit.profile
    minutes = {
        "prepare": rules.journeys.prepare_minutes,
        "overdue": rules.journeys.overdue_hours * MINUTES_PER_HOUR + candidate.minutes,
    }
    if row.mode == Mode.flexi:
        minutes |= _flexi_minutes(unit, row.start_at)
    member = diary.member
    return Draft(
        process=PROCESS_OF[row.mode],
        state="trial_booked" if row.trial else None,
        customer_id=row.customer_id,
        provider_id=candidate.provider_id,
        staff_id=member.id if member else None,
        staff_user_ids=(member.user_id,) if member and member.user_id else (),
        span=span,
        zone=row.zone,
        lines=candidate.lines,
        slots=diary.slots(span),
        total=candidate.total,
        category=candidate.category,
        place=_place(row, diary),
        details=_details(row),
        minutes=minutes,
        hold_until=row.start_at if row.trial else None,
        release_on="otp",
    )


def _flexi_minutes(unit: Unit, start: datetime) -> dict[str, int]:
    until_start = max(int((start - unit.now) / timedelta(minutes=1)), 1)
    rules = unit.profile.enquiries
    return {
        "hold": min(rules.flexi_payment_hours * MINUTES_PER_HOUR, until_start),
        "trial_decision": rules.trial_decision_hours * MINUTES_PER_HOUR,
    }


async def _place_trial(
    unit: Unit, row: Any, main: Draft, diary: Diary, booking: BookingFacts
) -> BookingFacts:
    """A booking of its own. A free one is firm at once."""
    terms = row.trial
    start = datetime.fromisoformat(terms["start"])
    span = Span(start, start + timedelta(minutes=terms["minutes"]))
    price = Money(terms["price"], row.currency)
    line = LineFacts("trial", main.lines[0].ref_id, f"Trial: {main.lines[0].name}", 1, price, price)
    draft = replace(
        main,
        process=TRIAL,
        state=None if price else "confirmed",
        span=span,
        lines=(line,),
        slots=diary.slots(span),
        total=price,
        details={**_details(row), "trial_of": str(booking.id)},
        minutes={"hold": _flexi_minutes(unit, start)["hold"]},
        hold_until=None,
        release_on=None,
    )
    trial = await place_booking(unit, draft, ActorKind.provider)
    if not price:
        await allocations.make_firm(unit, trial.id)
        await bookings.change(unit, trial.id, hold_expires_at=None)
    return trial


def _place(row: Any, diary: Diary) -> dict[str, str]:
    """Where it takes place: at the customer's, or where the provider works."""
    provider = diary.provider
    who = diary.member.name if diary.member else provider.name
    if row.travel_option == TravelMode.client_location:
        return {"resource": who, "name": "At the customer's", "address": row.address}
    address = f"{provider.base.address}, {provider.base.city}" if provider.base else ""
    return {"resource": who, "name": provider.name, "address": address}


def _details(row: Any) -> dict[str, Any]:
    details: dict[str, Any] = {
        "enquiry_id": str(row.id),
        "travel_option": row.travel_option,
        "notes": row.notes,
    }
    if row.travel_option == TravelMode.client_location:
        details["location"] = {"lat": row.lat, "lng": row.lng}
    return details
