"""Cancel a booking: what it gives back is shown first, and what was shown is what happens."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kalends import payments
from kalends.billing import RefundQuote, refund_for, tier_percent
from kalends.core.audit import Deed, record
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire, refusal
from kalends.core.unit import Unit

from ..access import Seen, access_booking
from ..errors import PreviewExpired
from ..repository import bookings
from ..rules.policy import Policy
from ..rules.processes import PROCESSES
from ..types import BookingFacts, subject_of
from .changes import Cancellation
from .machine import MACHINE, cancellation_refund
from .read import get_booking

PURPOSE = "cancellation-preview"


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


async def preview_cancellation(unit: Unit, booking_id: UUID) -> Preview:
    """Run the guards and the arithmetic of a cancellation without doing it.

    Raises NotFound, TransitionNotAllowed.
    """
    seen = await access_booking(unit, booking_id)
    actor = await _may_cancel(unit, seen)
    quote = await _quote(unit, seen.booking, actor)
    expires = unit.now + timedelta(minutes=unit.profile.cancellation.preview_minutes)
    token = _seal(unit, seen.booking, quote, expires)
    destination = await _planned(unit, seen.booking, Cancellation(quote))
    return Preview(seen.booking, quote, destination, token, expires)


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
    actor = await _may_cancel(unit, seen)
    booking = await get_booking(unit, booking_id)
    quote = await _quote(unit, booking, actor)
    if preview_token:
        quote = _shown(unit, booking, preview_token, quote)
    wish = Cancellation(quote, refund_to)
    await fire(unit, MACHINE, booking_id, "cancel", Order(actor, reason, wish))
    return await _cancelled(unit, booking, wish)


async def override_cancellation(
    unit: Unit, booking_id: UUID, reason: str, percent: int
) -> Cancelled:
    """An operator's cancellation outside the policy: any percentage, also after the start. Audited."""
    booking = (await access_booking(unit, booking_id)).booking
    await bookings.lock(unit, booking_id)
    wish = Cancellation(refund_for(await _captured(unit, booking_id), percent))
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


async def _may_cancel(unit: Unit, seen: Seen) -> ActorKind:
    transition = PROCESSES[seen.booking.kind].find("cancel")
    actor = seen.actor_for(transition)
    row = await bookings.look(unit, seen.booking.id)
    problem = refusal(MACHINE, row, "cancel", {actor}, unit.now)
    if problem:
        raise problem
    return actor


async def _cancelled(unit: Unit, before: BookingFacts, wish: Cancellation) -> Cancelled:
    """What came of it: the refunds that were made say where the money goes."""
    cause = f"cancel:{before.id}"
    made = tuple(
        refund
        for refund in await payments.refunds_of(unit, subject_of(before.id))
        if refund.key.partition("#")[0] == cause
    )
    wanted = payments.refund_destination(unit, wish.refund_to)
    goes = _way({refund.destination for refund in made}, wanted)
    return Cancelled(await get_booking(unit, before.id), wish.quote, goes, made)


async def _planned(unit: Unit, booking: BookingFacts, wish: Cancellation) -> payments.Destination:
    wanted = payments.refund_destination(unit, wish.refund_to)
    if not wish.quote.amount or wanted is payments.Destination.wallet:
        return wanted
    order = cancellation_refund(unit, booking, wish)
    return _way({way for way, _ in await payments.plan_refund(unit, order)}, wanted)


def _way(ways: set[payments.Destination], wanted: payments.Destination) -> payments.Destination:
    """The one way that all of it goes, else the one that was wanted."""
    return next(iter(ways)) if len(ways) == 1 else wanted


async def _quote(unit: Unit, booking: BookingFacts, actor: ActorKind) -> RefundQuote:
    policy = Policy.read(booking.policy)
    if actor is ActorKind.customer:
        percent = tier_percent(policy.tiers, booking.start - unit.now)
    else:
        percent = policy.provider_fault_percent
    return refund_for(await _captured(unit, booking.id), percent)


async def _captured(unit: Unit, booking_id: UUID) -> Money:
    return await payments.escrow_of(unit, subject_of(booking_id))


def _seal(unit: Unit, booking: BookingFacts, quote: RefundQuote, expires: datetime) -> str:
    body = [
        str(booking.id),
        quote.percent,
        quote.amount.amount,
        quote.fee.amount,
        int(expires.timestamp()),
    ]
    packed = json.dumps(body).encode()
    return (
        base64.urlsafe_b64encode(packed + unit.house.keyring.sign(PURPOSE, packed))
        .decode()
        .rstrip("=")
    )


def _shown(unit: Unit, booking: BookingFacts, token: str, current: RefundQuote) -> RefundQuote:
    """The refund that the preview showed, while it holds and the money is still the same."""
    try:
        signed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        packed, signature = signed[:-16], signed[-16:]
        genuine = hmac.compare_digest(signature, unit.house.keyring.sign(PURPOSE, packed))
    except (binascii.Error, ValueError):
        genuine = False
    if not genuine:
        raise PreviewExpired("this preview token is not one of ours")
    booking_id, percent, amount, fee, expires = json.loads(packed)
    held = current.amount + current.fee
    too_late = datetime.fromtimestamp(expires, UTC) <= unit.now
    if booking_id != str(booking.id) or too_late or amount + fee != held.amount:
        raise PreviewExpired
    return refund_for(held, percent)
