"""Who may call the provider: merchants with the secret, customers with an order's id."""

import hmac
from typing import Annotated

from fastapi import Depends, Header

from kalends.core.edge import CurrentHouse
from kalends.core.errors import Unauthenticated
from kalends.core.policy import Rule, UnitKind, Who

POLICY = {
    "POST /sandbox/v1/orders": Rule(Who.own_credentials, "the merchant's", exempt=True),
    "GET /sandbox/v1/orders/{order_id}": Rule(
        Who.own_credentials, "the merchant's", unit=UnitKind.read, exempt=True
    ),
    "POST /sandbox/v1/refunds": Rule(Who.own_credentials, "the merchant's", exempt=True),
    "GET /sandbox/checkout/{gateway_order_id}": Rule(
        Who.public, "whose id one knows", unit=UnitKind.read
    ),
    "POST /sandbox/checkout/{gateway_order_id}": Rule(
        Who.public, "whose id one knows", unit=UnitKind.none
    ),
    "GET /sandbox/statement": Rule(Who.public, unit=UnitKind.read),
}


async def access_as_merchant(
    house: CurrentHouse, authorization: Annotated[str, Header(include_in_schema=False)] = ""
) -> None:
    """Let in who sends `Authorization: Bearer <sandbox secret>`. Raises Unauthenticated."""
    secret = house.settings.sandbox_secret
    scheme, _, given = authorization.partition(" ")
    expected = secret.get_secret_value().encode() if secret else b""
    known = hmac.compare_digest(given.encode("utf-8", "replace"), expected)
    if not expected or scheme.lower() != "bearer" or not known:
        raise Unauthenticated("send Authorization: Bearer <sandbox secret>")


AsMerchant = Annotated[None, Depends(access_as_merchant)]
