"""Keeping payouts back: an operator does, or a dispute; each lets go of its own hold only."""

from typing import Any
from uuid import UUID

from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..errors import HeldByDispute
from ..processes import PAYOUTS
from ..repository import payouts
from ..types import BY_OPERATOR, PayoutFacts, PayoutHold
from .payout_approval import approve_by_rule, decided, fire_cancel, locked

_HELD, _CAN_WAIT = "held", ("locked", "eligible", "held")


async def hold_payouts(unit: Unit, wish: PayoutHold) -> list[UUID]:
    """Keep back what has not left yet, of a subject or a provider; return the payouts.

    What a gateway has been asked to pay cannot be held any more. The same `ref` twice holds once.
    """
    if (wish.subject is None) == (wish.provider_id is None):
        raise ValueError("a hold is of a subject or of a provider")
    rows = await payouts.lock_of(
        unit, _CAN_WAIT, subject=wish.subject, line=wish.line, provider_id=wish.provider_id
    )
    for row in rows:
        await _hold(unit, row, wish.ref, Order(ActorKind.system, wish.reason))
    return [row.id for row in rows]


async def let_go_payouts(unit: Unit, ref: str) -> list[UUID]:
    """Let go of what waits for this cause alone; return those that go on. Approvals are asked for anew."""
    freed = []
    for payout_id in await payouts.held_for(unit, ref):
        row = await payouts.lock(unit, payout_id)
        if row is None or not await payouts.drop_hold(unit, payout_id, ref):
            continue
        if row.state == _HELD:
            await _go_on(unit, row, Order(ActorKind.system, f"let go: {ref}"))
            freed.append(payout_id)
    return freed


async def hold_enough(unit: Unit, wish: PayoutHold, wanted: Money) -> Money:
    """Keep back as few of a provider's payouts as cover what is wanted, the newest first; return their sum.

    Payouts that wait for something else already do not count.
    """
    held = Money.zero(wanted.currency)
    rows = await payouts.lock_of(unit, ("eligible",), provider_id=wish.provider_id)
    for row in reversed(rows):
        if held < wanted and row.currency == wanted.currency:
            await _hold(unit, row, wish.ref, Order(ActorKind.system, wish.reason))
            held += Money(row.amount, row.currency)
    return held


async def cancel_held(unit: Unit, ref: str, reason: str) -> list[UUID]:
    """Take back what waits for this cause alone, so that its money is free; return those payouts."""
    cancelled = []
    for payout_id in await payouts.held_for(unit, ref):
        row = await payouts.lock(unit, payout_id)
        if row is None or not await payouts.drop_hold(unit, payout_id, ref):
            continue
        if row.state == _HELD:
            await fire_cancel(unit, row, Order(ActorKind.system, reason))
            cancelled.append(payout_id)
    return cancelled


async def hold_by_operator(unit: Unit, payout_id: UUID, reason: str) -> PayoutFacts:
    """An operator keeps a payout back. Raises NotFound, TransitionNotAllowed once it has left."""
    row = await locked(unit, payout_id)
    await _hold(unit, row, BY_OPERATOR, Order(ActorKind.operator, reason))
    return await decided(unit, row, "payout.held", reason)


async def release_by_operator(unit: Unit, payout_id: UUID) -> PayoutFacts:
    """The operators' own hold ends. Raises NotFound, TransitionNotAllowed, HeldByDispute."""
    row = await locked(unit, payout_id)
    if row.state == _HELD and not await payouts.drop_hold(unit, payout_id, BY_OPERATOR):
        raise HeldByDispute("decide the dispute, which lets go of it")
    await _go_on(unit, row, Order(ActorKind.operator))
    return await decided(unit, row, "payout.released")


async def _hold(unit: Unit, row: Any, ref: str, order: Order) -> None:
    """Raises TransitionNotAllowed for a payout that has left or has ended."""
    if row.state != _HELD:
        if row.state == "locked":
            await fire(unit, PAYOUTS, row.id, "hold_locked", order)
        else:
            await fire(unit, PAYOUTS, row.id, "hold", order)
        await payouts.forget_approvals(unit, row.id)
        await payouts.note(unit, row.id, held_from=row.state)
    await payouts.add_hold(unit, row.id, ref, order.reason or "")


async def _go_on(unit: Unit, row: Any, order: Order) -> None:
    """Back to where it was held. Raises TransitionNotAllowed."""
    if row.held_from == "locked" and row.state == _HELD:
        await fire(unit, PAYOUTS, row.id, "relock", order)
        return
    await fire(unit, PAYOUTS, row.id, "release", order)
    await approve_by_rule(unit, row)
