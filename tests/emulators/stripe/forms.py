"""Form bodies with bracketed keys, as nested dictionaries and lists of texts."""

import re
from typing import Any
from urllib.parse import parse_qsl

from .problems import malformed

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def parse(text: str) -> dict[str, Any]:
    """`a[b]=1&c[]=2&d[0]=3` becomes `{"a": {"b": "1"}, "c": ["2"], "d": ["3"]}`."""
    found: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        match = _KEY.fullmatch(key)
        if match is None:
            raise malformed(f"Invalid parameter name: {key}", key)
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        _put(found, path, value)
    return {key: _listed(value) for key, value in found.items()}


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        into = into.setdefault(part or str(len(into)), {})
    into[path[-1] or str(len(into))] = value


def _listed(value: Any) -> Any:
    """A dictionary whose keys are the numbers from 0 is a list."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(part) for key, part in value.items()}
    if list(inner) == [str(n) for n in range(len(inner))]:
        return list(inner.values())
    return inner
