"""Effects of the booking machine on appointments: approval, the work itself, and who did not come."""

from dataclasses import replace
from datetime import timedelta

from kalends import payments
from kalends.billing import refund_for
from kalends.core.principal import ActorKind
from kalends.core.states import Move

from ...errors import ChecklistOpen, SlotTaken
from ...events import (
    ApprovalWanted,
    BookingApproved,
    BookingAtRisk,
    BookingNoShow,
    BookingStarted,
    LineDropped,
)
from ...repository import allocations, bookings, work
from ...rules.policy import Policy
from ...types import subject_of
from ..changes import Cancellation, DroppedLine, Extra
from ..freed import swap_time
from ..instalments import agreed_anew
from .cancelling import cancellation_refund, refund, tell_cancelled
from .due import note_money
from .release import release

_ABSENT = {"provider_no_show": "provider", "customer_no_show": "customer"}
_REASONS = {
    "unapproved": "nobody approved it in time",
    "never_replaced": "nobody was found who could come",
}


async def ask_provider(move: Move) -> None:
    move.unit.emit(ApprovalWanted(booking_id=move.subject.id))


async def note_approval(move: Move) -> None:
    await bookings.change(move.unit, move.subject.id, approved_at=move.unit.now)
    move.unit.emit(BookingApproved(booking_id=move.subject.id))


async def cancel_in_full(move: Move) -> None:
    """It ends by itself, through no fault of the customer: all of the money goes back."""
    held = await payments.escrow_of(move.unit, subject_of(move.subject.id))
    ended = replace(
        move,
        reason=_REASONS.get(move.transition.name),
        input=Cancellation(refund_for(held, 100)),
    )
    await refund(ended)
    await tell_cancelled(ended)


async def note_start(move: Move) -> None:
    await bookings.change(move.unit, move.subject.id, actual_start=move.unit.now)


async def tell_started(move: Move) -> None:
    move.unit.emit(BookingStarted(booking_id=move.subject.id))


async def alert_next(move: Move) -> None:
    """The job goes on beyond its time: whoever is next with the same people should know."""
    soon = timedelta(minutes=move.unit.profile.availability.overrun_minutes)
    for booking_id in await work.next_after(move.unit, move.subject.id, soon):
        move.unit.emit(BookingAtRisk(booking_id=booking_id, because="overrun"))


async def check_checklist(move: Move) -> None:
    """Raises ChecklistOpen while a mandatory step is not done."""
    items = move.subject.details.get("checklist", [])
    missing = [n for n, item in enumerate(items) if item["mandatory"] and not item["done"]]
    if missing:
        raise ChecklistOpen("tick the mandatory steps first", missing=missing)


async def finish_job(move: Move) -> None:
    """When it ended and how long it took, as far as somebody said so; its people are free again."""
    unit, row = move.unit, move.subject
    await allocations.end_early(unit, row.id)
    if move.actor is ActorKind.system or row.actual_start is None:
        return
    minutes = int((unit.now - row.actual_start).total_seconds()) // 60
    details = row.details | {"duration_minutes": minutes}
    await bookings.change(unit, row.id, actual_end=unit.now, details=details)


async def add_lines(move: Move) -> None:
    """More was wanted while the work went on; it is paid when the work is done."""
    assert isinstance(move.input, Extra)
    row, more = move.subject, move.input
    await bookings.add_lines(move.unit, row.id, more.lines)
    await bookings.change(
        move.unit,
        row.id,
        total=row.total + more.amount.amount,
        extra=row.extra + more.amount.amount,
    )


async def settle_absence(move: Move) -> None:
    """All of it back when the provider did not come; else what the frozen policy leaves the customer."""
    unit, row, absent = move.unit, move.subject, _ABSENT[move.transition.name]
    policy = Policy.read(row.policy)
    percent = policy.provider_fault_percent if absent == "provider" else policy.no_show_percent
    quote = refund_for(await payments.escrow_of(unit, subject_of(row.id)), percent)
    if quote.amount:
        await payments.refund(unit, cancellation_refund(unit, row, Cancellation(quote)))
    await release(move, "fee")
    told = {
        "absent": absent,
        "reported_by": move.actor.value,
        "at": unit.now.isoformat(),
        "note": move.reason,
    }
    await bookings.change(
        unit, row.id, details=row.details | {"no_show": told}, refund_percent=percent
    )
    await note_money(move)
    unit.emit(
        BookingNoShow(
            booking_id=row.id,
            absent=absent,
            refund_amount=quote.amount.amount,
            fee=quote.fee.amount,
            currency=quote.fee.currency,
        )
    )


async def take_line_out(move: Move) -> None:
    """Its people are free, its part of the money goes back, and the rest of the visit stays as it is."""
    unit, row, to = move.unit, move.subject, _dropped(move)
    if await swap_time(unit, row.id, to.slots, row.hold_expires_at):
        raise SlotTaken("the time of the rest went to somebody else")
    await bookings.replace_lines(unit, row.id, to.lines)
    await bookings.change(unit, row.id, total=to.total.amount, **to.columns)
    if to.refund.amount:
        order = payments.RefundOrder(
            subject=subject_of(row.id),
            user_id=row.customer_id,
            amount=to.refund.amount,
            reason="part of the visit was cancelled",
            key=f"line:{row.id}:{to.position}",
            destination=payments.refund_destination(unit, to.refund_to),
            line=str(to.position),
        )
        await payments.refund(unit, order)
    if row.state == "awaiting_payment":
        await payments.expire_payments(unit, subject_of(row.id))
        anew = agreed_anew(row.policy, to.total, start=to.columns["start_at"], now=unit.now)
        await bookings.change(unit, row.id, policy=anew)
    await note_money(move)


async def tell_line_dropped(move: Move) -> None:
    to = _dropped(move)
    move.unit.emit(
        LineDropped(
            booking_id=move.subject.id,
            position=to.position,
            refund_amount=to.refund.amount.amount,
            fee=to.refund.fee.amount,
            currency=to.total.currency,
        )
    )


def _dropped(move: Move) -> DroppedLine:
    assert isinstance(move.input, DroppedLine)
    return move.input


EFFECTS = (
    ask_provider,
    note_approval,
    cancel_in_full,
    note_start,
    tell_started,
    alert_next,
    check_checklist,
    finish_job,
    add_lines,
    settle_absence,
    take_line_out,
    tell_line_dropped,
)
