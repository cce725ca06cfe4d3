"""What billing says to the rooms above: the terms of a sale, documents, and what moved for a subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from kalends.core.money import Money
from kalends.core.profile import TaxLine

PLATFORM = "platform"
MAX_NUMBER = 16  # characters that the law leaves to a document's number


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """What a sale made at one moment is charged: its commission and the taxes valid on that day.

    `price_tax_bp` is the tax contained in the price; bases called `value` mean the price without it.
    """

    commission_bp: int
    taxes: tuple[TaxLine, ...]
    commission_base: Literal["price", "value"] = "price"
    price_tax_bp: int = 0


@dataclass(frozen=True, slots=True)
class NewCommission:
    """A commission from `valid_from` on, for a provider, a category, both, or (neither) everybody."""

    basis_points: int
    reason: str
    provider_id: UUID | None = None
    category: str | None = None
    valid_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommissionRate:
    """A row of the table of commissions."""

    id: UUID
    provider_id: UUID | None
    category: str | None
    basis_points: int
    valid_from: datetime
    created_by: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewTax:
    """A tax from a day (inclusive) to a day (exclusive), instead of the profile's line of that name."""

    line: TaxLine
    reason: str


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A row of the table of taxes."""

    id: UUID
    line: TaxLine
    created_by: UUID | None
    reason: str


class DocumentKind(StrEnum):
    """In the order in which one unit issues several, so that two units never wait for each other."""

    receipt = "receipt"
    cancellation_note = "cancellation_note"
    tax_invoice = "tax_invoice"
    commission_invoice = "commission_invoice"
    credit_note = "credit_note"
    statement = "statement"


@dataclass(frozen=True, slots=True)
class Party:
    """Who issues or gets a document. `key` is `platform`, ``provider:<uuid>`` or ``user:<uuid>``.

    `state` is the code of a part of the country, such as the first two digits of a GSTIN; the
    tax id tells it where nobody else does.
    """

    key: str
    name: str
    address: str = ""
    tax_id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """`quantity` is in words, such as `2 h 30 min`; `amount` is the whole line's."""

    description: str
    amount: Money
    quantity: str = ""
    unit_price: Money | None = None


@dataclass(frozen=True, slots=True)
class TaxPart:
    """One tax with its rate and amount, as a document shows it."""

    name: str
    basis_points: int | None
    amount: Money


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """What is to be issued. `cause` is the journal's key of the money, or names what happened.

    `added` taxes come on top of the lines; `price_tax_bp` is contained in them. `refers_to` names
    documents of the same subject by kind and cause: their numbers are printed. `place_id` narrows
    which of a provider's managers may read it.
    """

    kind: DocumentKind
    subject: str
    cause: str
    issuer: Party
    recipient: Party
    lines: tuple[DocumentLine, ...]
    added: tuple[TaxPart, ...] = ()
    price_tax_bp: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    refers_to: tuple[tuple[DocumentKind, str], ...] = ()
    place_of_supply: str = ""
    place_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document as it was issued; `content` is what it says, frozen."""

    id: UUID
    kind: DocumentKind
    number: str
    subject: str
    cause: str
    issuer: str
    recipient: str
    place_id: UUID | None
    total: Money
    tax: Money
    content: Mapping[str, Any]
    issued_at: datetime


class Moved(StrEnum):
    """What a transaction of the journal did with a subject's money."""

    captured = "captured"
    released = "released"
    refunded = "refunded"


@dataclass(frozen=True, slots=True)
class MoneyEvent:
    """One transaction of a subject; `source` is its kind. A release says whose the `amount` became.

    The `net` of a refund is below zero by what a provider gave of it.
    """

    key: str
    what: Moved
    amount: Money
    at: datetime
    commission: Money
    net: Money
    taxes: tuple[tuple[str, Money], ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a sale of several: `price` before discounts. From `cancelled_at` on nothing is paid for it."""

    id: str
    name: str
    price: Money
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """What was sold under a subject: its lines, and what they cost together after discounts."""

    subject: str
    lines: tuple[SoldLine, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class LineRefund:
    """What a cancelled line gives back: `amount` is to be refunded, `fee` is kept of what is left.

    `share` is the line's part of what was captured, whatever it gave back before.
    """

    line: str
    percent: int
    share: Money
    amount: Money
    fee: Money


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that came to a provider or left it; `times` of one kind on a day."""

    at: datetime
    kind: str
    subject: str | None
    times: int
    amount: Money


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of a provider's money, at a time of the marketplace's zone; `balance` is what there was after it."""

    at: datetime
    what: str
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class StatementContent:
    """What a provider's statement says of the days from `first` to `last`, both included.

    Balances are what the provider has, what is in payouts under way included.
    """

    provider: Party
    first: date
    last: date
    opening: Money
    closing: Money
    lines: tuple[StatementLine, ...]
    sums: tuple[tuple[str, Money], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """How somebody's subscription stands; `access_until` None means that nothing has been paid for yet."""

    id: UUID
    user_id: UUID
    plan: str
    title: str
    price: Money
    months: int
    state: str
    state_since: datetime
    period_start: datetime | None
    period_end: datetime | None
    access_until: datetime | None


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """Which plan somebody wants, and how it is paid for: from the wallet or at a gateway."""

    plan: str
    method: Literal["wallet", "gateway"]
