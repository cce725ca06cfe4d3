"""What a password may be. Length and a block list; no rules about kinds of characters."""

import unicodedata

from .common_passwords import COMMON

MAX_LENGTH = 128
MIN_DISTINCT = 4


def normal_password(text: str) -> str:
    """The password in NFC, so that it is the same from every keyboard; spaces stay.

    Raises ValueError for control characters and lone surrogates, which no keyboard types.
    """
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise ValueError("control characters and lone surrogates cannot be part of a password")
    return unicodedata.normalize("NFC", text)


def weakness(password: str, email: str, min_length: int) -> str | None:
    """Why this password is refused for this account, as a sentence; None when it is fine."""
    plain = password.casefold()
    if len(password) < min_length:
        return f"use at least {min_length} characters"
    if plain in {email.casefold(), email.partition("@")[0].casefold()}:
        return "do not use your e-mail address as the password"
    if plain in COMMON or len(set(plain)) < MIN_DISTINCT:
        return "everybody knows this password; use a few words that only you would put together"
    return None
