"""Text for a font that has not every letter: what is missing is replaced, never a reason to fail."""

import unicodedata
from collections.abc import Container

MISSING = "?"


def printable(text: str, glyphs: Container[int]) -> str:
    """The text with the code points of `glyphs` only.

    An accented letter that is missing falls back to its base letter; other scripts become question marks.
    """
    return "".join(_nearest(character, glyphs) for character in unicodedata.normalize("NFC", text))


def _nearest(character: str, glyphs: Container[int]) -> str:
    if ord(character) in glyphs:
        return character
    if unicodedata.category(character) in {"Mn", "Cf"}:
        return ""  # a mark without a glyph of its own belongs to the letter before it
    bases = [c for c in unicodedata.normalize("NFKD", character) if ord(c) in glyphs]
    return "".join(bases) or MISSING
