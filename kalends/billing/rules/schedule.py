"""When which part of a price is to be paid: all at once, or a deposit that confirms and a balance later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kalends.core.money import Money

WHOLE = 100


class Purpose(StrEnum):
    """What a payment is for. `tip` is a gift and no part of a price."""

    full = "full"
    deposit = "deposit"
    balance = "balance"
    extra = "extra"
    tip = "tip"


class Part(StrEnum):
    """How an instalment stands. `void`: nobody will ask for it any more."""

    paid = "paid"
    due = "due"
    upcoming = "upcoming"
    void = "void"


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """What was agreed about paying. `deposit` is minor units; 0 means everything at once.

    `percent` 0 is a marketplace without deposits; the balance is due so many hours before the start.
    """

    percent: int = 0
    balance_due_hours: int = 0
    deposit: int = 0


@dataclass(frozen=True, slots=True)
class Bill:
    """A price now: `total` includes `extra`, which was added after the price had been agreed."""

    total: Money
    extra: Money


@dataclass(frozen=True, slots=True)
class Dates:
    """When the price was agreed, and from when to when the thing lasts."""

    made: datetime
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a price and from when on it is due."""

    purpose: Purpose
    amount: Money
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """An instalment, what of it has not been paid, and how it stands."""

    instalment: Instalment
    left: Money
    part: Part


def agree(total: Money, terms: PaymentTerms, start: datetime, now: datetime) -> PaymentTerms:
    """The terms with the deposit that a price agreed now has: none so close to the start that the balance
    would be due already, nor for a price too small to be divided.
    """
    late = start - timedelta(hours=terms.balance_due_hours) <= now
    if late or not 0 < terms.percent < WHOLE:
        return replace(terms, deposit=0)
    deposit, balance = total.split([terms.percent, WHOLE - terms.percent])
    return replace(terms, deposit=deposit.amount if balance else 0)


def schedule(bill: Bill, terms: PaymentTerms, dates: Dates) -> tuple[Instalment, ...]:
    """The instalments in the order in which they are paid; they are positive and add up to the total."""
    base = bill.total - bill.extra
    deposit = min(Money(terms.deposit, base.currency), base)
    first = Purpose.deposit if terms.deposit else Purpose.full
    before = dates.start - timedelta(hours=terms.balance_due_hours)
    parts = (
        Instalment(first, deposit if terms.deposit else base, dates.made),
        Instalment(Purpose.balance, base - deposit, max(before, dates.made)),
        Instalment(Purpose.extra, bill.extra, dates.end),
    )
    wanted = parts if terms.deposit else (parts[0], parts[2])
    return tuple(part for part in wanted if part.amount.amount > 0)


def standing(
    instalments: Sequence[Instalment], settled: Money, now: datetime | None
) -> tuple[Standing, ...]:
    """How each instalment stands when `settled` has been paid; `now` None: what is left is void."""
    found, rest = [], settled
    for part in instalments:
        covered = min(max(rest, Money.zero(rest.currency)), part.amount)
        rest -= covered
        found.append(Standing(part, part.amount - covered, _part(part, covered, now)))
    return tuple(found)


def next_open(standings: Sequence[Standing]) -> Standing | None:
    """The first instalment of which something is left, due or not; None when all is paid."""
    return next((one for one in standings if one.part in {Part.due, Part.upcoming}), None)


def due_now(standings: Sequence[Standing], currency: str) -> Money:
    """What of the instalments that are due has not been paid."""
    due = [one.left.amount for one in standings if one.part is Part.due]
    return Money(sum(due), currency)


def _part(part: Instalment, covered: Money, now: datetime | None) -> Part:
    if covered == part.amount:
        return Part.paid
    if now is None:
        return Part.void
    return Part.due if part.due_at <= now else Part.upcoming
