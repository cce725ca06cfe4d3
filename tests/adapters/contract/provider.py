"""The provider's side of the contract: what the outside world does there, and what really happened."""

from enum import StrEnum
from typing import Protocol

from kalends.core.gateways import CheckStatus, PaymentGateway, PayoutStatus

Delivery = tuple[bytes, dict[str, str]]


class Outcome(StrEnum):
    """What the customer's bank does with an order."""

    captured = "captured"
    authorized = "authorized"
    declined = "declined"


class Fault(StrEnum):
    """What happens to the next call of the adapter."""

    refused_before = "refused_before"  # 500 without an effect
    lost_after = "lost_after"  # the effect takes place, the connection is cut before the answer
    error_after = "error_after"  # the effect takes place, the answer is a 500
    limited = "limited"  # 429 without an effect
    garbage = "garbage"  # 200 with something that is not JSON, without an effect
    unreachable = "unreachable"  # nobody listens at the address


class Ability(StrEnum):
    """What not every provider can do."""

    capture = "capture"  # reserve first, take later
    payouts = "payouts"
    account_checks = "account_checks"
    disputes = "disputes"
    stale_webhooks = "stale_webhooks"  # the signature covers a time, so an old body is refused
    signed_checkouts = "signed_checkouts"  # what the browser brings back is signed
    failing_payouts = "failing_payouts"  # a payout may fail before it has left
    unclear_checks = "unclear_checks"  # a bank may not answer


class Provider(Protocol):
    """Driven by the contract's tests; `adapter` is the code under test, pointed at this provider."""

    name: str
    currency: str
    abilities: frozenset[Ability]

    @property
    def adapter(self) -> PaymentGateway: ...

    async def pay(self, order_id: str, outcome: Outcome, amount: int | None = None) -> str:
        """Let the customer pay; return the payment's id. `amount`: another one than was asked for."""
        ...

    def checkout_answer(self, order_id: str, payment_id: str) -> dict[str, str]:
        """What the browser brings back from a successful checkout."""
        ...

    async def end_refund(self, refund_id: str, *, ok: bool) -> None: ...

    async def end_payout(self, payout_id: str, status: PayoutStatus) -> None: ...

    async def end_check(self, check_id: str, status: CheckStatus, name: str) -> None: ...

    async def open_dispute(self, payment_id: str, amount: int) -> str: ...

    async def end_dispute(self, dispute_id: str, *, won: bool) -> None: ...

    async def webhooks(self) -> list[Delivery]:
        """Every webhook so far as it would be delivered, oldest first, signed with the present secret."""
        ...

    async def sign(self, body: bytes, *, secret: str = "current", age_seconds: int = 0) -> Delivery:
        """A delivery of this body, signed with the `current`, `previous` or a `foreign` secret."""
        ...

    async def fail_next(self, fault: Fault) -> None: ...

    async def total(self) -> int:
        """Minor units of `currency` that really lie there, before fees: taken less given back, paid out and lost."""
        ...
