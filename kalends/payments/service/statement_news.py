"""What a statement tells and no webhook did: our objects are asked about before anything is compared."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from kalends.core.gateways import GatewayError
from kalends.core.house import House
from kalends.core.principal import GATEWAY
from kalends.core.unit import open_unit

from ..errors import UnknownGateway
from ..repository import payments, refunds
from ..types import Moved, Ours, Theirs, Thing
from .apply import ask
from .gateways import port_of
from .refund_apply import apply_refund

_log = structlog.get_logger()


async def ask_about_orders(
    house: House, gateway: str, told: Sequence[Theirs], known: Mapping[str, Ours]
) -> bool:
    """Ask about orders of ours for which a payment is told that we do not know: somebody paid twice.

    Whether anything was asked. An order whose gateway does not answer is left for the next round.
    """
    orders = {
        theirs.order_id
        for theirs in told
        if theirs.thing is Thing.payment and theirs.object_id not in known and theirs.order_id
    }
    asked = False
    for order_id in sorted(orders):
        async with open_unit(house, read_only=True) as unit:
            payment = await payments.by_order(unit, gateway, order_id)
        if payment is not None:
            asked = await _asked(house, payment) or asked
    return asked


async def ask_about_refunds(
    house: House, gateway: str, told: Sequence[Theirs], known: Mapping[str, Ours]
) -> bool:
    """Ask about refunds that are complete for us and came back by the statement: the webhook was lost.

    The gateway's own word moves the refund, not the statement's. Whether anything was asked.
    """
    asked = False
    for theirs in told:
        ours = known.get(theirs.object_id)
        doubted = ours is not None and ours.moved is Moved.yes and theirs.moved is Moved.no
        if theirs.thing is Thing.refund and doubted and ours is not None and ours.id is not None:
            asked = await _asked_refund(house, gateway, ours.id) or asked
    return asked


async def _asked_refund(house: House, gateway: str, refund_id: UUID) -> bool:
    async with open_unit(house, read_only=True) as unit:
        refund = await refunds.by_id(unit, refund_id)
        payment_id = await refunds.gateway_payment_id(unit, refund_id)
    if refund is None or refund.gateway_refund_id is None:
        return False
    try:
        seen = await port_of(house, gateway).fetch_refund(
            payment_id=payment_id, refund_id=refund.gateway_refund_id
        )
    except (GatewayError, UnknownGateway) as error:
        _log.warning("statement.unanswered", refund_id=str(refund_id), error=str(error))
        return False
    async with open_unit(house, GATEWAY) as unit:
        await apply_refund(unit, refund_id, seen)
    return True


async def _asked(house: House, payment: object) -> bool:
    try:
        await ask(house, payment)
    except (GatewayError, UnknownGateway) as error:
        _log.warning("statement.unanswered", error=str(error))
        return False
    return True
