"""Cardholders' complaints, and how they end."""

from kalends.core.errors import NotFound
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind
from kalends.core.states import MACHINES, Order, begin, fire
from kalends.core.unit import Unit

from ..errors import SandboxDisputeRefused
from ..names import new_name
from ..repository import disputes
from ..types import DisputeFacts
from .orders import locked_payment

PROCESS = "sandbox_dispute"


async def open_dispute(unit: Unit, payment_id: str, amount: int | None = None) -> DisputeFacts:
    """A cardholder complains about so much of a payment, or about all that is left of it.

    Raises NotFound, SandboxDisputeRefused.
    """
    order = await locked_payment(unit, payment_id)
    wanted = order.left.amount if amount is None else amount
    if not 0 < wanted <= order.left.amount:
        raise SandboxDisputeRefused(f"at most {order.left} can be disputed")
    row = await disputes.add(
        unit.session,
        {
            "id": new_id(),
            "process": PROCESS,
            "state": "open",
            "state_since": unit.now,
            "version": 1,
            "dispute_id": new_name("disp"),
            "order_id": order.id,
            "amount": wanted,
            "currency": order.amount.currency,
            "created_at": unit.now,
        },
    )
    await begin(unit, MACHINES[PROCESS], row, ActorKind.customer)
    return await get_dispute(unit, row.dispute_id)


async def get_dispute(unit: Unit, dispute_id: str) -> DisputeFacts:
    """Raises NotFound."""
    found = await disputes.by_dispute_id(unit.session, dispute_id)
    if found is None:
        raise NotFound
    return found


async def end_dispute(unit: Unit, dispute_id: str, *, won: bool) -> DisputeFacts:
    """The card network decides. Raises NotFound, TransitionNotAllowed."""
    known = await get_dispute(unit, dispute_id)
    step = "win" if won else "lose"
    await fire(unit, MACHINES[PROCESS], known.id, step, Order(ActorKind.gateway))
    return await get_dispute(unit, dispute_id)
