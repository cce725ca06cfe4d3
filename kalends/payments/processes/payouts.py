"""The payout machine: its table, and what its steps do to the journal."""

from typing import Any

from kalends import ledger
from kalends.core.events import Event
from kalends.core.failpoints import failpoint
from kalends.core.money import Money
from kalends.core.states import Machine, Move, register
from kalends.core.wire import subject

from ..errors import PayoutNotApproved
from ..events import PayoutFailed, PayoutHeld, PayoutPaid, PayoutRequested, PayoutReversed
from ..models import payout_history
from ..repository import payout_attempts, payouts
from ..rules import movements
from ..rules.payout_processes import MILESTONE_PAYOUT, PAYOUT
from ..types import PAYOUT_SUBJECT

_REQUESTED, _HELD = frozenset({"request", "unlock", "retry"}), frozenset({"hold", "hold_locked"})


async def _reserve(move: Move) -> None:
    """Set the money aside, so that no other payout can take it. Raises InsufficientFunds."""
    payout = move.subject
    available = ledger.provider_available(payout.provider_id)
    reserved = ledger.provider_reserved(payout.provider_id)
    await _post(move, movements.PAYOUT, available, reserved)


async def _free(move: Move) -> None:
    """Taken back: what was set aside is available again. A locked milestone had set nothing aside."""
    payout = move.subject
    if payout.state == "held" and payout.held_from == "locked":
        return
    reserved = ledger.provider_reserved(payout.provider_id)
    available = ledger.provider_available(payout.provider_id)
    await _post(move, movements.PAYOUT_CANCELLED, reserved, available)


async def _check_approved(move: Move) -> None:
    """The one door to a gateway. Raises PayoutNotApproved."""
    if move.subject.approved_at is None:
        raise PayoutNotApproved(f"payout {move.subject.id} was not approved")


async def _book_paid(move: Move) -> None:
    """The gateway paid: what was set aside is gone."""
    payout = move.subject
    reserved = ledger.provider_reserved(payout.provider_id)
    await _post(move, movements.PAYOUT_PAID, reserved, await _gateway_of(move))
    await payouts.note(move.unit, payout.id, paid_at=move.unit.now)
    failpoint("payments.payout_booked")


async def _restore(move: Move) -> None:
    """It did not arrive, or came back: exactly this payout's money is available again, with its fee."""
    payout = move.subject
    available = ledger.provider_available(payout.provider_id)
    if payout.state == "paid":
        gateway = await _gateway_of(move)
        await _post(move, movements.PAYOUT_REVERSED, gateway, available)
        await _return_fee(move, gateway)
    else:
        reserved = ledger.provider_reserved(payout.provider_id)
        await _post(move, movements.PAYOUT_FAILED, reserved, available)
    await payouts.note(move.unit, payout.id, failure=move.reason, paid_at=None)


async def _tell(move: Move) -> None:
    payout = move.subject
    facts = {
        "payout_id": payout.id,
        "provider_id": payout.provider_id,
        "amount": payout.amount,
        "currency": payout.currency,
    }
    move.unit.emit(_news(move.transition.name, payout.version, facts))


def _news(step: str, version: int, facts: dict[str, Any]) -> Event:
    if step in _REQUESTED:
        return PayoutRequested(**facts)
    facts = {**facts, "version": version}
    if step in _HELD:
        return PayoutHeld(**facts)
    if step == "pay":
        return PayoutPaid(**facts)
    return PayoutFailed(**facts) if step == "fail" else PayoutReversed(**facts)


async def _return_fee(move: Move, gateway: ledger.Account) -> None:
    attempt = await _attempt_of(move)
    if not attempt.fee:
        return
    await ledger.move(
        move.unit,
        ledger.Move(
            key=f"fee_back:payout:{attempt.key}",
            kind=movements.FEE,
            debit=gateway,
            credit=ledger.gateway_fees(),
            amount=Money(attempt.fee, move.subject.currency),
            subject=subject(PAYOUT_SUBJECT, move.subject.id),
            memo="Gateway fee returned",
        ),
    )


async def _post(move: Move, kind: str, debit: ledger.Account, credit: ledger.Account) -> None:
    """One posting of this kind for each attempt, whatever is repeated."""
    payout = move.subject
    await ledger.move(
        move.unit,
        ledger.Move(
            key=f"{kind}:{payout.id}:{payout.attempt}",
            kind=kind,
            debit=debit,
            credit=credit,
            amount=Money(payout.amount, payout.currency),
            subject=subject(PAYOUT_SUBJECT, payout.id),
            memo="Payout",
        ),
    )


async def _gateway_of(move: Move) -> ledger.Account:
    return ledger.gateway((await _attempt_of(move)).gateway)


async def _attempt_of(move: Move) -> Any:
    attempt = await payout_attempts.of(move.unit, move.subject.id, move.subject.attempt)
    assert attempt is not None, "what was sent was written down first"
    return attempt


PAYOUTS = register(
    Machine(
        name="payout",
        table=payouts.PAYOUTS,
        history=payout_history,
        lock=payouts.lock,
        processes={PAYOUT.name: PAYOUT, MILESTONE_PAYOUT.name: MILESTONE_PAYOUT},
        effects={
            "reserve": _reserve,
            "free": _free,
            "check_approved": _check_approved,
            "book_paid": _book_paid,
            "restore": _restore,
            "tell": _tell,
        },
    )
)
