"""Effects of the booking machine when whoever was booked cannot come."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kalends import payments
from kalends.core.states import Move

from ...errors import SlotTaken
from ...events import BookingAtRisk, BookingDeclined, RankingReviewStarted
from ...repository import allocations, bookings, recovery
from ...types import subject_of
from ..handover import Leaving, Takeover
from ..instalments import agreed_anew
from .due import settle_difference

WINDOW = timedelta(days=7)


async def note_decline(move: Move) -> None:
    """Why, for who runs the provider; the customer is told that it happened. Too many have a consequence."""
    unit, row, why = move.unit, move.subject, _leaving(move)
    who = (why.staff_id, row.provider_id)
    await recovery.add_decline(unit, row.id, who, (why.reason.value, why.note))
    unit.emit(
        BookingDeclined(booking_id=row.id, staff_id=why.staff_id, reason_code=why.reason.value)
    )
    declines = await recovery.declines_since(unit, why.staff_id, unit.now - WINDOW)
    rules = unit.profile.decline
    if declines > rules.review_after:
        until = unit.now + timedelta(days=rules.review_days)
        await recovery.put_under_review(unit, who, until, declines)
        unit.emit(RankingReviewStarted(staff_id=why.staff_id, provider_id=who[1], until=until))


async def propose_replacement(move: Move) -> None:
    """Show the customer who could come instead, if anybody can."""
    row, why = move.subject, _leaving(move)
    proposal: dict[str, Any] = {"instead_of": str(why.staff_id), "staff_id": None, "name": None}
    if why.proposal:
        proposal |= {"staff_id": str(why.proposal.staff_id), "name": why.proposal.name}
    await bookings.change(move.unit, row.id, details=row.details | {"replacement": proposal})


async def take_replacement(move: Move) -> None:
    """The new time is taken before the old one is let go. Raises SlotTaken; then nothing has changed."""
    unit, row, to = move.unit, move.subject, _takeover(move)
    if await allocations.claim_all(unit, row.id, to.new_slots, row.hold_expires_at):
        raise SlotTaken(
            "they have just been booked; choose somebody else", reason="taken", nearest=[]
        )
    await allocations.lock_calendars(unit, row.id)
    await recovery.free_member(unit, row.id, to.leaving)
    await allocations.replace_slots(unit, row.id, to.booking.slots)
    await bookings.replace_lines(unit, row.id, to.booking.lines)
    await _settle(move, to)
    await bookings.change(
        unit,
        row.id,
        staff_id=to.coming if row.staff_id == to.leaving else row.staff_id,
        staff_user_ids=list(to.user_ids),
        place=row.place | {"resource": to.name},
        total=to.booking.total.amount,
        details={k: v for k, v in row.details.items() if k != "replacement"},
    )


async def alert_owner(move: Move) -> None:
    move.unit.emit(BookingAtRisk(booking_id=move.subject.id, because="declined"))


async def _settle(move: Move, to: Takeover) -> None:
    """What was agreed to be dearer is paid from the wallet, what is cheaper goes back."""
    unit, row = move.unit, move.subject
    if not to.booking.difference.amount:
        return
    if row.paid > row.refunded:
        await settle_difference(replace(move, input=to.booking))
        return
    await payments.expire_payments(unit, subject_of(row.id))
    anew = agreed_anew(row.policy, to.booking.total, start=row.start_at, now=unit.now)
    await bookings.change(unit, row.id, policy=anew)


def _leaving(move: Move) -> Leaving:
    assert isinstance(move.input, Leaving)
    return move.input


def _takeover(move: Move) -> Takeover:
    assert isinstance(move.input, Takeover)
    return move.input


EFFECTS = (note_decline, propose_replacement, take_replacement, alert_owner)
