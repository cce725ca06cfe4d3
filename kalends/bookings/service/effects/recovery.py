"""Effects of the booking machine when whoever was booked cannot come."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kalends import payments
from kalends.core.states import Move

from ...errors import SlotTaken
from ...events import BookingAtRisk, BookingDeclined, RankingReviewStarted
from ...repository import allocations, bookings, recovery
from ...rules.guards import owes_balance
from ...rules.policy import held_until
from ...types import subject_of
from ..freed import swap_time
from ..handover import Leaving, Takeover
from ..instalments import agreed_anew
from .due import note_money, settle_difference

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
    """The new time is taken and the old one let go in one step. Raises SlotTaken; then nothing has changed.

    Whoever stays keeps what they have, whatever they would need between two jobs by now.
    """
    unit, row, to = move.unit, move.subject, _takeover(move)
    changing = {to.leaving, to.coming}
    staying = [s for s in await allocations.slots_of(unit, row.id) if s.resource_id not in changing]
    slots = sorted([*staying, *to.booking.slots], key=lambda slot: slot.start)
    until = row.hold_expires_at and held_until(row.policy, "approval", unit.now, row.start_at)
    if await swap_time(unit, row.id, slots, until):
        raise SlotTaken(
            "they have just been booked; choose somebody else", reason="taken", nearest=[]
        )
    await bookings.replace_lines(unit, row.id, to.booking.lines)
    await _settle(move, to)
    await bookings.change(
        unit,
        row.id,
        staff_id=to.coming if row.staff_id == to.leaving else row.staff_id,
        staff_user_ids=list(to.user_ids),
        place=row.place | {"resource": to.name},
        total=to.booking.total.amount,
        hold_expires_at=until,
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
        if to.premiums and owes_balance(row, unit.now) is not None:
            await _return_premiums(move, to)
        else:
            await settle_difference(replace(move, input=to.booking))
        return
    await payments.expire_payments(unit, subject_of(row.id))
    anew = agreed_anew(row.policy, to.booking.total, start=row.start_at, now=unit.now)
    await bookings.change(unit, row.id, policy=anew)


async def _return_premiums(move: Move, to: Takeover) -> None:
    """Each as what was paid for it, so that no other line gives back less later."""
    row = move.subject
    for position in to.premiums:
        order = payments.RefundOrder(
            subject=subject_of(row.id),
            user_id=row.customer_id,
            amount=to.booking.lines[position].subtotal,
            reason="the owner does not come",
            key=f"line:{row.id}:{position}",
            line=str(position),
        )
        await payments.refund(move.unit, order)
    await note_money(move)


def _leaving(move: Move) -> Leaving:
    assert isinstance(move.input, Leaving)
    return move.input


def _takeover(move: Move) -> Takeover:
    assert isinstance(move.input, Takeover)
    return move.input


EFFECTS = (note_decline, propose_replacement, take_replacement, alert_owner)
