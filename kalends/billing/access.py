"""Who may ask for a price."""

from kalends.core.policy import Rule, UnitKind, Who

POLICY = {"POST /quotes": Rule(Who.public, "anybody's", unit=UnitKind.read, limit="search")}
