"""Looking at statements and differences, and explaining these."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from kalends.core import audit
from kalends.core.paging import PageQuery, Slice, id_after, moment_after, slice_of
from kalends.core.unit import Unit

from ..access import access_difference
from ..errors import AlreadyExplained
from ..repository import differences, settlements
from ..types import Difference, SettledDay


async def list_days(unit: Unit, gateway: str | None, query: PageQuery) -> Slice[SettledDay]:
    """The days whose statements were read, newest first. Raises Invalid for a foreign cursor."""
    before = moment_after(query.cursor) if query.cursor else None
    rows = await settlements.newest_days(unit, gateway, before=before, limit=query.limit + 1)
    return slice_of(rows, query.limit, lambda day: (_midnight(day), str(day.id)))


def _midnight(settled: SettledDay) -> str:
    return datetime.combine(settled.day, time.min, UTC).isoformat()


async def list_differences(
    unit: Unit, filters: dict[str, Any], query: PageQuery
) -> Slice[Difference]:
    """Differences, newest first. Raises Invalid for a cursor that is not ours."""
    before = id_after(query.cursor)
    rows = await differences.newest(unit, filters, before=before, limit=query.limit + 1)
    return slice_of(rows, query.limit, lambda difference: (str(difference.id),))


async def explain_difference(unit: Unit, difference_id: UUID, note: str) -> Difference:
    """Say what is behind a difference, audited. Raises NotFound, AlreadyExplained."""
    known = await access_difference(unit, difference_id)
    if known.explained_at is not None:
        raise AlreadyExplained(f"explained before: {known.note}")
    explained = await differences.explain(unit, difference_id, unit.user_id, note)
    detail = {
        "gateway": known.gateway,
        "kind": known.finding.kind,
        "object": f"{known.finding.thing}:{known.finding.object_id}",
        "note": note,
    }
    deed = audit.Deed("difference.explained", "difference", str(difference_id), detail)
    await audit.record(unit, deed)
    return explained
