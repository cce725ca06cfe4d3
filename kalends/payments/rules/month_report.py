"""A month by the journal, from sums of its days. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from kalends.core.money import Money

from ..types import Booked, GatewayDay, HouseDay
from . import movements

GATEWAY = "gateway"
_COLUMNS = {
    movements.CAPTURE: "captured",
    movements.TOP_UP: "captured",
    movements.REFUND_SENT: "refunded",
    movements.REFUND_RETURNED: "refunded",
    movements.CHARGEBACK: "charged_back",
    movements.CLAWBACK: "charged_back",
    movements.PAYOUT_PAID: "paid_out",
    movements.PAYOUT_REVERSED: "paid_out",
    movements.FEE: "fees",
}
_OUT = ("refunded", "charged_back", "paid_out", "fees")
# What belongs to others, by the accounts that hold it; their balances are credits.
_HELD = {
    "escrow": "held",
    "provider_available": "providers",
    "provider_reserved": "providers",
    "staff_tips": "providers",
    "customer_wallet": "wallets",
    "refunds_payable": "returning",
}
_EARNED = {"platform_commission": "commission", "tax_payable": "taxes"}


def gateway_days(
    days: Sequence[date], before: Iterable[Booked], booked: Sequence[Booked], currency: str
) -> Iterator[GatewayDay]:
    """A row for each day and each gateway that ever moved money; `before` is all that was before."""
    balances = {one.owner: 0 for one in booked if one.account == GATEWAY}
    for one in before:
        if one.account == GATEWAY:
            balances[one.owner] = balances.get(one.owner, 0) + one.amount
    for day in days:
        for gateway in sorted(balances):
            sums = dict.fromkeys((*_COLUMNS.values(), "other"), 0)
            for one in booked:
                if (one.account, one.owner, one.day) == (GATEWAY, gateway, day):
                    column = _COLUMNS.get(one.kind, "other")
                    sums[column] += -one.amount if column in _OUT else one.amount
                    balances[gateway] += one.amount
            told = {name: Money(amount, currency) for name, amount in sums.items()}
            balance = Money(balances[gateway], currency)
            yield GatewayDay(day=day, gateway=gateway, balance=balance, **told)


def house_days(
    days: Sequence[date], before: Iterable[Booked], booked: Sequence[Booked], currency: str
) -> Iterator[HouseDay]:
    """A row for each day: what was earned on it, and what belonged to others at its end."""
    held = dict.fromkeys(_HELD.values(), 0)
    _add(held, before)
    for day in days:
        that_day = [one for one in booked if one.day == day]
        _add(held, that_day)
        earned = dict.fromkeys(_EARNED.values(), 0)
        for one in that_day:
            if one.account in _EARNED:
                earned[_EARNED[one.account]] -= one.amount
        told = {name: Money(amount, currency) for name, amount in (held | earned).items()}
        yield HouseDay(day=day, **told)


def _add(held: dict[str, int], booked: Iterable[Booked]) -> None:
    for one in booked:
        if one.account in _HELD:
            held[_HELD[one.account]] -= one.amount
