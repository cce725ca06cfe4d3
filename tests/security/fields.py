"""The fields of a body, by their places in it."""

import copy
from collections.abc import Iterator
from typing import Any

from tests.security.calls import Call

Place = tuple[str | int, ...]


def leaves(body: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value of the body that is not itself an object or a list, with its place."""
    if isinstance(body, dict | list):
        items = body.items() if isinstance(body, dict) else enumerate(body)
        for key, value in items:
            yield from leaves(value, (*at, key))
    else:
        yield at, body


def objects(body: Any, at: Place = ()) -> Iterator[Place]:
    """The place of every object in the body, its own first."""
    if isinstance(body, dict):
        yield at
    items = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from objects(value, (*at, key))


def changed(body: Any, place: Place, value: Any) -> Any:
    """A copy of the body with another value at this place."""
    if not place:
        return value
    result = copy.deepcopy(body)
    inner = result
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return result


def places_of(call: Call, schemas: dict[str, Any], body: Any) -> list[Place]:
    """Where a value may stand: in the body as we write it, and in what else its model knows."""
    found = [place for place, _ in leaves(body)]
    known: list[Place] = [(name,) for name in model_fields(call, schemas)]
    return found + [place for place in known if place[0] not in body]


def model_fields(call: Call, schemas: dict[str, Any]) -> list[str]:
    """The names that the documented body has at its top."""
    content = call.operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    choices = [schema, *schema.get("anyOf", []), *schema.get("oneOf", [])]
    names = [choice["$ref"].rpartition("/")[2] for choice in choices if "$ref" in choice]
    return [field for name in names for field in schemas[name].get("properties", {})]
