"""Letters about appointments: to who serves and who runs the provider, and to the customer."""

from collections.abc import Mapping
from typing import Any

from kalends import identity
from kalends.bookings import BookingFacts, BookingNoShow, LineDropped
from kalends.core.money import Money
from kalends.core.unit import Unit

from .booking_letters import Notice, tell_party
from .write import Letter, write_letter


async def ask_for_approval(unit: Unit, booking: BookingFacts) -> None:
    """Unless somebody was faster, or it came to nothing."""
    if booking.state == "awaiting_provider":
        since = f"{booking.id}:{booking.start.isoformat()}:{booking.staff_id}"
        await tell_who_serves(unit, booking, ("approval_wanted", since), {})


async def tell_overrun(unit: Unit, booking: BookingFacts) -> None:
    """The job before this one goes on: both sides should know that it may begin late."""
    if booking.state != "confirmed":
        return
    occasion = booking.start.isoformat()
    await tell_party(unit, booking, Notice("booking_late", (), {}, occasion, copies=False))
    await tell_who_serves(unit, booking, ("job_late", f"{booking.id}:{occasion}"), {})


async def tell_absence(unit: Unit, booking: BookingFacts, event: BookingNoShow) -> None:
    """Who did not come, as it was said, and what that means for the money."""
    facts = {
        "absent": event.absent,
        "refund": Money(event.refund_amount, event.currency),
        "fee": Money(event.fee, event.currency),
    }
    await tell_party(unit, booking, Notice("booking_no_show", (), facts, copies=False))
    await tell_who_serves(unit, booking, ("job_no_show", str(booking.id)), facts)


async def tell_dropped(unit: Unit, booking: BookingFacts, event: LineDropped) -> None:
    """Which service was called off, and what comes back for it."""
    facts = {
        "line": booking.lines[event.position].name,
        "refund": Money(event.refund_amount, event.currency),
        "fee": Money(event.fee, event.currency),
    }
    occasion = str(event.position)
    await tell_party(unit, booking, Notice("line_dropped", (), facts, occasion, copies=False))
    place = f"{booking.id}:{event.position}"
    await tell_who_serves(unit, booking, ("job_line_dropped", place), facts)


async def tell_who_serves(
    unit: Unit, booking: BookingFacts, what: tuple[str, str], facts: Mapping[str, Any]
) -> None:
    """One letter to each of those who serve and those who run the provider; `what` is template and occasion."""
    template, occasion = what
    serving = await identity.people(unit, list(booking.staff_user_ids))
    running = await identity.managers_of(unit, booking.provider_id)
    for person in dict.fromkeys([*serving.values(), *running]):
        letter = Letter(template, occasion, person, {**facts, "booking": booking})
        await write_letter(unit, letter)
