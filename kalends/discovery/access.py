"""Who searches, and whose favourites they are."""

from kalends.core.errors import Invalid, Unauthenticated
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.reading import Reading

_PROVIDERS = Rule(
    Who.public, "active providers", UnitKind.read, limit="search", feature="providers"
)
POLICY = {
    "GET /search/rooms": Rule(Who.public, "active rooms", UnitKind.hot, limit="search"),
    "GET /favourites": Rule(Who.signed_in, "one's own", UnitKind.read),
    "POST /favourites": Rule(Who.signed_in, "one's own", keyed=True),
    "GET /providers/nearby": _PROVIDERS,
    "GET /providers/search": _PROVIDERS,
}


async def check_favourites(reading: Reading) -> None:
    """Return for somebody who has favourites. Raises Unauthenticated, Invalid where there are none."""
    if not reading.profile.features.favourites:
        raise Invalid("this marketplace has no favourites; search without favourites_only")
    if not (await reading.caller()).signed_in:
        raise Unauthenticated("sign in to search among your favourites")
