"""Payouts: once per key."""

from dataclasses import dataclass

from kalends.core.errors import NotFound
from kalends.core.gateways import PayoutStatus
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import MACHINES, Order, begin, fire
from kalends.core.unit import Unit

from ..errors import SandboxKeyReused
from ..names import new_name
from ..repository import payouts
from ..rules import PAYOUT, payout_fee, payout_process
from ..types import PayoutFacts
from .accounts import get_account

_STEPS = {
    PayoutStatus.processed: "process",
    PayoutStatus.failed: "fail",
    PayoutStatus.reversed: "reverse",
}


@dataclass(frozen=True, slots=True)
class PayoutWish:
    account_id: str
    amount: Money
    key: str
    narration: str


async def payout(unit: Unit, wish: PayoutWish) -> PayoutFacts:
    """Pay out, once per key; return the payout as it is now. Raises NotFound, SandboxKeyReused."""
    account = await get_account(unit, wish.account_id)
    row = await payouts.add(
        unit.session,
        {
            "id": new_id(),
            "process": payout_process(account.ending),
            "state": "processing",
            "state_since": unit.now,
            "version": 1,
            "payout_id": new_name("pout"),
            "key": wish.key,
            "account_id": account.id,
            "amount": wish.amount.amount,
            "currency": wish.amount.currency,
            "fee": payout_fee(account.ending),
            "narration": wish.narration,
            "created_at": unit.now,
        },
    )
    if row is not None:
        await begin(unit, MACHINES[PAYOUT], row, ActorKind.gateway)
    known = await payouts.by_key(unit.session, wish.key)
    if known is None or (known.account_id, known.amount) != (wish.account_id, wish.amount):
        raise SandboxKeyReused(f"key {wish.key} was used for another payout")
    return known


async def get_payout(unit: Unit, payout_id: str) -> PayoutFacts:
    """Raises NotFound."""
    found = await payouts.by_payout_id(unit.session, payout_id)
    if found is None:
        raise NotFound
    return found


async def find_payout(unit: Unit, key: str) -> list[PayoutFacts]:
    """The payout that was made with this key, or nothing."""
    found = await payouts.by_key(unit.session, key)
    return [found] if found else []


async def end_payout(unit: Unit, payout_id: str, status: PayoutStatus) -> PayoutFacts:
    """The bank's word on a payout. Raises NotFound, TransitionNotAllowed."""
    known = await get_payout(unit, payout_id)
    await fire(unit, MACHINES[PAYOUT], known.id, _STEPS[status], Order(ActorKind.gateway))
    return await get_payout(unit, payout_id)
