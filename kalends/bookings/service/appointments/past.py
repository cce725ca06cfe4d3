"""Who served the caller before."""

from dataclasses import dataclass
from datetime import datetime

from kalends import catalog
from kalends.catalog import StaffFacts
from kalends.core.paging import PageQuery, Slice, moment_after
from kalends.core.unit import Unit

from ...repository import work


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody who served the caller, how often, and when last."""

    staff: StaffFacts
    provider_name: str
    visits: int
    last: datetime


async def past_professionals(unit: Unit, page: PageQuery) -> Slice[Acquaintance]:
    """Those of completed visits, the latest first; a list of three statements. Raises Invalid."""
    after = moment_after(page.cursor) if page.cursor else None
    found = await work.served_by(unit, unit.user_id, page.limit, after)
    people = await catalog.staff_by_id(unit, [row.staff_id for row in found.rows])
    providers = await catalog.providers_by_id(unit, {m.provider_id for m in people.values()})
    known = [
        Acquaintance(
            people[row.staff_id],
            providers[people[row.staff_id].provider_id].name,
            row.visits,
            row.last,
        )
        for row in found.rows
    ]
    return Slice(known, found.next_cursor)
