"""Milestones: a line's money is promised in parts, and leaves escrow when its part falls due."""

from typing import Any
from uuid import UUID

from kalends import ledger
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.stops import MONEY_OUT, PAUSE_SECONDS, Postponed, wait_while_stopped
from kalends.core.unit import Unit

from ..access import access_payout
from ..errors import MilestoneNotCovered, MilestoneNotDue, MilestonesExceedEscrow, PayoutsPaused
from ..events import EscrowReleased
from ..processes import PAYOUTS
from ..repository import payments, payouts
from ..rules import movements
from ..rules.milestones import Part, divide
from ..rules.payout_processes import MILESTONE_PAYOUT
from ..types import Milestone, MilestoneOrder, Origin, PayoutFacts
from .ask import releasable_of, unasked_of
from .payout_approval import approve_by_rule, decided, fire_cancel

_UNSENT = ("locked", "eligible", "held")


async def create_milestone_payouts(unit: Unit, order: MilestoneOrder) -> list[PayoutFacts]:
    """Promise a provider its part of a subject's escrow, in the milestones of the profile, all locked.

    Once for each line and instalment: a repeat returns the first ones. Without milestones in the profile
    there are none. Raises ValueError when nothing is left for the provider, MilestonesExceedEscrow.
    """
    rules = unit.profile.payout
    if not rules.milestones:
        return []
    await payments.lock_refundable(unit, order.subject)
    made = await payouts.milestones_of(unit, order.subject, order.line, order.instalment)
    if not made:
        free = await releasable_of(unit, order.subject, order.amount.currency)
        if order.amount > free:
            raise MilestonesExceedEscrow(f"only {free} of the escrow is not promised yet")
        for part in divide(order, rules.milestones, rules.reservation_percent):
            await _create(unit, order, part)
        made = await payouts.milestones_of(unit, order.subject, order.line, order.instalment)
    return [payouts.facts(row) for row in made]


async def request_milestone(unit: Unit, payout_id: UUID) -> PayoutFacts:
    """A provider asks for a milestone that is due; its money leaves escrow and is set aside.

    Raises NotFound, MilestoneNotDue, MilestoneNotCovered, PayoutsPaused, TransitionNotAllowed.
    """
    payout = await access_payout(unit, payout_id)
    if payout.due_at is None:
        raise MilestoneNotDue("a completion is due when the work is done; other payouts just go on")
    try:
        await _unlock(unit, payout, ActorKind.provider)
    except Postponed as pause:
        raise PayoutsPaused("ask again later", retry_after=PAUSE_SECONDS) from pause
    return await decided(unit, payout, "payout.requested")


async def unlock_completion(unit: Unit, subject: str) -> list[UUID]:
    """The work is done: completion payouts fall due, and their money leaves escrow; return those that did.

    What an undecided refund is asking for stays locked, and the provider asks for it later. Raises
    Postponed while money is stopped.
    """
    await payments.lock_refundable(unit, subject)
    unlocked = []
    for row in await payouts.lock_of(unit, ("locked", "held"), subject=subject):
        if row.milestone != Milestone.completion:
            continue
        await payouts.note(unit, row.id, due_at=unit.now)
        if row.state == "locked" and (await unasked_of(unit, subject)).amount >= row.gross:
            await _unlock(unit, row, ActorKind.system)
            unlocked.append(row.id)
    return unlocked


async def cancel_milestones(
    unit: Unit, subject: str, reason: str, line: str | None = None
) -> Money:
    """Take back what has not been sent, of a line or of all; return what that frees in escrow.

    What had left escrow becomes available to the provider, from where a refund can claw it back.
    """
    await payments.lock_refundable(unit, subject)
    freed = 0
    for row in await payouts.lock_of(unit, _UNSENT, subject=subject, line=line):
        if "locked" in {row.state, row.held_from if row.state == "held" else None}:
            freed += row.gross
        await fire_cancel(unit, row, Order(ActorKind.system, reason))
    return Money(freed, unit.profile.currency)


async def _create(unit: Unit, order: MilestoneOrder, part: Part) -> None:
    values = {
        "provider_id": order.provider_id,
        "origin": Origin.milestone,
        "subject": order.subject,
        "line": order.line,
        "instalment": order.instalment,
        "milestone": part.milestone,
        "amount": part.net.amount,
        "currency": part.net.currency,
        "gross": part.gross.amount,
        "commission": part.commission.amount,
        "taxes": [[name, tax.amount] for name, tax in part.taxes],
        "due_at": unit.now if part.milestone is Milestone.reservation else None,
    }
    row = await payouts.add(unit, MILESTONE_PAYOUT, values)
    if row is not None:
        await begin(unit, PAYOUTS, row, ActorKind.system)


async def _unlock(unit: Unit, payout: Any, actor: ActorKind) -> None:
    """Release this part of the escrow and set aside what the provider does not owe of it."""
    await wait_while_stopped(unit, MONEY_OUT)
    await payments.lock_refundable(unit, payout.subject)
    row = await payouts.lock(unit, payout.id)
    assert row is not None
    if row.state != "locked":
        await fire(unit, PAYOUTS, row.id, "unlock", Order(actor))  # says what is possible instead
    if (await unasked_of(unit, row.subject, row.currency)).amount < row.gross:
        raise MilestoneNotCovered("ask again when the refund is decided")
    await ledger.post(unit, _release(row))
    owned = await ledger.balance(unit, ledger.provider_available(row.provider_id), row.currency)
    amount = min(row.amount, max(owned.amount, 0))
    if amount == 0:
        netted = Order(actor, "all of it went into what the provider owed")
        await payouts.note(unit, row.id, withheld=row.amount)
        await fire(unit, PAYOUTS, row.id, "net", netted)
    else:
        await payouts.note(unit, row.id, amount=amount, withheld=row.amount - amount)
        await fire(unit, PAYOUTS, row.id, "unlock", Order(actor))
        await approve_by_rule(unit, await payouts.lock(unit, row.id))
    unit.emit(
        EscrowReleased(
            subject=row.subject,
            provider_id=row.provider_id,
            amount=row.amount,
            currency=row.currency,
        )
    )


def _release(row: Any) -> ledger.Transaction:
    shares = [
        (ledger.commission(), row.commission),
        *((ledger.tax(name), amount) for name, amount in row.taxes),
        (ledger.provider_available(row.provider_id), row.amount),
    ]
    entries = [ledger.Entry(to, Money(-amount, row.currency)) for to, amount in shares if amount]
    escrow = ledger.Entry(ledger.escrow(row.subject), Money(row.gross, row.currency))
    return ledger.Transaction(
        key=f"milestone:{row.id}",
        kind=movements.RELEASE,
        subject=row.subject,
        memo=f"Release at {row.milestone}",
        entries=(escrow, *entries),
    )
