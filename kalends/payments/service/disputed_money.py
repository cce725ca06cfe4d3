"""Money that a dispute about a booking is about: kept back wherever it is, and let go or given back once."""

from kalends import ledger
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..repository import payments, payouts
from ..rules import movements
from ..types import TOP_UP, Held, MoneyHold, PayoutHold, RefundFacts, Ruling
from .payout_holds import cancel_held, hold_enough, hold_payouts, let_go_payouts
from .refund import refund


async def left_of(unit: Unit, subject: str) -> Money:
    """What of the subject's payments may still go back to the customer; they stay locked.

    Not what was refunded or charged back, nor what a card network is deciding about.
    """
    captured = await payments.lock_refundable(unit, subject)
    left = [
        max(p.amount - p.refunded - p.charged_back - p.disputed, 0)
        for p in captured
        if p.purpose != TOP_UP
    ]
    currency = captured[0].currency if captured else unit.profile.currency
    return Money(sum(left), currency)


async def hold_money(unit: Unit, wish: MoneyHold) -> Held:
    """Keep back what of the amount has left escrow: payouts of the subject, then what is available to the
    provider, then as few of the provider's other payouts as cover the rest. Return what was found.

    What lies in escrow is the booking's to freeze. Once for each `ref`.
    """
    await payouts.one_at_a_time(unit, wish.provider_id)
    await hold_payouts(unit, PayoutHold(wish.ref, wish.reason, wish.subject, line=wish.line))
    await payouts.lock_of(unit, ("eligible",), provider_id=wish.provider_id)
    out = await _out_of_escrow(unit, wish)
    in_payouts = await payouts.held_amount(unit, wish.ref, out.currency)
    reserved = await _reserve(unit, wish, max(out - in_payouts, Money.zero(out.currency)))
    short = out - in_payouts - reserved
    if short.amount > 0:
        general = PayoutHold(wish.ref, wish.reason, provider_id=wish.provider_id)
        in_payouts += await hold_enough(unit, general, short)
    missing = out - in_payouts - reserved
    return Held(reserved, in_payouts, max(missing, Money.zero(out.currency)))


async def settle_hold(unit: Unit, ruling: Ruling) -> list[RefundFacts]:
    """Give back what was ruled, then let go of all that was kept back, once; return the refunds.

    With a refund the payouts that waited are taken back, so that their money is there for it; the provider
    asks for the rest anew. Raises RefundExceedsCapture.
    """
    hold = ruling.hold
    await payments.lock_refundable(unit, hold.subject)
    for payout_id in await payouts.held_for(unit, hold.ref):
        await payouts.lock(unit, payout_id)
    made = await refund(unit, ruling.refund) if ruling.refund else []
    if made:
        await cancel_held(unit, hold.ref, hold.reason)
    else:
        await let_go_payouts(unit, hold.ref)
    if ruling.reserved:
        await _move(unit, hold, movements.LET_GO, ruling.reserved)
    return made


async def _out_of_escrow(unit: Unit, wish: MoneyHold) -> Money:
    available, reserved = _accounts(wish)
    escrow = ledger.escrow(wish.subject)
    await ledger.lock(unit, escrow, available, reserved)
    held = await ledger.balance(unit, escrow, wish.amount.currency)
    if wish.line is not None:  # the rest of the escrow is other lines'
        held = Money(await payouts.claimed(unit, wish.subject, wish.line), held.currency)
    return max(wish.amount - held, Money.zero(wish.amount.currency))


async def _reserve(unit: Unit, wish: MoneyHold, wanted: Money) -> Money:
    available, _ = _accounts(wish)
    there = await ledger.balance(unit, available, wanted.currency)
    amount = min(wanted, max(there, Money.zero(wanted.currency)))
    if amount:
        await _move(unit, wish, movements.HOLD, amount)
    return amount


async def _move(unit: Unit, hold: MoneyHold, kind: str, amount: Money) -> None:
    available, reserved = _accounts(hold)
    aside = kind == movements.HOLD
    await ledger.move(
        unit,
        ledger.Move(
            key=f"{kind}:{hold.ref}",
            kind=kind,
            debit=available if aside else reserved,
            credit=reserved if aside else available,
            amount=amount,
            subject=hold.subject,
            memo="Kept back for a dispute" if aside else "Let go by a dispute",
        ),
    )


def _accounts(hold: MoneyHold) -> tuple[ledger.Account, ledger.Account]:
    provider = hold.provider_id
    return ledger.provider_available(provider), ledger.provider_reserved(provider)
