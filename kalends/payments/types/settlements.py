"""The words of settlements: a gateway's statement, and where it and we tell different stories."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kalends.core.gateways import MovementKind


class Thing(StrEnum):
    """What a line of a statement, or a difference, is about."""

    payment = "payment"
    refund = "refund"
    payout = "payout"
    dispute = "dispute"
    fee = "fee"
    other = "other"


class Gap(StrEnum):
    """How the two stories differ. `unknown`: we asked for it, and nobody has said what became of it."""

    missing_here = "missing_here"
    missing_there = "missing_there"
    other_amount = "other_amount"
    other_state = "other_state"
    unknown = "unknown"


class Moved(StrEnum):
    """Whether money moved for good. `open`: it is under way, and both would fit."""

    yes = "yes"
    no = "no"
    open = "open"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement. `amount` is signed, in minor units, before the fee."""

    movement_id: str
    kind: MovementKind
    object_id: str
    amount: int
    fee: int
    currency: str
    order_id: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Theirs:
    """An object by all lines about it. `amount` and `fee` are what moved at first, without a sign."""

    thing: Thing
    object_id: str
    amount: int
    fee: int
    currency: str
    moved: Moved
    order_id: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Ours:
    """What we know of the same object. None for an amount or a fee: not known, so not compared."""

    id: UUID | None
    state: str
    moved: Moved
    amount: int | None
    currency: str
    fee: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between the two stories. Amounts are minor units of `currency`."""

    kind: Gap
    thing: Thing
    object_id: str
    currency: str
    our_id: UUID | None = None
    ours_state: str | None = None
    ours_amount: int | None = None
    theirs_state: str | None = None
    theirs_amount: int | None = None


@dataclass(frozen=True, slots=True)
class SettledDay:
    """One UTC day of one gateway. `totals`: per currency and kind, how many lines, their sum and fees."""

    id: UUID
    gateway: str
    day: date
    lines: int
    totals: list[Any]
    open_differences: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding with its own life: noticed, and explained by a person or by having vanished."""

    id: UUID
    gateway: str
    day: date
    finding: Finding
    noticed_at: datetime
    explained_at: datetime | None
    explained_by: UUID | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What reading the statements did. `unread`: days for which a gateway did not answer."""

    days: int
    lines: int
    noticed: int
    vanished: int
    fees: int
    unread: int
    open: int
