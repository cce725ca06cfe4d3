"""Who may call the provider: merchants with the secret, people with an object's id."""

import hmac
from typing import Annotated

from fastapi import Depends, Header

from kalends.core.edge import CurrentHouse
from kalends.core.errors import Unauthenticated
from kalends.core.policy import Rule, UnitKind, Who

_MERCHANT = Rule(Who.own_credentials, "the merchant's", exempt=True)
_MERCHANT_READS = Rule(Who.own_credentials, "the merchant's", unit=UnitKind.read, exempt=True)
_PERSON = Rule(Who.public, "whose id one knows")
_LOOKING = Rule(Who.public, unit=UnitKind.read)
POLICY = {
    "POST /sandbox/v1/orders": _MERCHANT,
    "GET /sandbox/v1/orders/{order_id}": _MERCHANT_READS,
    "POST /sandbox/v1/orders/{order_id}/capture": _MERCHANT,
    "POST /sandbox/v1/refunds": _MERCHANT,
    "GET /sandbox/v1/refunds": _MERCHANT_READS,
    "GET /sandbox/v1/refunds/{gateway_refund_id}": _MERCHANT_READS,
    "POST /sandbox/v1/accounts": _MERCHANT,
    "POST /sandbox/v1/checks": _MERCHANT,
    "GET /sandbox/v1/checks/{gateway_check_id}": _MERCHANT_READS,
    "POST /sandbox/v1/payouts": _MERCHANT,
    "GET /sandbox/v1/payouts": _MERCHANT_READS,
    "GET /sandbox/v1/payouts/{gateway_payout_id}": _MERCHANT_READS,
    "GET /sandbox/v1/disputes/{gateway_dispute_id}": _MERCHANT_READS,
    "GET /sandbox/v1/movements": _MERCHANT_READS,
    "GET /sandbox/checkout/{gateway_order_id}": Rule(
        Who.public, "whose id one knows", unit=UnitKind.read
    ),
    "POST /sandbox/checkout/{gateway_order_id}": Rule(
        Who.public, "whose id one knows", unit=UnitKind.none
    ),
    "GET /sandbox/statement": _LOOKING,
    "GET /sandbox/desk": _LOOKING,
    "POST /sandbox/refunds/{gateway_refund_id}/end": _PERSON,
    "POST /sandbox/checks/{gateway_check_id}/end": _PERSON,
    "POST /sandbox/payouts/{gateway_payout_id}/end": _PERSON,
    "POST /sandbox/payments/{gateway_payment_id}/dispute": _PERSON,
    "POST /sandbox/disputes/{gateway_dispute_id}/end": _PERSON,
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
