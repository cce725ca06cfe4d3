"""Lists of enquiries: one's own, and those that wait for one's answer."""

from kalends.core.paging import Page, PageQuery, Slice
from kalends.core.unit import Unit

from ...access import seen_by
from ...repository import enquiries as repository
from ...schemas import EnquiryRead
from ...types import EnquiryFacts
from .present import shown


async def own_enquiries(unit: Unit, page: PageQuery) -> Page[EnquiryRead]:
    """The caller's own, newest first. Raises Invalid for a strange cursor."""
    return _page(unit, await repository.own_page(unit, unit.user_id, page))


async def pending_enquiries(unit: Unit, page: PageQuery) -> Page[EnquiryRead]:
    """Those that wait for a provider whom the caller runs. Raises Invalid for a strange cursor."""
    memberships = unit.principal.memberships
    mine = [m.provider_id for m in memberships if unit.principal.manages(m.provider_id)]
    return _page(unit, await repository.pending_page(unit, mine, page))


def _page(unit: Unit, found: Slice[EnquiryFacts]) -> Page[EnquiryRead]:
    items = [shown(unit, seen_by(unit, one)) for one in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)
