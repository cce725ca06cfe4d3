"""What a browser brings back from the checkout: a reason to ask the gateway, nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kalends.core.errors import GatewayUnavailable
from kalends.core.gateways import BadSignature, GatewayError
from kalends.core.house import House
from kalends.core.principal import Principal
from kalends.core.unit import open_unit

from ..access import access_payment_row
from ..errors import InvalidSignature
from ..repository import payments
from ..types import PaymentFacts
from .apply import ask
from .gateways import default_gateway, port_of


@dataclass(frozen=True, slots=True)
class CheckoutAnswer:
    """`payload` is what the checkout returned, untouched."""

    gateway: str | None
    gateway_order_id: str
    payload: Mapping[str, Any]


async def verify_payment(
    house: House, principal: Principal, answer: CheckoutAnswer
) -> PaymentFacts:
    """Check the signature, ask the gateway, apply what it says; return the payment as it is then.

    Raises InvalidSignature, NotFound, UnknownGateway, GatewayUnavailable.
    """
    name = answer.gateway or default_gateway(house)
    order_id = _signed_order(house, name, answer)
    async with open_unit(house, principal, read_only=True) as unit:
        payment = access_payment_row(unit, await payments.by_order(unit, name, order_id))
    try:
        await ask(house, payment)
    except GatewayError as error:
        raise GatewayUnavailable(
            "the payment provider does not answer; your payment is safe, ask again", retry_after=5
        ) from error
    async with open_unit(house, principal, read_only=True) as unit:
        return payments.facts(await payments.reread(unit, payment.id))


def _signed_order(house: House, name: str, answer: CheckoutAnswer) -> str:
    try:
        signed = port_of(house, name).verify_checkout(answer.payload)
    except BadSignature as error:
        raise InvalidSignature("the checkout's answer was not signed by the provider") from error
    if signed != answer.gateway_order_id:
        raise InvalidSignature("the checkout's answer belongs to another order")
    return signed
