"""Effects of the booking machine that let money go to the provider, or keep it back."""

from typing import Any

from kalends import payments
from kalends.billing import settle
from kalends.core.failpoints import failpoint
from kalends.core.states import Move
from kalends.core.stops import MONEY_OUT, Postponed, wait_while_stopped
from kalends.core.unit import Unit

from ...events import BookingReleased
from ...repository import bookings, codes
from ...rules.policy import Policy, keepers
from ...rules.processes import EVENT
from ...types import subject_of
from ..events.money import pay_rest

GONE_OUT = frozenset({"released", "closed"})


async def wait_while_held(move: Move) -> None:
    """Put a timer off while somebody keeps the booking's money back."""
    held_by = keepers(move.subject.held_by)
    if held_by:
        raise Postponed(f"the money is kept back by {', '.join(held_by)}")


async def release_escrow(move: Move) -> None:
    """What is left in escrow goes to the provider, less commission and tax, as frozen on the booking."""
    await wait_while_stopped(move.unit, MONEY_OUT)
    await release(move, "release")
    failpoint("bookings.released")


async def tell_released(move: Move) -> None:
    move.unit.emit(BookingReleased(booking_id=move.subject.id))


async def pass_on(move: Move) -> None:
    """What is paid after the release follows it at once."""
    if move.subject.state in GONE_OUT:
        await wait_while_held(move)
        await wait_while_stopped(move.unit, MONEY_OUT)
        await release(move, f"late-release:{move.subject.version}")


async def accept_code(move: Move) -> None:
    """The customer's code was right, which is remembered; it cannot be used again."""
    await codes.forget(move.unit, move.subject.id)
    await bookings.change(move.unit, move.subject.id, code_accepted_at=move.unit.now)


async def release(move: Move, occasion: str) -> None:
    """Empty the booking's escrow. `occasion` names the cause; `fee` is what a cancellation keeps."""
    await empty_escrow(move.unit, move.subject, occasion)


async def empty_escrow(unit: Unit, row: Any, occasion: str, again: str = "") -> None:
    """Release what no refund is asked for. `again` tells apart what follows of the same occasion later."""
    if row.process == EVENT.name:
        await pay_rest(unit, row, f"{occasion}{again}:{row.id}")
        return
    policy = Policy.read(row.policy)
    held = await payments.releasable_of(unit, subject_of(row.id))
    if held.amount <= 0:
        return
    to_platform = occasion == "fee" and policy.fee_to == "platform"
    shares = settle(
        held,
        10_000 if to_platform else policy.commission_bp,
        () if to_platform else policy.taxes,
        commission_base="price" if to_platform else policy.commission_base,
        price_tax_bp=policy.price_tax_bp,
    )
    await payments.release_escrow(
        unit,
        payments.ReleaseOrder(
            subject=subject_of(row.id),
            provider_id=row.provider_id,
            commission=shares.commission,
            taxes=shares.taxes,
            key=f"{occasion}{again}:{row.id}",
        ),
    )


EFFECTS = (release_escrow, tell_released, wait_while_held, accept_code, pass_on)
