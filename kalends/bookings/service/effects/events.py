"""Effects of the booking machine that only events have."""

from dataclasses import replace

from kalends import payments
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Move, Order, fire
from kalends.core.stops import MONEY_OUT, wait_while_stopped

from ...events import BookingCancelled
from ...repository import bookings, event_lines
from ...rules.event_lines import standing
from ...rules.policy import held_until, payment_terms
from ...types import subject_of
from ..changes import Cancellation
from ..events.asking import ask
from ..events.machine import EVENT_LINES
from ..events.money import cancellation, give_back, pay_rest, promise
from ..events.tally import hold, tally
from ..instalments import agreed_anew
from .cancelling import UNPAID_BALANCE, tell_cancelled
from .due import note_money
from .release import GONE_OUT, wait_while_held

NOBODY_ANSWERED = "it was not settled in time"
_CLOCKS = {"awaiting_provider": "answer", "awaiting_payment": "payment"}


async def hold_lines(move: Move) -> None:
    """Every vendor's time is held while the state lasts that is entered now."""
    row, clock = move.subject, _CLOCKS[move.transition.target or move.subject.state]
    await hold(move.unit, row, held_until(row.policy, clock, move.unit.now, row.start_at))


async def ask_vendors(move: Move) -> None:
    await ask(move.unit, move.subject.id)


async def promise_first(move: Move) -> None:
    """The first instalment is the vendors', in locked milestones."""
    row = move.subject
    first = payment_terms(row.policy).get("deposit") or row.total
    await promise(move.unit, row, Money(first, row.currency))
    await tally(move.unit, row.id)


async def promise_rest(move: Move) -> None:
    row = move.subject
    await promise(move.unit, row, Money(row.total, row.currency))
    await tally(move.unit, row.id)


async def unlock_lines(move: Move) -> None:
    """The work is done: what is left of each vendor's money falls due."""
    await wait_while_stopped(move.unit, MONEY_OUT)
    await payments.unlock_completion(move.unit, subject_of(move.subject.id))


async def release_rest(move: Move) -> None:
    """What nobody was promised, such as money that came back from a card network, is the vendors' as well."""
    await pay_rest(move.unit, move.subject, f"release:{move.subject.id}")


async def unlock_late(move: Move) -> None:
    """What is paid after the release follows it at once."""
    if move.subject.state in GONE_OUT:
        await wait_while_held(move)
        await unlock_lines(move)


async def agree_on_all(move: Move) -> None:
    """So close to the event there is no deposit any more: all of the price is paid at once."""
    row = move.subject
    await payments.expire_payments(move.unit, subject_of(row.id))
    total = Money(row.total, row.currency)
    policy = agreed_anew(row.policy, total, start=row.start_at, now=move.unit.now)
    await bookings.change(move.unit, row.id, policy=policy)


async def begin_event(move: Move) -> None:
    await bookings.change(move.unit, move.subject.id, actual_start=move.unit.now)


async def refund_lines(move: Move) -> None:
    """Each line gives back what its vendor's tier says of what was paid for it."""
    wish, row = move.input, move.subject
    assert isinstance(wish, Cancellation)
    await give_back(move.unit, row, wish, move.reason or "cancelled")
    await _end_lines(move)
    await bookings.change(
        move.unit,
        row.id,
        cancelled_by=move.actor.value,
        cancel_reason=move.reason,
        cancelled_at=move.unit.now,
        refund_percent=wish.quote.percent,
    )
    await note_money(move)


async def cancel_lines_by_tier(move: Move) -> None:
    """As if the organiser had cancelled now, for want of the balance."""
    wish = await cancellation(move.unit, move.subject, None, move.unit.now)
    cancelled = replace(move, reason=UNPAID_BALANCE, input=wish)
    await refund_lines(cancelled)
    await tell_cancelled(cancelled)


async def give_up(move: Move) -> None:
    """Nobody answered or paid in time; nothing was paid, so nothing goes back."""
    row = move.subject
    await _end_lines(move)
    await bookings.change(
        move.unit,
        row.id,
        cancelled_by=move.actor.value,
        cancel_reason=NOBODY_ANSWERED,
        cancelled_at=move.unit.now,
    )
    move.unit.emit(
        BookingCancelled(
            booking_id=row.id,
            by=move.actor.value,
            refund_percent=0,
            refund_amount=0,
            fee=0,
            currency=row.currency,
            refund_to=payments.refund_destination(move.unit).value,
        )
    )


async def _end_lines(move: Move) -> None:
    for line in standing(await event_lines.of_booking(move.unit, move.subject.id)):
        await fire(move.unit, EVENT_LINES, line.id, "cancel", Order(ActorKind.system, move.reason))
    await tally(move.unit, move.subject.id)


EFFECTS = (
    hold_lines,
    ask_vendors,
    promise_first,
    promise_rest,
    unlock_lines,
    release_rest,
    unlock_late,
    agree_on_all,
    begin_event,
    refund_lines,
    cancel_lines_by_tier,
    give_up,
)
