"""The operators' report of a month: what went through each gateway, what was earned, what is held."""

from dataclasses import dataclass
from datetime import date

from kalends.core.money import Money


@dataclass(frozen=True, slots=True)
class Booked:
    """What the journal has of one day: the sum of an account's debits less credits, by kind of transaction.

    `owner` tells gateways apart and is empty for every other account.
    """

    day: date
    account: str
    owner: str
    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class GatewayDay:
    """What went through a gateway on a day.

    before + captured − refunded − charged_back − paid_out − fees + other = `balance` at the day's end.
    """

    day: date
    gateway: str
    captured: Money
    refunded: Money
    charged_back: Money
    paid_out: Money
    fees: Money
    other: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class HouseDay:
    """What the marketplace earned on a day, and what it held for others at the day's end.

    `held` lies in escrow; `providers` is earned and not paid out; `wallets` are customers'; `returning` is
    on its way back to cards and banks.
    """

    day: date
    commission: Money
    taxes: Money
    held: Money
    providers: Money
    wallets: Money
    returning: Money


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month of the marketplace by the journal, a row for every day."""

    month: str
    gateways: tuple[GatewayDay, ...]
    house: tuple[HouseDay, ...]
