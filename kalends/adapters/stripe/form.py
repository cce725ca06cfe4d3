"""Form-encoded requests with bracketed keys: `{"metadata": {"key": "a"}}` becomes `metadata[key]=a`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

Params = Mapping[str, Any]


def encode(params: Params) -> str:
    """The body or query string; None is left out, lists become `key[0]`, booleans `true` and `false`."""
    return urlencode([pair for key, value in params.items() for pair in _pairs(key, value)])


def _pairs(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for inner, part in value.items():
            yield from _pairs(f"{key}[{inner}]", part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, part in enumerate(value):
            yield from _pairs(f"{key}[{number}]", part)
    elif isinstance(value, bool):
        yield key, "true" if value else "false"
    elif value is not None:
        yield key, str(value)
