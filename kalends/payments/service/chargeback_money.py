"""Following what a gateway takes for a card dispute, and gives back: from whom it comes, to whom it returns."""

from typing import Any

from kalends import ledger
from kalends.core.failpoints import failpoint
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..events import ChargebackMoved
from ..processes import PAYMENTS
from ..repository import chargebacks, payouts
from ..rules import movements
from ..rules.chargebacks import Sources, bear, restore
from ..types import TOP_UP, Portions
from .payout_milestones import cancel_milestones

_CARD_DISPUTE = "card dispute"


async def follow(unit: Unit, payment: Any, row: Any, taken: int) -> None:
    """Book what the gateway keeps now, beside what is booked; payment and dispute are locked.

    What it took counts on the payment, so that no refund can give the same money back.
    """
    more = taken - row.taken
    borne = chargebacks.portions(row)
    moved = Portions()
    payee = await _payee(unit, payment) if more else None
    if more > 0:
        moved = bear(more, await _sources(unit, payment, payee))
    elif more < 0:
        moved = _negative(restore(-more, borne))
    if more:
        await _book(unit, payment, row, moved, payee)
        await _note(unit, row, borne, moved)
        failpoint("payments.dispute_booked")
    counted = await chargebacks.count_on_payment(unit, payment.id, moved.counted)
    await _move_payment(unit, counted)
    if more > 0:
        await _drop_uncovered_milestones(unit, payment)


async def _sources(unit: Unit, payment: Any, payee: ledger.Account | None) -> Sources:
    origin = _origin(payment)
    accounts = [account for account in (origin, payee) if account]
    await ledger.lock(unit, *accounts)
    found = await ledger.balances(unit, accounts, payment.currency)
    owes = unit.profile.payout.chargebacks_by == "provider" and not _is_members(payee)
    return Sources(
        left=payment.amount - payment.refunded - payment.charged_back,
        in_origin=found[origin].amount,
        available=found[payee].amount if payee else None,
        provider_owes=owes,
    )


async def _payee(unit: Unit, payment: Any) -> ledger.Account | None:
    """Who had the money after escrow: the member of the staff of whom a tip is, else the provider."""
    passed_on = await ledger.entries_of(unit, movements.tip_key(payment.id))
    given = next((x.account for x in passed_on if _is_members(x.account)), None)
    return given or (payment.provider_id and ledger.provider_available(payment.provider_id))


def _is_members(account: ledger.Account | None) -> bool:
    """A member gives back what is there, and never owes."""
    return account is not None and account.kind is ledger.AccountKind.staff_tips


async def _book(
    unit: Unit, payment: Any, row: Any, moved: Portions, payee: ledger.Account | None
) -> None:
    """One posting for each who bears, of this move of the dispute; negative ones go back."""
    platform = ledger.chargebacks()
    named: list[tuple[str, str, ledger.Account, int]] = [
        ("origin", movements.CHARGEBACK, _origin(payment), moved.origin),
        ("platform", movements.CHARGEBACK, platform, moved.platform),
        ("beyond", movements.CHARGEBACK, platform, moved.beyond),
    ]
    if moved.provider and payee is not None:
        kind = movements.CHARGEBACK if _is_members(payee) else ledger.CLAWBACK
        named.insert(1, ("provider", kind, payee, moved.provider))
    gateway = ledger.gateway(payment.gateway)
    for who, kind, account, amount in named:
        if not amount:
            continue
        await ledger.move(
            unit,
            ledger.Move(
                key=f"chargeback_{who}:{row.id}:{row.moves + 1}",
                kind=kind,
                debit=account if amount > 0 else gateway,
                credit=gateway if amount > 0 else account,
                amount=Money(abs(amount), payment.currency),
                subject=payment.subject,
                memo="Card dispute" if amount > 0 else "Card dispute won",
            ),
        )


async def _note(unit: Unit, row: Any, borne: Portions, moved: Portions) -> None:
    await chargebacks.note(
        unit,
        row.id,
        taken=row.taken + moved.counted + moved.beyond,
        from_origin=borne.origin + moved.origin,
        from_provider=borne.provider + moved.provider,
        from_platform=borne.platform + moved.platform,
        beyond=borne.beyond + moved.beyond,
        moves=row.moves + 1,
    )
    unit.emit(
        ChargebackMoved(
            chargeback_id=row.id,
            number=row.moves + 1,
            subject=row.subject,
            amount=moved.counted + moved.beyond,
            currency=row.currency,
        )
    )


async def _move_payment(unit: Unit, payment: Any) -> None:
    """`charged_back` while nothing else is left of it, and back again."""
    left = payment.amount - payment.refunded - payment.charged_back
    step = None
    if payment.charged_back and not left and payment.state in {"captured", "partially_refunded"}:
        step = "charge_back"
    elif left and payment.state in {"charged_back", "refunded"}:
        step = "reinstate_part" if payment.refunded else "reinstate"
    if step is not None:
        await fire(unit, PAYMENTS, payment.id, step, Order(ActorKind.gateway, _CARD_DISPUTE))


async def _drop_uncovered_milestones(unit: Unit, payment: Any) -> None:
    """What milestones had promised and is gone cannot be paid out; the rest is released with the booking."""
    if payment.purpose == TOP_UP or not unit.profile.payout.milestones:
        return
    held = await ledger.balance(unit, ledger.escrow(payment.subject), payment.currency)
    if await payouts.claimed(unit, payment.subject) > held.amount:
        await cancel_milestones(unit, payment.subject, _CARD_DISPUTE)


def _origin(payment: Any) -> ledger.Account:
    """Where the captured money went at first."""
    if payment.purpose == TOP_UP:
        return ledger.wallet(payment.payer_id)
    return ledger.escrow(payment.subject)


def _negative(portions: Portions) -> Portions:
    return Portions(-portions.origin, -portions.provider, -portions.platform, -portions.beyond)
