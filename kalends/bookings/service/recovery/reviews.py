"""Who declined so often that they are found less easily."""

from collections.abc import Collection
from uuid import UUID

from kalends.core.unit import Unit

from ...repository import recovery


async def providers_under_review(unit: Unit, provider_ids: Collection[UUID]) -> set[UUID]:
    """Those of whose staff somebody is under a ranking review now; one statement at most."""
    if not provider_ids or not unit.profile.features.staff:
        return set()
    return await recovery.providers_under_review(unit, provider_ids)
