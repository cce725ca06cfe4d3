"""The policy table: one row per route, as data. A route without a row stops the start.

The same rows drive the edge (who may come in, which limit counts, whether a unit is opened), the
documentation, and the authorisation matrix of the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .principal import Principal

POLICIES: dict[str, "Rule"] = {}


class Who(StrEnum):
    """Who may call a route at all; whose object it is, the room's `access` decides.

    `operator` includes support, who only looks; `moderator` is an operator who may act.
    """

    public = "public"
    signed_in = "signed_in"
    manager = "manager"
    operator = "operator"
    moderator = "moderator"
    super_admin = "super_admin"
    own_credentials = "own_credentials"

    def lets_in(self, principal: Principal) -> bool:
        if self in {Who.public, Who.own_credentials}:
            return True
        if self is Who.super_admin:
            return principal.has_role("super_admin")
        if self is Who.operator:
            return principal.is_operator
        if self is Who.moderator:
            return principal.runs_marketplace
        if self is Who.manager:
            return principal.runs_marketplace or principal.runs_a_provider
        return principal.signed_in


class UnitKind(StrEnum):
    """`read`: no transaction. `write`: one, committed before the answer leaves. `none`: the handler opens
    its own units, because it calls the outside world between them; it gets `CurrentPrincipal`. `hot`: no
    unit but a `CurrentReading`, for what is asked for most."""

    read = "read"
    hot = "hot"
    write = "write"
    none = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `relation` says in words whose objects the caller reaches; the rest answers by 404.
    `exempt` routes (webhooks, health) count against no limit. `fresh`: the password was given a moment ago."""

    who: Who
    relation: str = "anybody's"
    unit: UnitKind = UnitKind.write
    limit: str | None = None
    keyed: bool = False
    confirm: bool = False
    feature: str | None = None
    exempt: bool = False
    fresh: bool = False


def declare(rows: Mapping[str, Rule]) -> None:
    """Add rows such as `"POST /bookings"`. Raises TypeError when a row is declared twice."""
    for route, rule in rows.items():
        if POLICIES.setdefault(route, rule) != rule:
            raise TypeError(f"the policy table has two rows for {route}")


class MissingPolicy(RuntimeError):
    """A route is mounted that nobody wrote a policy row for."""


def rule_for(method: str, path: str) -> Rule:
    try:
        return POLICIES[f"{method} {path}"]
    except KeyError:
        raise MissingPolicy(
            f"no policy row for {method} {path}; add one to the room's access"
        ) from None
