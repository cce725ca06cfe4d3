"""Cancel a booking: what it gives back is shown first, and what was shown is what happens."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kalends import payments
from kalends.billing import RefundQuote, refund_for
from kalends.core.audit import Deed, record
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire, refusal
from kalends.core.unit import Unit

from ..access import Seen, access_booking
from ..errors import PreviewExpired
from ..repository import bookings
from ..rules.labels import AFTER_DECLINE
from ..rules.policy import Policy
from ..rules.processes import EVENT, PROCESSES
from ..types import BookingFacts, subject_of
from ..types.events import LineShare
from .changes import Cancellation
from .effects.cancelling import cancellation_refund, destination_of
from .events.money import cancellation
from .machine import MACHINE
from .previews import Shown, seal, unseal
from .read import get_booking
from .tiers import customer_percent

DECLINED = "declined_with_option"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """`destination` is where the refund goes; `parts` are its refunds, when it goes several ways."""

    booking: BookingFacts
    refund: RefundQuote
    destination: payments.Destination
    parts: tuple[payments.RefundFacts, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a cancellation now would give back; the token makes it hold until `expires_at`."""

    booking: BookingFacts
    refund: RefundQuote
    destination: payments.Destination
    token: str
    expires_at: datetime
    lines: tuple[LineShare, ...] = ()


async def preview_cancellation(unit: Unit, booking_id: UUID) -> Preview:
    """Run the guards and the arithmetic of a cancellation without doing it.

    Raises NotFound, TransitionNotAllowed.
    """
    seen = await access_booking(unit, booking_id)
    actor, row = await _may_cancel(unit, seen)
    wish = await _wish(unit, seen.booking, actor, unit.now)
    expires = unit.now + _lasting(unit)
    token = seal(unit, Shown.of(row, actor, wish.quote, expires))
    destination = await _planned(unit, seen.booking, wish)
    return Preview(seen.booking, wish.quote, destination, token, expires, wish.lines)


async def cancel_booking(
    unit: Unit,
    booking_id: UUID,
    reason: str,
    preview_token: str | None = None,
    refund_to: payments.Destination | None = None,
) -> Cancelled:
    """Cancel by tier for the customer, in full for the venue or an operator.

    `refund_to` counts where the marketplace lets the customer choose. Raises NotFound,
    TransitionNotAllowed, PreviewExpired.
    """
    seen = await access_booking(unit, booking_id)
    await bookings.lock(unit, booking_id)  # so that the arithmetic below is what the effects see
    actor, row = await _may_cancel(unit, seen)
    booking = await get_booking(unit, booking_id)
    if preview_token:
        wish = await _as_shown(unit, booking, preview_token, (actor, row))
    else:
        wish = await _wish(unit, booking, actor, unit.now)
    wish = replace(wish, refund_to=refund_to)
    if wish.to_wallet:
        details = {**booking.details, AFTER_DECLINE: True}
        await bookings.change(unit, booking_id, details=details)
    await fire(unit, MACHINE, booking_id, "cancel", Order(actor, reason, wish))
    return await _cancelled(unit, booking, wish)


async def override_cancellation(
    unit: Unit, booking_id: UUID, reason: str, percent: int
) -> Cancelled:
    """An operator's cancellation outside the policy: any percentage, also after the start. Audited."""
    booking = (await access_booking(unit, booking_id)).booking
    await bookings.lock(unit, booking_id)
    wish = await _worked_out(unit, booking, percent, unit.now)
    order = Order(ActorKind.operator, reason, wish)
    await fire(unit, MACHINE, booking_id, "override_cancel", order)
    detail = {"percent": percent, "amount": wish.quote.amount.amount, "reason": reason}
    await record(unit, Deed("booking.cancelled", "booking", str(booking_id), detail))
    return await _cancelled(unit, booking, wish)


async def force_complete(unit: Unit, booking_id: UUID, reason: str) -> BookingFacts:
    """An operator ends a confirmed booking at once; its escrow is then released. Audited."""
    await access_booking(unit, booking_id)
    await fire(unit, MACHINE, booking_id, "force_complete", Order(ActorKind.operator, reason))
    await record(
        unit, Deed("booking.force_completed", "booking", str(booking_id), {"reason": reason})
    )
    return await get_booking(unit, booking_id)


async def _may_cancel(unit: Unit, seen: Seen) -> tuple[ActorKind, Any]:
    """In which capacity, and the booking's row."""
    transition = PROCESSES[seen.booking.kind].find("cancel")
    actor = seen.actor_for(transition)
    row = await bookings.look(unit, seen.booking.id)
    problem = refusal(MACHINE, row, "cancel", {actor}, unit.now)
    if problem:
        raise problem
    return actor, row


async def _cancelled(unit: Unit, before: BookingFacts, wish: Cancellation) -> Cancelled:
    """What came of it: the refunds that were made say where the money goes."""
    cause = f"cancel:{before.id}"
    made = tuple(
        refund
        for refund in await payments.refunds_of(unit, subject_of(before.id))
        if refund.key.partition("#")[0].startswith(cause)
    )
    wanted = destination_of(unit, wish)
    goes = _way({refund.destination for refund in made}, wanted)
    return Cancelled(await get_booking(unit, before.id), wish.quote, goes, made)


async def _planned(unit: Unit, booking: BookingFacts, wish: Cancellation) -> payments.Destination:
    wanted = destination_of(unit, wish)
    if not wish.quote.amount or wanted is payments.Destination.wallet:
        return wanted
    order = cancellation_refund(unit, booking, wish)
    return _way({way for way, _ in await payments.plan_refund(unit, order)}, wanted)


def _way(ways: set[payments.Destination], wanted: payments.Destination) -> payments.Destination:
    """The one way that all of it goes, else the one that was wanted."""
    return next(iter(ways)) if len(ways) == 1 else wanted


async def _wish(unit: Unit, booking: BookingFacts, actor: ActorKind, at: datetime) -> Cancellation:
    """By tier for the customer, in full for who serves, for operators, and when nobody could come."""
    if booking.state == DECLINED:
        return replace(await _worked_out(unit, booking, 100, at), to_wallet=True)
    if actor is ActorKind.customer:
        return await _worked_out(unit, booking, None, at)
    fault = Policy.read(booking.policy).provider_fault_percent
    return await _worked_out(unit, booking, fault, at)


async def _worked_out(
    unit: Unit, booking: BookingFacts, percent: int | None, at: datetime
) -> Cancellation:
    """So much of what was captured, or (None) what the customer's own tier is at that moment."""
    if booking.kind == EVENT.name:
        return await cancellation(unit, await bookings.look(unit, booking.id), percent, at)
    rate = customer_percent(booking.policy, booking.start, at) if percent is None else percent
    return Cancellation(refund_for(await payments.escrow_of(unit, subject_of(booking.id)), rate))


async def _as_shown(
    unit: Unit, booking: BookingFacts, token: str, now: tuple[ActorKind, Any]
) -> Cancellation:
    """The refund that the preview showed, while it holds, the booking stands as it did, and the money, too."""
    actor, row = now
    shown = unseal(unit, token)
    wish = await _wish(unit, booking, actor, shown.until - _lasting(unit))
    if shown != Shown.of(row, actor, wish.quote, shown.until):
        raise PreviewExpired
    return wish


def _lasting(unit: Unit) -> timedelta:
    return timedelta(minutes=unit.profile.cancellation.preview_minutes)
