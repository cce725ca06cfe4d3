"""The dispute machine: what the names in the process's data mean."""

from typing import Any

from kalends import bookings, payments
from kalends.core.money import Money
from kalends.core.process import by_name
from kalends.core.states import Machine, Move, register

from ..events import DisputeClosed, DisputeOpened, DisputeUnderReview
from ..models import Dispute, dispute_transitions
from ..repository import disputes
from ..rules.disputes import DISPUTE
from ..types import Decision

_WHY = "dispute"


async def keep_back(move: Move) -> None:
    """Freeze exactly what it is about: the booking's escrow and, of what was released, what is there.

    Of an event that is the milestones of one line; the other vendors' money goes on its way.
    """
    row = move.subject
    await bookings.freeze_booking(move.unit, row.booking_id, _keeper(row))
    found = await payments.hold_money(move.unit, _hold(row))
    await disputes.note(
        move.unit,
        row.id,
        held=found.reserved.amount,
        in_payouts=found.in_payouts.amount,
        missing=found.missing.amount,
    )


async def settle(move: Move) -> None:
    """The customer gets what was decided; everything else is let go, once."""
    unit, row, decision = move.unit, move.subject, _decision(move)
    reserved = Money(row.held, row.currency)
    order = _refund(move, decision.refund) if decision.refund else None
    ruling = payments.Ruling(_hold(row), reserved, order)
    if row.line_id is not None and order is not None:
        line = (row.booking_id, row.line_id)
        freed = await bookings.take_line_back(unit, *line, _WHY)
        await payments.settle_hold(unit, ruling)
        await bookings.settle_line(unit, *line, (freed, order.amount), ref_of(row))
    else:
        await payments.settle_hold(unit, ruling)
    await bookings.unfreeze_booking(unit, row.booking_id, _keeper(row))
    await disputes.note(
        unit,
        row.id,
        given_back=decision.refund.amount if decision.refund else None,
        decision=decision.note,
        decided_by=unit.principal.user_id,
        decided_at=unit.now,
    )


async def tell_opened(move: Move) -> None:
    row = move.subject
    move.unit.emit(DisputeOpened(dispute_id=row.id, booking_id=row.booking_id))


async def tell_under_review(move: Move) -> None:
    row = move.subject
    move.unit.emit(DisputeUnderReview(dispute_id=row.id, booking_id=row.booking_id))


async def tell_closed(move: Move) -> None:
    row, decision = move.subject, _decision(move)
    move.unit.emit(
        DisputeClosed(
            dispute_id=row.id,
            booking_id=row.booking_id,
            outcome=decision.state.value,
            given_back=decision.refund.amount if decision.refund else 0,
            currency=row.currency,
        )
    )


def ref_of(row: Any) -> str:
    """The name under which a dispute keeps things back."""
    return f"dispute:{row.id}"


def _keeper(row: Any) -> str:
    """The same for the booking; of an event only one line is kept back."""
    return f"{bookings.OF_LINE if row.line_id else ''}{ref_of(row)}"


def _hold(row: Any) -> payments.MoneyHold:
    return payments.MoneyHold(
        ref=ref_of(row),
        reason=_WHY,
        subject=bookings.subject_of(row.booking_id),
        provider_id=row.provider_id,
        amount=Money(row.claimed, row.currency),
        line=str(row.line_id) if row.line_id else None,
    )


def _refund(move: Move, amount: Money) -> payments.RefundOrder:
    """From escrow, and what is missing there from the provider, who had got it. An operator has decided."""
    row = move.subject
    return payments.RefundOrder(
        subject=bookings.subject_of(row.booking_id),
        user_id=row.customer_id,
        amount=amount,
        reason=_WHY,
        key=ref_of(row),
        destination=payments.refund_destination(move.unit),
        source=payments.RefundSource.provider,
        provider_id=row.provider_id,
        line=str(row.line_id) if row.line_id else None,
        decided=True,
    )


def _decision(move: Move) -> Decision:
    assert isinstance(move.input, Decision)
    return move.input


MACHINE = register(
    Machine(
        name="dispute",
        table=Dispute.__table__,
        history=dispute_transitions,
        lock=disputes.lock,
        processes={DISPUTE.name: DISPUTE},
        effects=by_name((keep_back, settle, tell_opened, tell_under_review, tell_closed)),
    )
)
