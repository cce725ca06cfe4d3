"""Creating, moving and cancelling bookings."""

from uuid import UUID

from fastapi import Response

from kalends.billing import (
    AddonUnavailable,
    KindNotOffered,
    QuoteExpired,
    QuoteMismatch,
    StaffNotQualified,
    SubscriptionRequired,
    TooFarAway,
)
from kalends.core.edge import CurrentUnit
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.unit import Unit
from kalends.core.wire import MoneyRead
from kalends.ledger import InsufficientFunds

from ..access import access_booking
from ..errors import (
    BalanceFirst,
    BookingFrozen,
    OwnVenue,
    PreviewExpired,
    SlotTaken,
    SlotUnavailable,
    TooManyHolds,
    VenueRequired,
)
from ..rules.ranges import Span
from ..schemas import (
    BookingRead,
    BookingRequest,
    CancellationPreviewRead,
    CancelRead,
    CancelRequest,
    ForceCompleteRequest,
    LineRefundRead,
    OverrideRequest,
    ParticipantRequest,
    RefundPartRead,
    RefundRead,
    ReschedulePreviewRead,
    RescheduleRequest,
)
from ..service import cancel as cancelling
from ..service import kinds
from ..service.days import invite_guest
from ..service.present import document, price_document
from ..service.reschedule import NewTime, preview_reschedule, reschedule_booking
from .base import as_json, routes


@routes.add(
    "POST /bookings",
    summary="Book a room, or somebody's time",
    errors=[
        NotFound,
        KindNotOffered,
        AddonUnavailable,
        StaffNotQualified,
        TooFarAway,
        SlotTaken,
        SlotUnavailable,
        QuoteExpired,
        QuoteMismatch,
        TooManyHolds,
        OwnVenue,
        SubscriptionRequired,
        VenueRequired,
    ],
    response_model=BookingRead,
    status_code=201,
)
async def book(unit: CurrentUnit, body: BookingRequest) -> Response:
    """The slot is held until it is paid for, or until `hold_expires_at`."""
    return as_json(document(unit, await kinds.book(unit, body)), 201)


@routes.add(
    "POST /bookings/{booking_id}/cancel",
    summary="Cancel, with the refund that the policy gives",
    errors=[NotFound, TransitionNotAllowed, BookingFrozen, PreviewExpired],
    response_model=CancelRead,
)
async def cancel(unit: CurrentUnit, booking_id: UUID, body: CancelRequest) -> Response:
    """Send the preview's token to get exactly what was shown."""
    done = await cancelling.cancel_booking(
        unit, booking_id, body.reason, body.preview_token, body.refund_to
    )
    return as_json(_cancelled(unit, done))


@routes.add(
    "GET /bookings/{booking_id}/cancellation-preview",
    summary="What a cancellation now would give back",
    errors=[NotFound, TransitionNotAllowed, BookingFrozen],
)
async def preview_cancel(unit: CurrentUnit, booking_id: UUID) -> CancellationPreviewRead:
    shown = await cancelling.preview_cancellation(unit, booking_id)
    refund = refund_read(shown.refund, shown.destination)
    return CancellationPreviewRead(
        refund=refund,
        lines=[LineRefundRead.model_validate(n, from_attributes=True) for n in shown.lines],
        preview_token=shown.token,
        expires_at=shown.expires_at,
    )


@routes.add(
    "PUT /bookings/{booking_id}/reschedule",
    summary="Move a booking",
    errors=[
        NotFound,
        TransitionNotAllowed,
        BookingFrozen,
        SlotTaken,
        SlotUnavailable,
        InsufficientFunds,
        BalanceFirst,
    ],
    response_model=BookingRead,
)
async def reschedule(unit: CurrentUnit, booking_id: UUID, body: RescheduleRequest) -> Response:
    """Same id, same number. A dearer time is charged to the wallet, a cheaper one refunded to it."""
    new = await _new_time(unit, booking_id, body)
    return as_json(document(unit, await reschedule_booking(unit, booking_id, new)))


@routes.add(
    "POST /bookings/{booking_id}/reschedule-preview",
    summary="What a move would cost",
    errors=[
        NotFound,
        TransitionNotAllowed,
        BookingFrozen,
        SlotTaken,
        SlotUnavailable,
        BalanceFirst,
    ],
)
async def preview_move(
    unit: CurrentUnit, booking_id: UUID, body: RescheduleRequest
) -> ReschedulePreviewRead:
    move = await preview_reschedule(unit, booking_id, await _new_time(unit, booking_id, body))
    price = price_document(move.lines, move.total)
    return ReschedulePreviewRead.model_validate(
        {"price": price, "difference": MoneyRead.of(move.difference)}
    )


@routes.add(
    "POST /bookings/{booking_id}/participants",
    summary="Let another user take part",
    errors=[NotFound],
    response_model=BookingRead,
)
async def invite(unit: CurrentUnit, booking_id: UUID, body: ParticipantRequest) -> Response:
    """A guest sees the booking and gets its mails, but cannot change it."""
    return as_json(document(unit, await invite_guest(unit, booking_id, body.email)))


@routes.add(
    "POST /admin/bookings/{booking_id}/cancel",
    summary="Cancel outside the policy",
    errors=[NotFound, TransitionNotAllowed, BookingFrozen],
    response_model=CancelRead,
)
async def override(unit: CurrentUnit, booking_id: UUID, body: OverrideRequest) -> Response:
    done = await cancelling.override_cancellation(
        unit, booking_id, body.reason, body.refund_percent
    )
    return as_json(_cancelled(unit, done))


@routes.add(
    "POST /admin/bookings/{booking_id}/force-complete",
    summary="End a confirmed booking now",
    errors=[NotFound, TransitionNotAllowed],
    response_model=BookingRead,
)
async def force_complete(
    unit: CurrentUnit, booking_id: UUID, body: ForceCompleteRequest
) -> Response:
    return as_json(document(unit, await cancelling.force_complete(unit, booking_id, body.reason)))


def _cancelled(unit: Unit, done: cancelling.Cancelled) -> dict[str, object]:
    refund = refund_read(done.refund, done.destination).model_dump(mode="json")
    parts = [RefundPartRead.model_validate(part, from_attributes=True) for part in done.parts]
    return {
        "booking": document(unit, done.booking),
        "refund": refund,
        "refunds": [part.model_dump(mode="json") for part in parts],
    }


def refund_read(quote: object, destination: str) -> RefundRead:
    fields = {name: getattr(quote, name) for name in ("percent", "amount", "fee")}
    return RefundRead.model_validate(fields | {"destination": destination}, from_attributes=True)


async def _new_time(unit: Unit, booking_id: UUID, body: RescheduleRequest) -> NewTime:
    booking = (await access_booking(unit, booking_id)).booking
    end = body.new_end_time or body.new_start_time + (booking.end - booking.start)
    return NewTime(Span(body.new_start_time, end), body.reason)
