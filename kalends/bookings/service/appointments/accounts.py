"""The accounts of those who serve follow the staff: who leaves sees nothing more, who gets an account does."""

from uuid import UUID

from kalends import catalog
from kalends.catalog import PlaceStatus, StaffFacts
from kalends.core.unit import Unit

from ...repository import bookings, feeds, work


async def follow_member(unit: Unit, staff_id: UUID) -> None:
    """Bring what stands open in step with a member of a staff as they are now; twice changes nothing."""
    member = (await catalog.staff_by_id(unit, [staff_id])).get(staff_id)
    if member is None:
        return
    if member.status is PlaceStatus.deleted:
        await feeds.delete_feeds(unit, staff_id)
    after = UUID(int=0)
    while batch := await work.open_jobs_of(unit, staff_id, after):
        after = batch[-1].id
        team = await catalog.staff_by_id(unit, list({one for row in batch for one in row.team}))
        for row in batch:
            accounts = {a for one in row.team if (a := _account(team.get(one)))}
            if accounts != set(row.staff_user_ids):
                await bookings.change(unit, row.id, staff_user_ids=sorted(accounts))


def _account(member: StaffFacts | None) -> UUID | None:
    if member is None or member.status is PlaceStatus.deleted:
        return None
    return member.user_id
