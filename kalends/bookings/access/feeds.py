"""Who says which foreign calendars block whom."""

from uuid import UUID

from kalends import catalog
from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

_ROOMS = "rooms of the venues that one manages; operators every room"
_STAFF = "oneself on a staff; staff of the providers that one runs"
_on = "calendars"

FEEDS = {
    "GET /rooms/{room_id}/calendars": Rule(Who.manager, _ROOMS, UnitKind.read, feature=_on),
    "POST /rooms/{room_id}/calendars": Rule(
        Who.manager, _ROOMS, limit="bookings", keyed=True, feature=_on
    ),
    "DELETE /rooms/{room_id}/calendars/{feed_id}": Rule(Who.manager, _ROOMS, feature=_on),
    "GET /staff/{staff_id}/calendars": Rule(Who.signed_in, _STAFF, UnitKind.read, feature=_on),
    "POST /staff/{staff_id}/calendars": Rule(
        Who.signed_in, _STAFF, limit="bookings", keyed=True, feature=_on
    ),
    "DELETE /staff/{staff_id}/calendars/{staff_feed_id}": Rule(Who.signed_in, _STAFF, feature=_on),
}


async def access_calendar(unit: Unit, kind: str, resource_id: UUID) -> None:
    """Raises NotFound unless the room (`room`) or the member (`staff`) is the caller's to block."""
    if kind == "room":
        await catalog.access_room(unit, resource_id)
        return
    await access_member(unit, resource_id)


async def access_member(unit: Unit, staff_id: UUID) -> catalog.StaffFacts:
    """The member, for themself and for who runs their provider. Raises NotFound."""
    member = (await catalog.staff_by_id(unit, [staff_id])).get(staff_id)
    if member is None or member.status is catalog.PlaceStatus.deleted:
        raise NotFound
    who = unit.principal
    if not (
        who.user_id == member.user_id or who.runs_marketplace or who.manages(member.provider_id)
    ):
        raise NotFound
    return member
