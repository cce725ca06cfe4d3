"""Who may do what to places: the policy rows, and fetching a place for somebody who may change it."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.principal import ActorKind, Principal
from kalends.core.unit import Unit

from ..repository import addons, rooms, venues
from ..types import AddonFacts, PlaceStatus, RoomFacts, RoomPage, VenueFacts

_SEEN = Rule(Who.public, "active places; managers also see their inactive ones", UnitKind.read)
_OPERATORS = Rule(Who.moderator, "every place")
_MANAGERS = Rule(Who.manager, "rooms of the venues that one manages; operators every room")

PLACES = {
    "GET /venues": _SEEN,
    "POST /venues": Rule(Who.moderator, "every place", keyed=True),
    "GET /venues/{venue_id}": _SEEN,
    "PATCH /venues/{venue_id}": _OPERATORS,
    "DELETE /venues/{venue_id}": _OPERATORS,
    "GET /venues/{venue_id}/rooms": _SEEN,
    "POST /venues/{venue_id}/rooms": Rule(_MANAGERS.who, _MANAGERS.relation, keyed=True),
    "GET /rooms/{room_id}": _SEEN,
    "PATCH /rooms/{room_id}": _MANAGERS,
    "DELETE /rooms/{room_id}": _MANAGERS,
    "GET /rooms/{room_id}/hours": _SEEN,
    "PUT /rooms/{room_id}/hours": _MANAGERS,
    "GET /addons": _SEEN,
    "POST /addons": Rule(Who.moderator, "every place", keyed=True),
    "PATCH /addons/{addon_id}": _OPERATORS,
    "DELETE /addons/{addon_id}": _OPERATORS,
}


def may_manage(principal: Principal, provider_id: UUID, venue_id: UUID) -> bool:
    """Whether this venue is theirs to run: its managers, operators who may act, and the system itself."""
    return (
        principal.kind is ActorKind.system
        or principal.runs_marketplace
        or principal.manages(provider_id, venue_id)
    )


def may_see_all(principal: Principal, provider_id: UUID, venue_id: UUID) -> bool:
    """Whether inactive places of this venue are shown to them: who may run it, and support."""
    return principal.is_operator or may_manage(principal, provider_id, venue_id)


def visible_statuses(principal: Principal, venue: VenueFacts) -> list[str]:
    """Which rooms and venues they see in a list of this venue's kind: all but the deleted, or the active."""
    if may_see_all(principal, venue.provider_id, venue.id):
        return [PlaceStatus.active.value, PlaceStatus.inactive.value]
    return [PlaceStatus.active.value]


async def access_venue(unit: Unit, venue_id: UUID) -> VenueFacts:
    """The venue, for somebody who may run it. Raises NotFound when missing, deleted or not theirs."""
    venue = await see_venue(unit, venue_id)
    if not may_manage(unit.principal, venue.provider_id, venue.id):
        raise NotFound
    return venue


async def see_venue(unit: Unit, venue_id: UUID) -> VenueFacts:
    """The venue, for anybody; an inactive one only for who may run it. Raises NotFound."""
    venue = await venues.venue(unit, venue_id)
    if venue is None or not _shown(unit, venue.status, (venue.provider_id, venue.id)):
        raise NotFound
    return venue


async def access_room(unit: Unit, room_id: UUID) -> RoomFacts:
    """The room, for somebody who may run its venue. Raises NotFound when missing, deleted or not theirs."""
    return (await access_page(unit, room_id)).facts


async def access_page(unit: Unit, room_id: UUID) -> RoomPage:
    """As `access_room`, with all that is known about the room."""
    page = await see_room(unit, room_id)
    if not may_manage(unit.principal, page.facts.provider_id, page.facts.venue_id):
        raise NotFound
    return page


async def see_room(unit: Unit, room_id: UUID) -> RoomPage:
    """The room, for anybody; an inactive one only for who may run its venue. Raises NotFound."""
    page = await rooms.room_page(unit, room_id)
    if page is None:
        raise NotFound
    facts = page.facts
    if not _shown(unit, facts.status, (facts.provider_id, facts.venue_id)):
        raise NotFound
    return page


async def access_addon(unit: Unit, addon_id: UUID) -> AddonFacts:
    """The add-on, for somebody who may run its venue. Raises NotFound when missing or not theirs."""
    found = await addons.addon(unit, addon_id)
    if found is None:
        raise NotFound
    await access_venue(unit, found.venue_id)
    return found


def _shown(unit: Unit, status: PlaceStatus, place: tuple[UUID, UUID]) -> bool:
    if status is PlaceStatus.inactive:
        return may_see_all(unit.principal, *place)
    return status is PlaceStatus.active
