"""What a bank account's details must look like, and whether two names are one person's."""

import re
import unicodedata

from ..types import NameMatch

IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
ROUTING = re.compile(r"[A-Z0-9-]{3,34}")
ACCOUNT_NUMBER = re.compile(r"[A-Z0-9]{5,35}")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "shri", "smt", "sri", "m", "s"})
_WORD = re.compile(r"\w+")


def routing_problem(routing: str, country: str) -> str | None:
    """What is wrong with a bank's code, in a sentence without the code; None when nothing is."""
    if country == "IN" and not IFSC.fullmatch(routing):
        return "an IFSC has four letters, a zero and six letters or digits"
    if not ROUTING.fullmatch(routing):
        return "a bank code has 3 to 34 letters and digits"
    return None


def account_number_problem(number: str) -> str | None:
    """What is wrong with an account number, without the number; None when nothing is."""
    if not ACCOUNT_NUMBER.fullmatch(number):
        return "an account number has 5 to 35 letters and digits, without spaces"
    return None


def compare_names(told: str, registered: str | None) -> NameMatch:
    """Whether the holder that we were told is who the bank knows.

    Order, case, accents and titles do not count, and an initial stands for a name.
    """
    ours, theirs = _words(told), _words(registered or "")
    if not ours or not theirs:
        return NameMatch.unknown
    if ours == theirs:
        return NameMatch.same
    shorter, longer = sorted((ours, theirs), key=len)
    alike = sum(any(_alike(word, other) for other in longer) for word in shorter)
    whole = any(word in longer for word in shorter if len(word) > 1)
    return NameMatch.similar if whole and alike else NameMatch.different


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    words = set(_WORD.findall(letters))
    return words - _TITLES or words


def _alike(word: str, other: str) -> bool:
    return word == other or (1 in {len(word), len(other)} and word[0] == other[0])
