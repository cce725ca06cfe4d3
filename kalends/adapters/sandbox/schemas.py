"""The provider's wire shapes. Amounts are minor units."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kalends.core.gateways import BankDetails, CheckStatus, PayoutStatus, RefundStatus
from kalends.core.wire import FIRST_YEAR, LAST_YEAR, MAX_AMOUNT, In, Instant, Line, Out

from .types import Instrument, Kind

Name = Annotated[Line, Field(min_length=8, max_length=100)]
Words = Annotated[Line, Field(min_length=1, max_length=200)]
Amount = Annotated[int, Field(strict=True, ge=1, le=MAX_AMOUNT)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def _sane_day(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return day


Day = Annotated[date, AfterValidator(_sane_day)]


class OrderIn(In):
    """`reference` is the merchant's own id: the same one again returns the same order."""

    reference: Name
    amount: Amount
    currency: Currency


class OrderRead(Out):
    """How an order stands: `captured` and `refunded` are what really moved."""

    order_id: str
    reference: str
    payment_id: str | None
    status: Literal["created", "failed", "authorized", "captured", "partially_refunded", "refunded"]
    amount: int
    currency: str
    captured: int
    refunded: int
    created_at: Instant


class CaptureIn(In):
    """The whole of what is authorized."""

    payment_id: Name
    amount: Amount
    currency: Currency


class RefundIn(In):
    """`key` is the merchant's own id: the same one again returns the same refund."""

    payment_id: Name
    amount: Amount
    currency: Currency
    key: Name


class RefundRead(Out):
    refund_id: str
    payment_id: str
    key: str
    status: RefundStatus
    amount: int
    currency: str
    reason: str | None


class RefundAsked(In):
    payment_id: Name
    key: Name


class RefundsRead(Out):
    refunds: list[RefundRead]


class AccountIn(In):
    """The same details again return the same account."""

    holder: Words
    account_number: str = Field(pattern=r"^[A-Za-z0-9]{4,34}$")
    routing: str = Field(pattern=r"^[A-Za-z0-9]{3,20}$")
    country: str = Field(default="IN", pattern=r"^[A-Z]{2}$")

    def bank(self) -> BankDetails:
        return BankDetails(self.holder, self.account_number, self.routing, self.country)


class AccountRead(Out):
    account_id: str
    ending: str


class CheckIn(In):
    account_id: Name
    key: Name


class CheckRead(Out):
    check_id: str
    account_id: str
    key: str
    status: CheckStatus
    registered_name: str | None
    reason: str | None


class PayoutIn(In):
    """`key` is the merchant's own id: the same one again returns the same payout."""

    account_id: Name
    amount: Amount
    currency: Currency
    key: Name
    narration: Words


class PayoutRead(Out):
    """`permanent`: the same account will fail again."""

    payout_id: str
    account_id: str
    key: str
    status: PayoutStatus
    amount: int
    currency: str
    fee: int
    bank_reference: str | None
    reason: str | None
    permanent: bool


class PayoutAsked(In):
    key: Name


class PayoutsRead(Out):
    payouts: list[PayoutRead]


class DisputeRead(Out):
    """`deducted` is what the provider took back for it and keeps so far."""

    dispute_id: str
    order_id: str
    payment_id: str
    status: Literal["open", "won", "lost"]
    amount: int
    currency: str
    deducted: int


class CheckoutAnswer(Out):
    """What the checkout hands to the merchant's page, for `POST /payments/verify`."""

    gateway_order_id: str
    gateway_payment_id: str | None
    status: Literal["created", "failed", "authorized", "captured"]
    signature: str


class TotalRead(Out):
    """What the provider took, gave back, paid out, deducted for disputes and kept, in one currency."""

    currency: str
    taken: int
    given: int
    paid_out: int
    disputed: int
    fees: int
    balance: int
    captures: int
    refunds: int
    payouts: int
    disputes: int


class MovementRead(Out):
    movement_id: str
    kind: Kind
    object_id: str = Field(description="the payment, refund, payout or dispute")
    amount: int = Field(description="positive: came to the merchant, negative: went")
    fee: int = Field(description="what the provider kept besides; negative: what it gave back")
    currency: str
    key: str
    reference: str | None = Field(description="the merchant's own id")
    order_id: str | None
    payment_id: str | None
    at: Instant


class StatementRead(Out):
    """Every currency's totals, and the last hundred movements, newest first."""

    totals: list[TotalRead]
    movements: list[MovementRead]


class DayAsked(In):
    day: Day


class MovementsRead(Out):
    movements: list[MovementRead]


class PayIn(In):
    instrument: Instrument


class EndRefundIn(In):
    ok: bool


class EndCheckIn(In):
    """`name` is the name that the bank knows; without it, the one that was given."""

    status: Literal[CheckStatus.verified, CheckStatus.rejected, CheckStatus.unclear]
    name: Words | None = None


class EndPayoutIn(In):
    status: Literal[PayoutStatus.processed, PayoutStatus.failed, PayoutStatus.reversed]


class DisputeIn(In):
    """Without an amount, all that is left of the payment is disputed."""

    amount: Amount | None = None


class EndDisputeIn(In):
    won: bool
