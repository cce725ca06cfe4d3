"""The journal's words: accounts, signed entries, transactions. Debit is positive, credit negative."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kalends.core.money import Money


class AccountKind(StrEnum):
    """What an account is for; together with its owner and a currency it names one account."""

    gateway = "gateway"
    escrow = "escrow"
    provider_available = "provider_available"
    provider_reserved = "provider_reserved"
    staff_tips = "staff_tips"
    refunds_payable = "refunds_payable"
    customer_wallet = "customer_wallet"
    platform_commission = "platform_commission"
    tax_payable = "tax_payable"
    gateway_fees = "gateway_fees"
    promotions = "promotions"
    chargebacks = "chargebacks"
    own_bank = "own_bank"

    @property
    def debit_normal(self) -> bool:
        """Whether a debit makes what the account holds grow (assets and expenses)."""
        return self in _DEBIT_NORMAL


_DEBIT_NORMAL = frozenset(
    {
        AccountKind.gateway,
        AccountKind.gateway_fees,
        AccountKind.promotions,
        AccountKind.chargebacks,
        AccountKind.own_bank,
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """A place where money is; `owner` is empty for the platform's own."""

    kind: AccountKind
    owner: str = ""


def gateway(name: str) -> Account:
    return Account(AccountKind.gateway, name)


def escrow(subject: str) -> Account:
    """The money of one subject, such as ``booking:<id>``, that belongs to nobody yet."""
    return Account(AccountKind.escrow, subject)


def wallet(user_id: UUID) -> Account:
    return Account(AccountKind.customer_wallet, str(user_id))


def provider_available(provider_id: UUID) -> Account:
    return Account(AccountKind.provider_available, str(provider_id))


def provider_reserved(provider_id: UUID) -> Account:
    return Account(AccountKind.provider_reserved, str(provider_id))


def staff_tips(staff_id: UUID) -> Account:
    return Account(AccountKind.staff_tips, str(staff_id))


def refunds_payable(refund_id: UUID) -> Account:
    """Money of one refund on its way to the instrument that had paid."""
    return Account(AccountKind.refunds_payable, str(refund_id))


def commission() -> Account:
    return Account(AccountKind.platform_commission)


def tax(name: str) -> Account:
    return Account(AccountKind.tax_payable, name)


def promotions() -> Account:
    return Account(AccountKind.promotions)


def gateway_fees() -> Account:
    return Account(AccountKind.gateway_fees)


def chargebacks() -> Account:
    return Account(AccountKind.chargebacks)


def own_bank() -> Account:
    """What gateways have paid to the platform's own bank accounts, less what was put in from there."""
    return Account(AccountKind.own_bank)


# A transaction of this kind may take what a provider no longer has; later releases pay it back first.
CLAWBACK = "clawback"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: positive `debit` debits the account, negative credits it."""

    account: Account
    debit: Money


@dataclass(frozen=True, slots=True)
class Transaction:
    """What is to be posted. `key` names the cause, so that it can post only once; `metadata` is for people."""

    key: str
    kind: str
    subject: str | None
    memo: str
    entries: tuple[Entry, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """A transaction of two entries: `amount` (positive) is debited to one account, credited to the other."""

    key: str
    kind: str
    debit: Account
    credit: Account
    amount: Money
    subject: str | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """`fresh` is False when the same cause had been posted before."""

    id: UUID
    fresh: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One movement on an account; a positive `amount` adds to what its owner has."""

    transaction_id: UUID
    kind: str
    amount: Money
    subject: str | None
    memo: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An opened account: its id, what its owner has, how many movements, opened and moved last when."""

    id: UUID
    balance: Money
    lines: int
    created_at: datetime
    updated_at: datetime
