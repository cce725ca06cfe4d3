"""Looking at payouts: one of them, one's own, and everybody's for operators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..access import providers_run_by, see_payout
from ..repository import payouts
from ..types import PayoutFacts


async def read_payout(unit: Unit, payout_id: UUID) -> PayoutFacts:
    """One payout, for who runs its provider and for operators. Raises NotFound for everybody else."""
    return payouts.facts(await see_payout(unit, payout_id))


async def list_in_reach(
    unit: Unit, filters: Mapping[str, Any], query: PageQuery
) -> Slice[PayoutFacts]:
    """Payouts of the providers that the caller runs, everybody's for operators, newest first.

    Raises Invalid for a cursor that is not ours.
    """
    wanted = dict(filters)
    if not unit.principal.is_operator:
        mine = providers_run_by(unit.principal)
        named = wanted.get("provider_id")
        wanted["provider_id"] = [one for one in mine if named in {None, one}]
    return await _page(unit, wanted, query)


async def _page(unit: Unit, wanted: Mapping[str, Any], query: PageQuery) -> Slice[PayoutFacts]:
    before = id_after(query.cursor)
    rows = await payouts.newest(unit, wanted, before=before, limit=query.limit + 1)
    found = [payouts.facts(row) for row in rows]
    return slice_of(found, query.limit, lambda payout: (str(payout.id),))
