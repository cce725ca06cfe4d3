"""What a marketplace calls a state."""

from collections.abc import Mapping

AFTER_DECLINE = "after_decline"
CANCELLED_AFTER_DECLINE = "cancelled_after_decline"


def label_of(words: Mapping[str, str], state: str, *, after_decline: bool) -> str:
    """Its own word, else the canonical one. A customer who gave up because nobody could come has a word too."""
    plain = words.get(state, state)
    if state == "cancelled" and after_decline:
        return words.get(CANCELLED_AFTER_DECLINE, plain)
    return plain
