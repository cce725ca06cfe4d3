"""Stripe's minor units. They are ours, except where the two disagree on a currency's digits."""

from kalends.core.gateways import GatewayError
from kalends.core.money import Money, minor_digits

_NO_MINOR = frozenset(
    {
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
    }
)  # fmt: skip
_THREE_MINOR = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# ISK and UGX lost their minor unit, but Stripe still counts hundredths of them.


def asked(money: Money) -> dict[str, int | str]:
    """The parameters `amount` and `currency`. Raises GatewayError when Stripe cannot count that finely."""
    shift = _digits(money.currency) - minor_digits(money.currency)
    amount, rest = divmod(money.amount * 10 ** max(shift, 0), 10 ** max(-shift, 0))
    if rest:
        raise GatewayError(f"Stripe knows no parts of one {money.currency}", code="invalid_amount")
    return {"amount": amount, "currency": money.currency.lower()}


def told(amount: int, currency: str) -> Money:
    """What an answer's amount is in our minor units. Raises TypeError when it is no whole number."""
    money = Money(amount, currency.upper())
    shift = _digits(money.currency) - minor_digits(money.currency)
    return Money(amount * 10 ** max(-shift, 0) // 10 ** max(shift, 0), money.currency)


def _digits(currency: str) -> int:
    if currency in _NO_MINOR:
        return 0
    return 3 if currency in _THREE_MINOR else 2
