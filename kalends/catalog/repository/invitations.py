"""Members whose account has been asked and has not answered."""

from uuid import UUID

from sqlalchemy import select

from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..models import Provider, StaffMember
from ..types import Invitation, PlaceStatus

M = StaffMember.metadata.tables["staff_members"].c
P = Provider.metadata.tables["providers"].c
_OPEN = (
    select(M.id, M.provider_id, P.name, M.name, M.title)
    .join(Provider, P.id == M.provider_id)
    .where(M.status != PlaceStatus.deleted.value)
)


async def invitations_of(
    unit: Unit, email: str, page: tuple[int, UUID | None]
) -> Slice[Invitation]:
    """A page of those to this address, by id."""
    limit, after = page
    query = _OPEN.where(M.invited_email == email)
    if after is not None:
        query = query.where(M.id > after)
    rows = await unit.session.execute(query.order_by(M.id).limit(limit + 1))
    return slice_of([Invitation(*row) for row in rows], limit, lambda found: (found.staff_id,))


async def lock_invitation(unit: Unit, email: str, staff_id: UUID) -> Invitation | None:
    """The one to this address, locked until the unit ends."""
    query = _OPEN.where(M.invited_email == email, M.id == staff_id)
    row = (await unit.session.execute(query.with_for_update(of=StaffMember))).one_or_none()
    return Invitation(*row) if row else None
