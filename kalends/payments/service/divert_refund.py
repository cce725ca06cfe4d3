"""A failed refund goes to the wallet instead, once its gateway says that no attempt of it lives."""

from typing import Any
from uuid import UUID

from kalends.core.errors import GatewayUnavailable
from kalends.core.gateways import GatewayError
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.states import Order, fire, refusal
from kalends.core.unit import Unit, open_unit

from ..access import access_refund
from ..errors import AnotherOperatorDecides, RefundMayArrive
from ..processes import REFUNDS
from ..repository import refunds
from ..types import RefundFacts
from .decide_refund import recorded
from .gateways import port_of
from .send_refund import Letter, find_living, letter_of


async def divert_refund(house: House, principal: Principal, refund_id: UUID) -> RefundFacts:
    """Ask the gateway about every attempt, then give the money to the customer's wallet. Audited.

    Raises NotFound, TransitionNotAllowed, AnotherOperatorDecides, UnknownGateway, GatewayUnavailable while
    the gateway does not say, RefundMayArrive when it has the refund after all.
    """
    async with open_unit(house, principal) as unit:
        letter = await _to_divert(unit, refund_id)
    try:
        living = await find_living(port_of(house, letter.refund.gateway), letter)
    except GatewayError as error:
        raise GatewayUnavailable(
            "the payment provider does not say what became of it; nothing was moved, try again in a moment",
            retry_after=5,
        ) from error
    if living is not None:
        raise RefundMayArrive("retry it instead, which takes up what the payment provider has")
    async with open_unit(house, principal) as unit:
        return await _divert(unit, letter)


async def _to_divert(unit: Unit, refund_id: UUID) -> Letter:
    known = await access_refund(unit, refund_id)
    _refuse(unit, known)
    if unit.user_id == known.user_id:
        raise AnotherOperatorDecides("who gets a refund does not decide where it goes")
    return await letter_of(unit, refund_id)


async def _divert(unit: Unit, letter: Letter) -> RefundFacts:
    """The answer counts for the attempts that were asked about."""
    known = await refunds.lock(unit, letter.refund.id)
    assert known is not None  # refunds are never deleted; for the type checker
    _refuse(unit, known)
    if known.attempt != letter.refund.attempt:
        raise RefundMayArrive("it was sent once more meanwhile; look at it again")
    await fire(unit, REFUNDS, known.id, "divert", Order(ActorKind.operator))
    return await recorded(unit, known.id, "refund.diverted")


def _refuse(unit: Unit, known: Any) -> None:
    problem = refusal(REFUNDS, known, "divert", {ActorKind.operator}, unit.now)
    if problem is not None:
        raise problem
