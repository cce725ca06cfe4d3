"""Whether a tax id can be one, by the name that the marketplace's country has for it."""

import re
from string import ascii_uppercase, digits

GSTIN = "GSTIN"
_ALPHABET = digits + ascii_uppercase
_SHAPES = {
    GSTIN: (r"\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]", "15 characters such as 27AAPFU0939F1ZV"),
    "TIN": (r"\d{8}-?\d{4}|\d{10}|\d{13}", "10 to 13 digits such as 12345678-0001"),
    "EIN": (r"\d{2}-\d{7}", "nine digits such as 12-3456789"),
    "VAT": (r"[A-Z]{2}[0-9A-Z+*]{2,12}", "a country's two letters and up to 12 characters"),
}
_ANY = (r"[0-9A-Z][0-9A-Z ./-]{2,29}", "3 to 30 capital letters and digits")
# The codes of India's states and territories; 97 and 99 are what lies in none of them.
_STATES = frozenset(f"{code:02d}" for code in (*range(1, 39), 97, 99))


def problem_with(kind: str, tax_id: str) -> str:
    """Why this cannot be a tax id of that kind, as a sentence; empty when it can be one."""
    shape, meant = _SHAPES.get(kind, _ANY)
    if not re.fullmatch(shape, tax_id):
        return f"tax_id: a {kind} has {meant}"
    if kind == GSTIN and (tax_id[:2] not in _STATES or gstin_check(tax_id[:14]) != tax_id[14]):
        return "tax_id: this is no GSTIN; look at each character again"
    return ""


def state_in(kind: str, tax_id: str) -> str:
    """The state that a valid tax id names; empty where the kind names none."""
    return tax_id[:2] if kind == GSTIN else ""


def state_known(kind: str, state: str) -> bool:
    """Whether there is such a state, as far as the kind of tax id lets us know."""
    return kind != GSTIN or state in _STATES


def gstin_check(first: str) -> str:
    """The last character of a GSTIN, from the 14 before it."""
    total = 0
    for place, character in enumerate(first):
        product = _ALPHABET.index(character) * (1 + place % 2)
        total += product // len(_ALPHABET) + product % len(_ALPHABET)
    return _ALPHABET[-total % len(_ALPHABET)]
