"""Chance that falls the same way on every machine: a digest of what is asked, never a generator.

An answer depends only on its words, so adding a venue does not reshuffle the others.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

SEED = "kalends-demo-1"


def roll(sides: int, *words: object) -> int:
    """Return a number from 0 to `sides - 1` that only `words` decide."""
    said = "\x1f".join((SEED, *map(str, words)))
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest()) % sides


def between(low: int, high: int, *words: object) -> int:
    """Return a number from `low` to `high`, both included."""
    return low + roll(high - low + 1, *words)


def pick(choices: Sequence[T], *words: object) -> T:
    """Return one of `choices`, which must not be empty."""
    return choices[roll(len(choices), *words)]


def happens(percent: int, *words: object) -> bool:
    """Say yes in about `percent` of a hundred cases."""
    return roll(100, *words) < percent
