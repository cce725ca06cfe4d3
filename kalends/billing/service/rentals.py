"""What a room by the hour costs."""

from dataclasses import dataclass
from datetime import UTC

from kalends import catalog
from kalends.core.errors import Invalid, NotFound
from kalends.core.unit import Unit

from ..errors import AddonUnavailable
from ..rules.prices import AddonOrder, Price, price_rental, rent
from ..schemas import RentalRequest
from .tokens import fingerprint, unseal


@dataclass(frozen=True, slots=True)
class Quoted:
    """A price and the room that it is for."""

    room: catalog.RoomFacts
    price: Price


async def price_of(unit: Unit, request: RentalRequest) -> Quoted:
    """The price that a booking made now has: the token's when there is one, else the catalogue's.

    Raises NotFound for the room, AddonUnavailable, Invalid for more guests than the room takes,
    QuoteExpired, QuoteMismatch.
    """
    if request.quote_token is None:
        return await rental_price(unit, request)
    room = await _room_for(unit, request)
    return Quoted(room, unseal(unit, rental_fingerprint(request), request.quote_token))


async def rental_price(unit: Unit, request: RentalRequest) -> Quoted:
    """The price by the catalogue, whatever was quoted."""
    room = await _room_for(unit, request)
    line = rent(room.id, room.name, room.rate, request.minutes)
    return Quoted(room, price_rental(line, await _addons(unit, room, request)))


async def _room_for(unit: Unit, request: RentalRequest) -> catalog.RoomFacts:
    room = await catalog.get_room(unit, request.room_id)
    if room.status is not catalog.PlaceStatus.active:
        raise NotFound("this room takes no bookings at the moment")
    if request.guests and request.guests > room.capacity:
        raise Invalid(f"{room.name} takes {room.capacity} people; ask for fewer or another room")
    return room


async def _addons(unit: Unit, room: catalog.RoomFacts, request: RentalRequest) -> list[AddonOrder]:
    if not request.addons:
        return []
    wanted = [line.addon_id for line in request.addons]
    known = await catalog.addons_by_id(unit, room.venue_id, wanted)
    orders = []
    for line in request.addons:
        addon = known.get(line.addon_id)
        if addon is None or not addon.active or addon.room_id not in {None, room.id}:
            raise AddonUnavailable(
                "choose add-ons of this venue; see GET /addons", addon_id=str(line.addon_id)
            )
        orders.append(AddonOrder(addon.id, addon.name, addon.price, line.quantity))
    return orders


def rental_fingerprint(request: RentalRequest) -> str:
    return fingerprint(
        str(request.room_id),
        request.start_time.astimezone(UTC).isoformat(),
        request.end_time.astimezone(UTC).isoformat(),
        sorted([str(line.addon_id), line.quantity] for line in request.addons),
    )
