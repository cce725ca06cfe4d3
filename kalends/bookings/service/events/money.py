"""The money of an event: what a payment brings is each vendor's in proportion, and what goes back as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kalends import payments
from kalends.billing import RefundQuote, allocate_over, refund_for, settle_by, tier_percent
from kalends.core.money import Money
from kalends.core.unit import Unit

from ...repository import event_lines
from ...rules.policy import Policy
from ...types import subject_of
from ...types.events import EventLine, LineShare
from ..changes import Cancellation
from .terms import fees_of, tiers_of


@dataclass(frozen=True, slots=True)
class Share:
    """One line's part of a payment, and what the marketplace and the tax office get of it."""

    line: EventLine
    amount: Money
    commission: Money
    taxes: tuple[tuple[str, Money], ...]


def shares_of(lines: Sequence[EventLine], amount: Money) -> list[Share]:
    """Divide a payment over the lines by what each still lacks; the parts add up to the payment.

    The commissions of a line's parts add up to that of the whole, whatever the parts are.
    """
    parts = allocate_over([line.price - line.allocated for line in lines], amount)
    return [_share(line, part) for line, part in zip(lines, parts, strict=True) if part]


def _share(line: EventLine, part: Money) -> Share:
    fees, nothing = fees_of(line), Money.zero(part.currency)
    before, after = settle_by(fees, line.allocated), settle_by(fees, line.allocated + part)
    commission = after.commission - before.commission
    taxes = tuple(
        (name, tax - earlier)
        for (name, tax), (_, earlier) in zip(after.taxes, before.taxes, strict=True)
    )
    taken = sum((tax for _, tax in taxes), commission)
    if min(commission, *(tax for _, tax in taxes), nothing) < nothing or taken >= part:
        return Share(line, part, nothing, ())  # too little to divide: all of it is the vendor's
    return Share(line, part, commission, taxes)


async def promise(unit: Unit, row: Any, most: Money) -> None:
    """Promise the vendors what has been paid and is nobody's yet: so much in all, as locked milestones."""
    subject = subject_of(row.id)
    lines = _approved(await event_lines.of_booking(unit, row.id))
    promised = Money(sum(line.allocated.amount for line in lines), most.currency)
    free = await payments.releasable_of(unit, subject, most.currency)
    amount = min(free, most - promised)
    if amount.amount <= 0:
        return
    for share in shares_of(lines, amount):
        order = payments.MilestoneOrder(
            subject=subject,
            line=str(share.line.id),
            provider_id=share.line.provider_id,
            amount=share.amount,
            commission=share.commission,
            taxes=share.taxes,
            instalment=str(row.version),
        )
        await payments.create_milestone_payouts(unit, order)
        await event_lines.give(unit, share.line.id, allocated=share.amount.amount)


async def cancellation(unit: Unit, row: Any, percent: int | None, at: datetime) -> Cancellation:
    """What a cancellation at that moment gives back of each line: so much, or (None) by its vendor's tier."""
    lines = [x for x in await event_lines.of_booking(unit, row.id) if x.allocated > x.returned]
    ahead, shares = row.start_at - at, []
    for line, base in await _left_of(unit, row, lines):
        rate = tier_percent(tiers_of(line), ahead) if percent is None else percent
        quote = refund_for(base, rate)
        shares.append(LineShare(line.id, rate, quote.amount, quote.fee))
    return Cancellation(_sum(shares, row, ahead, percent), lines=tuple(shares))


async def _left_of(
    unit: Unit, row: Any, lines: Sequence[EventLine]
) -> list[tuple[EventLine, Money]]:
    """What of each line's money can still go back: less what a card network has taken of all."""
    paid = [line.allocated - line.returned for line in lines]
    known = await payments.payments_of(unit, subject_of(row.id))
    left = sum(
        (p.amount - p.refunded - p.charged_back for p in known if p.captured_at),
        Money.zero(row.currency),
    )
    whole = sum(paid, Money.zero(row.currency))
    return list(zip(lines, allocate_over(paid, min(whole, left)) if paid else [], strict=True))


def _sum(
    shares: Sequence[LineShare], row: Any, ahead: timedelta, percent: int | None
) -> RefundQuote:
    """All lines together; the percentage is what they come to."""
    back = Money(sum(one.amount.amount for one in shares), row.currency)
    kept = Money(sum(one.fee.amount for one in shares), row.currency)
    rates = {one.percent for one in shares}
    if not rates:
        tiers = Policy.read(row.policy).tiers
        rates = {tier_percent(tiers, ahead) if percent is None else percent}
    whole = (back + kept).amount
    rate = rates.pop() if len(rates) == 1 else back.amount * 100 // whole
    return RefundQuote(rate, back, kept)


async def give_back(unit: Unit, row: Any, wish: Cancellation, reason: str) -> None:
    """Take back what was promised, refund each line, and let each vendor have what is kept of its own.

    What a vendor has been paid already comes back from that vendor, when nobody else's money is left.
    """
    lines = {line.id: line for line in await event_lines.of_booking(unit, row.id)}
    subject, owed = subject_of(row.id), dict[UUID, Money]()
    for one in wish.lines:
        await payments.cancel_milestones(unit, subject, reason, line=str(one.line_id))
    free = await _divided(unit, row, [lines[one.line_id] for one in wish.lines])
    for one in wish.lines:
        held = min(free[one.line_id], one.amount)
        await _refund(unit, row, (one.line_id, held), wish)
        key = f"fee:{row.id}:{one.line_id}"
        await keep(unit, row, (lines[one.line_id], free[one.line_id] - held), key)
        owed[one.line_id] = one.amount - held
        await event_lines.give(unit, one.line_id, returned=one.amount.amount)
    for line_id, amount in owed.items():
        await _refund(unit, row, (line_id, amount), wish, of=lines[line_id].provider_id)


async def pay_rest(unit: Unit, row: Any, key: str) -> None:
    """What is nobody's of a settled event is its vendors'."""
    lines = [line for line in await event_lines.of_booking(unit, row.id) if line.allocated]
    parts = await _divided(unit, row, lines)
    for line in lines:
        await keep(unit, row, (line, parts[line.id]), f"{key}:{line.id}")


async def keep_of_line(unit: Unit, row: Any, line_id: UUID, amount: Money, key: str) -> None:
    """What was to go back of a line, and does not, is its vendor's after all."""
    lines = {line.id: line for line in await event_lines.of_booking(unit, row.id)}
    await event_lines.give(unit, line_id, returned=-amount.amount)
    await keep(unit, row, (lines[line_id], amount), f"{key}:{line_id}")


async def _divided(unit: Unit, row: Any, lines: Sequence[EventLine]) -> dict[UUID, Money]:
    """What nobody is promised of the escrow, divided over the lines by what each has not been granted of
    its own; where that says nothing, by what was paid for each.
    """
    free = await payments.releasable_of(unit, subject_of(row.id), row.currency)
    granted, nothing = await payments.granted_of(unit, subject_of(row.id)), Money.zero(row.currency)
    if not lines or not free:
        return dict.fromkeys((line.id for line in lines), nothing)
    paid = [line.allocated - line.returned for line in lines]
    wants = [
        max(amount - granted.get(str(line.id), nothing), nothing)
        for line, amount in zip(lines, paid, strict=True)
    ]
    weights = wants if any(wants) else [line.allocated for line in lines]
    parts = allocate_over(weights, free)
    return {line.id: part for line, part in zip(lines, parts, strict=True)}


async def _refund(
    unit: Unit,
    row: Any,
    part: tuple[UUID, Money],
    wish: Cancellation,
    of: UUID | None = None,
) -> None:
    line_id, amount = part
    if amount.amount <= 0:
        return
    order = payments.RefundOrder(
        subject=subject_of(row.id),
        user_id=row.customer_id,
        amount=amount,
        reason="cancelled",
        key=f"cancel:{row.id}:{line_id}" + (":provider" if of else ""),
        destination=payments.refund_destination(unit, wish.refund_to),
        source=payments.RefundSource.provider if of else payments.RefundSource.escrow,
        provider_id=of,
        line=str(line_id),
    )
    await payments.refund(unit, order)


async def keep(unit: Unit, row: Any, part: tuple[EventLine, Money], key: str) -> None:
    """What is kept of a line is its vendor's, less commission and tax; a fee the platform's, by policy."""
    line, amount = part
    if amount.amount <= 0:
        return
    to_platform = key.startswith("fee") and Policy.read(row.policy).fee_to == "platform"
    shares = settle_by(fees_of(line), amount)
    await payments.release_escrow(
        unit,
        payments.ReleaseOrder(
            subject=subject_of(row.id),
            provider_id=line.provider_id,
            commission=amount if to_platform else shares.commission,
            taxes=() if to_platform else shares.taxes,
            key=key,
            amount=amount,
        ),
    )


def _approved(lines: Sequence[EventLine]) -> list[EventLine]:
    return [line for line in lines if line.state == "approved"]
