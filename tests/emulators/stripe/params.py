"""What an endpoint may be asked: unknown parameters, missing ones and odd values are refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .problems import malformed

Kind = Callable[[str, Any], Any]


@dataclass(frozen=True)
class Need:
    """A parameter that must be there."""

    kind: Any


def text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise malformed(f"Invalid string: {name}", name, "parameter_invalid_empty")
    return value


def whole(name: str, value: Any) -> int:
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
        raise malformed(f"Invalid integer: {value}", name, "parameter_invalid_integer")
    return int(value)


def truth(name: str, value: Any) -> bool:
    if value not in {"true", "false"}:
        raise malformed(f"Invalid boolean: {value}", name)
    return value == "true"


def currency(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) != 3 or not value.islower():
        raise malformed(f"Invalid currency: {value}", name)
    return value


def choice(*allowed: str) -> Kind:
    def check(name: str, value: Any) -> str:
        if value not in allowed:
            raise malformed(f"Invalid {name}: must be one of {', '.join(allowed)}", name)
        return str(value)

    return check


def metadata(name: str, value: Any) -> dict[str, str]:
    fine = isinstance(value, dict) and len(value) <= 50
    if not fine or any(
        len(k) > 40 or not isinstance(v, str) or len(v) > 500 for k, v in value.items()
    ):
        raise malformed(f"Invalid {name}", name)
    return dict(value)


def texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise malformed(f"Invalid array: {name}", name)
    return value


def checked(spec: Mapping[str, Any], given: Any, inside: str = "") -> dict[str, Any]:
    """The given parameters with their types; `spec` names kinds, needs and nested specs."""
    if not isinstance(given, dict):
        raise malformed(f"Invalid object: {inside}", inside)
    for name in given:
        if name not in spec:
            where = _where(inside, name)
            raise malformed(f"Received unknown parameter: {where}", where, "parameter_unknown")
    for name, kind in spec.items():
        if isinstance(kind, Need) and name not in given:
            where = _where(inside, name)
            raise malformed(f"Missing required param: {where}.", where, "parameter_missing")
    return {name: _one(spec[name], value, _where(inside, name)) for name, value in given.items()}


def _one(kind: Any, value: Any, where: str) -> Any:
    kind = kind.kind if isinstance(kind, Need) else kind
    return checked(kind, value, where) if isinstance(kind, Mapping) else kind(where, value)


def _where(inside: str, name: str) -> str:
    return f"{inside}[{name}]" if inside else name
