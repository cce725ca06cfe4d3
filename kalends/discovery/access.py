"""Who searches, and whose favourites they are."""

from kalends.core.errors import Invalid, Unauthenticated
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

POLICY = {
    "GET /search/rooms": Rule(Who.public, "active rooms", UnitKind.read, limit="search"),
    "GET /favourites": Rule(Who.signed_in, "one's own", UnitKind.read),
    "POST /favourites": Rule(Who.signed_in, "one's own", keyed=True),
}


def check_favourites(unit: Unit) -> None:
    """Return for somebody who has favourites. Raises Unauthenticated, Invalid where there are none."""
    if not unit.profile.features.favourites:
        raise Invalid("this marketplace has no favourites; search without favourites_only")
    if not unit.principal.signed_in:
        raise Unauthenticated("sign in to search among your favourites")
