"""Which roles a person has, the weightiest first. Everybody is a customer."""

from collections.abc import Iterable

CUSTOMER = "customer"
RANKS = ("super_admin", "moderator", "support", "owner", "manager", "staff")


def ranked(platform: Iterable[str], memberships: Iterable[str]) -> list[str]:
    """All roles, weightiest first; the first one is what a client shows."""
    held = {str(role) for role in (*platform, *memberships)}
    return [*(rank for rank in RANKS if rank in held), CUSTOMER]
