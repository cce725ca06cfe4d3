"""The port to payment providers, in the domain's words: taking, returning and paying out money.

Every amount is in minor units. `key` and `reference` are our own durable ids, saved before the call: the
same key again never moves money twice. A call whose outcome is unknown is asked about by that key, never
sent again under a new one. Adapters know nothing of bookings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from .money import Money


class BadSignature(Exception):
    """The webhook or checkout answer was not signed by the gateway, or is too old."""


class GatewayError(Exception):
    """The gateway refused or did not answer.

    `unknown`: it may have happened; ask, never resend under another key. `retryable`: it has not happened,
    and the same call may succeed later (rate limit, outage). Neither: a definite refusal; `code` is the
    gateway's own word for it.
    """

    def __init__(
        self,
        message: str,
        *,
        unknown: bool = False,
        retryable: bool = False,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.unknown, self.retryable, self.code = unknown, retryable, code


@dataclass(frozen=True, slots=True)
class GatewayOrder:
    """What the gateway answered to `create_order`; `checkout` is what a client needs to let pay."""

    order_id: str
    checkout: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GatewayPayment:
    """The gateway's own view of one order: the only source for money that moved.

    `status`: created, failed, authorized (reserved but not taken: `capture` takes it), captured,
    partially_refunded or refunded. `amount` is what was captured, or asked for while nothing is.
    `fee` is what the gateway kept of it, taxes included; None while it has not said so. `others` are further
    payments of the same order whose money came as well, where a gateway lets that happen.
    """

    order_id: str
    payment_id: str | None
    status: str
    amount: Money
    refunded: int = 0
    fee: int | None = None
    others: tuple["GatewayPayment", ...] = ()


class RefundStatus(StrEnum):
    pending = "pending"
    processed = "processed"
    failed = "failed"


@dataclass(frozen=True, slots=True)
class GatewayRefund:
    """One refund at the gateway. `processed` is not for ever: it may still become `failed` days later."""

    refund_id: str
    payment_id: str
    status: RefundStatus
    amount: Money
    key: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BankDetails:
    """Where a provider wants to be paid. `routing` is the IFSC in India, the routing or bank code elsewhere."""

    holder: str = field(repr=False)
    account_number: str = field(repr=False)
    routing: str = field(repr=False)
    country: str = "IN"
    email: str | None = None
    phone: str | None = None


class CheckStatus(StrEnum):
    pending = "pending"
    verified = "verified"
    rejected = "rejected"
    unclear = "unclear"  # the gateway could not tell: ask for another check


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """Whether a bank account exists, and in whose name."""

    check_id: str
    account_id: str
    status: CheckStatus
    registered_name: str | None = None
    reason: str | None = None


class PayoutStatus(StrEnum):
    processing = "processing"  # queued, pending, in transit: the money may still come back
    processed = "processed"  # paid; may still become reversed
    failed = "failed"  # never left, or came back
    reversed = "reversed"  # left and came back


@dataclass(frozen=True, slots=True)
class GatewayPayout:
    """One payout at the gateway. `fee` is charged on top of `amount` and returned with a reversal."""

    payout_id: str
    status: PayoutStatus
    amount: Money
    key: str | None = None
    fee: int = 0
    bank_reference: str | None = None
    reason: str | None = None
    permanent: bool = False  # a failure that the same account will repeat


class DisputeStatus(StrEnum):
    open = "open"
    won = "won"
    lost = "lost"
    closed = "closed"  # ended without money moving


@dataclass(frozen=True, slots=True)
class GatewayDispute:
    """A cardholder's complaint at the card network (a chargeback). `deducted`: taken from us so far."""

    dispute_id: str
    payment_id: str
    order_id: str | None
    status: DisputeStatus
    amount: Money
    deducted: int = 0
    reason: str | None = None


class About(StrEnum):
    """What a webhook speaks of."""

    payment = "payment"
    refund = "refund"
    payout = "payout"
    account = "account"
    dispute = "dispute"
    settlement = "settlement"
    other = "other"


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """A verified webhook. Business identity is (about, object_id or order_id, status), not `event_id`,
    which some gateways leave outside the signature.

    `object_id` names the refund, payout, account check or dispute. For `payment`, `order_id` is set.
    """

    event_id: str
    kind: str
    about: About
    order_id: str | None = None
    payment_id: str | None = None
    object_id: str | None = None
    status: str | None = None
    amount: Money | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


class MovementKind(StrEnum):
    capture = "capture"
    refund = "refund"
    refund_failed = "refund_failed"
    payout = "payout"
    payout_reversed = "payout_reversed"
    dispute = "dispute"
    dispute_won = "dispute_won"
    fee = "fee"
    transfer = "transfer"
    other = "other"


@dataclass(frozen=True, slots=True)
class GatewayMovement:
    """One line of the gateway's own statement. `amount` is signed: positive came to us, before `fee`.

    `object_id` is the payment, refund, payout or dispute; `reference` our own key, where the gateway keeps it.
    """

    movement_id: str
    kind: MovementKind
    object_id: str
    amount: int
    currency: str
    at: datetime
    fee: int = 0
    reference: str | None = None
    order_id: str | None = None


class PaymentGateway(Protocol):
    """One payment provider. All coroutines raise GatewayError; none may run while a unit of work is open."""

    name: str

    async def create_order(self, *, reference: str, amount: Money) -> GatewayOrder:
        """Open an order for this amount, or find the one that was opened with this reference."""
        ...

    async def fetch(self, order_id: str) -> GatewayPayment:
        """How an order stands: its captured payment if there is one, else its furthest attempt."""
        ...

    async def capture(self, *, order_id: str, payment_id: str, amount: Money) -> GatewayPayment:
        """Take what is authorized. Taking what is taken answers the same."""
        ...

    async def refund(self, *, payment_id: str, amount: Money, key: str) -> GatewayRefund:
        """Give back to the instrument that paid, once per key (10 to 36 of `[A-Za-z0-9_-]`)."""
        ...

    async def fetch_refund(self, *, payment_id: str, refund_id: str) -> GatewayRefund: ...

    async def find_refund(self, *, payment_id: str, key: str) -> GatewayRefund | None:
        """The refund that was made with this key; None when the gateway knows of none."""
        ...

    async def fetch_dispute(self, dispute_id: str) -> GatewayDispute: ...

    async def movements(self, day: date) -> Sequence[GatewayMovement]:
        """Everything that moved on this UTC day by the gateway's own statement, oldest first."""
        ...

    def verify_checkout(self, answer: Mapping[str, Any]) -> str:
        """Return the order id of a signed checkout answer. Raises BadSignature."""
        ...

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """Verify the signature over the raw body and return the event. Raises BadSignature."""
        ...


@runtime_checkable
class PayoutGateway(Protocol):
    """A payment provider that also pays out. All coroutines raise GatewayError, outside units only."""

    name: str

    async def create_payout_account(self, *, bank: BankDetails, reference: str) -> str:
        """Make the account known; return its id at the gateway. The same details return the same id."""
        ...

    async def check_account(self, *, account_id: str, key: str, currency: str) -> AccountCheck:
        """Ask the bank whether the account exists; the answer may come later."""
        ...

    async def fetch_account_check(self, *, account_id: str, check_id: str) -> AccountCheck: ...

    async def payout(
        self, *, account_id: str, amount: Money, key: str, narration: str
    ) -> GatewayPayout:
        """Pay out, once per key; the same key returns the payout as it is now."""
        ...

    async def fetch_payout(self, payout_id: str) -> GatewayPayout: ...

    async def find_payout(self, key: str) -> GatewayPayout | None:
        """The payout that was made with this key; None when the gateway knows of none."""
        ...
