"""What those who work for providers are told, and when."""

from kalends.catalog import StaffInvited
from kalends.core.events import on
from kalends.core.unit import Unit

from ..service import staff_letters


@on(StaffInvited)
async def tell_invitation(unit: Unit, event: StaffInvited) -> None:
    await staff_letters.tell_invitation(unit, event.staff_id)
