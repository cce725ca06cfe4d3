"""The demo's accounts: invented names, one open password, addresses under example.com."""

from collections.abc import Iterator

from .places import SECTIONS
from .shapes import DemoPerson, Role
from .sources import source


def people() -> tuple[DemoPerson, ...]:
    """Return the operator, the managers and the customers, in that order."""
    names = source("people")
    desks = dict(_desks())
    managers = (_person(name, "manager", desks[_key(name)]) for name in names["managers"])
    customers = (_person(name, "customer") for name in names["customers"])
    return (_person(names["operator"], "operator"), *managers, *customers)


def _desks() -> Iterator[tuple[str, str]]:
    for name in SECTIONS:
        yield source(name)["manager"], source(name)["venue"][0]["key"]


def _person(name: str, role: Role, venue_key: str | None = None) -> DemoPerson:
    key = _key(name)
    email = f"{key.replace('-', '.', 1)}@example.com"
    return DemoPerson(key, name, email, source("people")["password"], (role,), venue_key)


def _key(name: str) -> str:
    return name.lower().replace("'", "").replace(" ", "-")
