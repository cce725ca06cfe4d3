"""Money: whole minor units with a currency. No floats, no arithmetic across currencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

BASIS_POINTS = 10_000
_NO_MINOR = frozenset({"JPY", "KRW", "VND", "CLP", "XOF", "XAF", "UGX", "RWF", "ISK"})
_THREE_MINOR = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_SYMBOLS = {"INR": "₹", "NGN": "₦", "USD": "$", "EUR": "€", "GBP": "£"}


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one calculation."""


def minor_digits(currency: str) -> int:
    """How many decimal digits the currency's minor unit stands for (INR 2, JPY 0, KWD 3)."""
    if currency in _NO_MINOR:
        return 0
    return 3 if currency in _THREE_MINOR else 2


def round_half_up(value: Fraction) -> int:
    """Round to the nearest whole unit; a half goes away from zero."""
    sign = -1 if value < 0 else 1
    return sign * ((2 * abs(value).numerator + value.denominator) // (2 * value.denominator))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of minor units: ``Money(35000, "INR")`` is ₹350.00.

    Raises CurrencyMismatch when two currencies meet, TypeError when the amount is no whole number.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError("an amount is a whole number of minor units")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        sign = "-" if self.amount < 0 else ""
        whole, part = divmod(abs(self.amount), 10**digits)
        symbol = _SYMBOLS.get(self.currency, f"{self.currency} ")
        return f"{sign}{symbol}{whole:,}" + (f".{part:0{digits}d}" if digits else "")

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    def times(self, factor: int | Fraction) -> "Money":
        """Multiply; half a minor unit rounds away from zero."""
        return Money(round_half_up(Fraction(self.amount) * factor), self.currency)

    def percent(self, percent: int) -> "Money":
        return self.times(Fraction(percent, 100))

    def basis_points(self, points: int) -> "Money":
        return self.times(Fraction(points, BASIS_POINTS))

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Divide by weights so that the parts add up exactly (largest remainder).

        Raises ValueError when there is no positive weight or a negative one.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be positive")
        sign = -1 if self.amount < 0 else 1
        shares = [divmod(abs(self.amount) * weight, total) for weight in weights]
        missing = abs(self.amount) - sum(whole for whole, _ in shares)
        by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
        extra = set(by_remainder[:missing])
        return [
            Money(sign * (whole + (i in extra)), self.currency)
            for i, (whole, _) in enumerate(shares)
        ]

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")
        return other
