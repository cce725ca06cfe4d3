"""Lists with cursors, and objects with parts of them in full."""

import copy
from typing import Any

from .books import Books, Thing
from .problems import malformed

_COMPARE = {
    "gt": int.__gt__,
    "gte": int.__ge__,
    "lt": int.__lt__,
    "lte": int.__le__,
}
_OURS = frozenset({"expand", "limit", "starting_after", "ending_before", "created"})


def listed(books: Books, kind: str, url: str, params: dict[str, Any]) -> Thing:
    """A page of this kind's objects, newest first; other parameters filter by equality."""
    found = [t for t in books.all(kind) if _fits(t, params)]
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise malformed("Invalid limit: must be between 1 and 100", "limit")
    if after := params.get("starting_after"):
        names = [t["id"] for t in found]
        if after not in names:
            raise malformed(f"No such {kind}: '{after}'", "starting_after", "resource_missing")
        found = found[names.index(after) + 1 :]
    return {
        "object": "list",
        "url": url,
        "has_more": len(found) > limit,
        "data": found[:limit],
    }


def _fits(thing: Thing, params: dict[str, Any]) -> bool:
    window = params.get("created", {})
    if not all(_COMPARE[name](thing["created"], edge) for name, edge in window.items()):
        return False
    return all(thing.get(k) == v for k, v in params.items() if k not in _OURS)


def expanded(books: Books, thing: Thing, paths: list[str]) -> Thing:
    """A copy with ids along these paths replaced by their objects."""
    found = copy.deepcopy(thing)
    for path in paths:
        _expand(books, found, path.split("."), path)
    return found


def _expand(books: Books, inside: Any, parts: list[str], path: str) -> None:
    if isinstance(inside, list):
        for one in inside:
            _expand(books, one, parts, path)
        return
    if not parts:
        return
    if not isinstance(inside, dict) or parts[0] not in inside:
        raise malformed(f"This property cannot be expanded ({path}).", "expand")
    value = inside[parts[0]]
    if isinstance(value, str) and value in books.things:
        inside[parts[0]] = value = copy.deepcopy(books.things[value])
    if value is not None and not isinstance(value, str):
        _expand(books, value, parts[1:], path)
