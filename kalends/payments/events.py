"""What happened to money."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(Event):
    """A gateway took the money and it lies in the subject's escrow. `late`: after the payment had expired."""

    payment_id: UUID
    subject: str
    purpose: str
    amount: int
    currency: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    """An attempt was declined; the customer may try again, and the bank may still say yes."""

    payment_id: UUID
    subject: str


@dataclass(frozen=True, kw_only=True)
class RefundCompleted(Event):
    """The money is back: in the customer's wallet, or on its way from the gateway to the `original_method`."""

    refund_id: UUID
    subject: str
    user_id: UUID
    amount: int
    currency: str
    reason: str
    destination: str = "wallet"


@dataclass(frozen=True, kw_only=True)
class RefundRequested(Event):
    """A refund waits for an operator."""

    refund_id: UUID
    subject: str
    user_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class RefundApproved(Event):
    """An operator let a refund go; from now on it counts as given back."""

    refund_id: UUID
    subject: str


@dataclass(frozen=True, kw_only=True)
class RefundRejected(Event):
    """An operator refused a refund; escrow that was kept for it is free again."""

    refund_id: UUID
    subject: str
    user_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class RefundFailed(Event):
    """The gateway could not give the money back. `waits`: it is not tried again without an operator."""

    refund_id: UUID
    subject: str
    attempt: int
    waits: bool


@dataclass(frozen=True, kw_only=True)
class EscrowReleased(Event):
    """`amount` is what the provider got: what was in escrow less commission and taxes."""

    subject: str
    provider_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class TopUpCompleted(Event):
    """The money is in the wallet of who topped it up."""

    payment_id: UUID
    user_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PaymentParked(Event):
    """Something that a gateway says does not fit what we know; an operator must look."""

    inbox_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class PayoutRequested(Event):
    """Money was set aside for a payout, which waits to be approved or sent."""

    payout_id: UUID
    provider_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PayoutPaid(Event):
    """The gateway says that the money has left for the provider's bank.

    `version` is the payout's when it moved, here and below: it tells apart what happens more than once.
    """

    payout_id: UUID
    provider_id: UUID
    amount: int
    currency: str
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class PayoutFailed(Event):
    """It did not get there; the money is the provider's to ask for again."""

    payout_id: UUID
    provider_id: UUID
    amount: int
    currency: str
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class PayoutReversed(Event):
    """It had left, and the bank sent it back; the money is the provider's to ask for again."""

    payout_id: UUID
    provider_id: UUID
    amount: int
    currency: str
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class PayoutHeld(Event):
    """A dispute or an operator keeps it back for now."""

    payout_id: UUID
    provider_id: UUID
    amount: int
    currency: str
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class ChargebackOpened(Event):
    """A cardholder disputes a payment with the bank; the gateway may take `amount` back, or has."""

    chargeback_id: UUID
    payment_id: UUID
    subject: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ChargebackMoved(Event):
    """The gateway took so much for a card dispute or, negative, gave it back; `number` counts such moves."""

    chargeback_id: UUID
    number: int
    subject: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ChargebackClosed(Event):
    """The card network has decided: `won` by us, `lost`, or `closed` without money moving."""

    chargeback_id: UUID
    subject: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class BankAccountChanged(Event):
    """Somebody gave a new account for a provider; whoever owns it should hear of that."""

    bank_account_id: UUID
    provider_id: UUID


@dataclass(frozen=True, kw_only=True)
class BankAccountVerified(Event):
    """From `usable_from` on the provider is paid to this account, and to no earlier one."""

    bank_account_id: UUID
    provider_id: UUID
    usable_from: datetime


@dataclass(frozen=True, kw_only=True)
class BankAccountRejected(Event):
    """The account cannot be used, because it does not exist, is another person's or refuses money."""

    bank_account_id: UUID
    provider_id: UUID
