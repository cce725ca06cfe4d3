"""Amounts in words, as documents state them beside the figures."""

from kalends.core.money import Money, minor_digits

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = [".", ".", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_INDIAN = ((10_000_000, "crore"), (100_000, "lakh"), (1000, "thousand"), (100, "hundred"))
_WESTERN = (
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (1000, "thousand"),
    (100, "hundred"),
)
_UNITS = {
    "INR": ("rupees", "paise"),
    "NGN": ("naira", "kobo"),
    "USD": ("dollars", "cents"),
    "EUR": ("euros", "cents"),
    "GBP": ("pounds", "pence"),
}
_TWENTY = 20


def in_words(money: Money) -> str:
    """Such as `Rupees one lakh eleven and fifty paise only`."""
    scale = _INDIAN if money.currency == "INR" else _WESTERN
    unit, small = _UNITS.get(money.currency, (money.currency, "minor units"))
    whole, part = divmod(abs(money.amount), 10 ** minor_digits(money.currency))
    said = f"{'minus ' if money.amount < 0 else ''}{unit} {number_in_words(whole, scale)}"
    if part:
        said += f" and {number_in_words(part, scale)} {small}"
    return f"{said[0].upper()}{said[1:]} only"


def number_in_words(number: int, scale: tuple[tuple[int, str], ...] = _WESTERN) -> str:
    """A whole number that is not negative; `scale` names its groups, the largest first."""
    if number < _TWENTY:
        return _SMALL[number]
    for size, name in scale:
        if number >= size:
            many, rest = divmod(number, size)
            head = f"{number_in_words(many, scale)} {name}"
            return f"{head} {number_in_words(rest, scale)}" if rest else head
    tens, rest = divmod(number, 10)
    return f"{_TENS[tens]}-{_SMALL[rest]}" if rest else _TENS[tens]
