"""Times and money as people read them: in the place's own zone, with the zone named."""

import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kalends.core.money import Money, minor_digits

_MAX_SUBJECT = 150
# Marks that turn the reading direction round can make a text show something else than it says.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DARK_INK_ABOVE = 150


def span(start: datetime, end: datetime, zone: str) -> str:
    """From when to when, such as `Saturday 21 November 2026, 10:00 – 12:00 (Asia/Kolkata, UTC+05:30)`.

    Over a change of the clocks each end carries its own offset.
    """
    first, last = _local(start, zone), _local(end, zone)
    until = _hour(last) if first.date() == last.date() else f"{_day(last)}, {_hour(last)}"
    if first.utcoffset() == last.utcoffset():
        return f"{_day(first)}, {_hour(first)} – {until} ({zone}, {_offset(first)})"
    return f"{_day(first)}, {_hour(first)} ({_offset(first)}) – {until} ({_offset(last)}), {zone}"


def hours(start: datetime, end: datetime, zone: str) -> str:
    """The local times of a day, such as `10:00 – 12:00`; an end on another day says which."""
    first, last = _local(start, zone), _local(end, zone)
    until = _hour(last) if first.date() == last.date() else f"{short_day(end, zone)}, {_hour(last)}"
    return f"{_hour(first)} – {until}"


def moment(at: datetime, zone: str) -> str:
    """One instant, such as `Saturday 21 November 2026, 10:00 (Asia/Kolkata, UTC+05:30)`."""
    local = _local(at, zone)
    return f"{_day(local)}, {_hour(local)} ({zone}, {_offset(local)})"


def short_day(at: datetime, zone: str) -> str:
    """The local day for a subject line, such as `Sat 21 Nov`."""
    local = _local(at, zone)
    return f"{local:%a} {local.day} {local:%b}"


def duration(minutes: int) -> str:
    """How long, such as `2 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest)
    return " ".join(parts) or "0 min"


def coded_money(money: Money) -> str:
    """The amount with its currency code, such as `INR 1,350.00`, for fonts without the symbol."""
    digits = minor_digits(money.currency)
    whole, part = divmod(abs(money.amount), 10**digits)
    fraction = f".{part:0{digits}d}" if digits else ""
    return f"{'-' if money.amount < 0 else ''}{money.currency} {whole:,}{fraction}"


def plain(text: str) -> str:
    """The text on one line, without control characters and direction marks."""
    kept = (" " if _breaks(c) else c for c in text if c not in _DIRECTION)
    return " ".join("".join(kept).split())


def subject_line(text: str) -> str:
    """A subject that stays one header, whatever a name in it contains."""
    line = plain(text)
    return line if len(line) <= _MAX_SUBJECT else line[: _MAX_SUBJECT - 1] + "…"


def ink_on(colour: str) -> str:
    """White or near-black, whichever can be read on the `#rrggbb` colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    brightness = (299 * red + 587 * green + 114 * blue) // 1000
    return "#1c1c1c" if brightness > _DARK_INK_ABOVE else "#ffffff"


def _breaks(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def _day(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def _hour(local: datetime) -> str:
    return f"{local:%H:%M}"


def _offset(local: datetime) -> str:
    offset = local.utcoffset() or timedelta()
    if not offset:
        return "UTC"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{'-' if offset < timedelta() else '+'}{hours:02d}:{minutes:02d}"
