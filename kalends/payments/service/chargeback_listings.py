"""Looking at card disputes, for operators."""

from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..repository import chargebacks
from ..types import ChargebackFacts, ChargebackState


async def list_chargebacks(
    unit: Unit, state: ChargebackState | None, query: PageQuery
) -> Slice[ChargebackFacts]:
    """Card disputes, newest first. Raises Invalid for a cursor that is not ours."""
    before = id_after(query.cursor)
    rows = await chargebacks.newest(unit, state, before=before, limit=query.limit + 1)
    found = [chargebacks.facts(row) for row in rows]
    return slice_of(found, query.limit, lambda dispute: (str(dispute.id),))
