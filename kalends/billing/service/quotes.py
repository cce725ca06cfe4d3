"""Quotes: the price now, and a signed token that fixes it for a few minutes."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from kalends import catalog
from kalends.core.errors import Invalid, NotFound
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..errors import AddonUnavailable, QuoteExpired, QuoteMismatch
from ..rules.prices import AddonOrder, Price, PriceLine, price_rental, rent
from ..schemas import RentalRequest

PURPOSE = "quote"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A price and the room that it is for."""

    room: catalog.RoomFacts
    price: Price


async def quote_rental(unit: Unit, request: RentalRequest) -> tuple[Price, str, datetime]:
    """Price the request from the catalogue; return the price, its token and when the token ends.

    Raises NotFound for the room, AddonUnavailable, Invalid for more guests than the room takes.
    """
    quoted = await _from_catalogue(unit, request)
    expires = unit.now + timedelta(minutes=unit.profile.payments.quote_minutes)
    return quoted.price, _seal(unit, request, quoted.price, expires), expires


async def price_of(unit: Unit, request: RentalRequest) -> Quoted:
    """The price that a booking made now has: the token's when there is one, else the catalogue's.

    Raises QuoteExpired, QuoteMismatch, and what `quote_rental` raises.
    """
    if request.quote_token is None:
        return await _from_catalogue(unit, request)
    room = await _room_for(unit, request)
    return Quoted(room, _open(unit, request, request.quote_token))


async def _from_catalogue(unit: Unit, request: RentalRequest) -> Quoted:
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


def _seal(unit: Unit, request: RentalRequest, price: Price, expires: datetime) -> str:
    body = {
        "r": _fingerprint(request),
        "x": int(expires.timestamp()),
        "c": price.total.currency,
        "l": [
            [
                ln.kind,
                str(ln.ref_id),
                ln.name,
                ln.quantity,
                ln.unit_price.amount,
                ln.subtotal.amount,
            ]
            for ln in price.lines
        ],
    }
    packed = json.dumps(body, separators=(",", ":")).encode()
    signed = packed + unit.house.keyring.sign(PURPOSE, packed)
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def _open(unit: Unit, request: RentalRequest, token: str) -> Price:
    body = _verified(unit, token)
    if body["r"] != _fingerprint(request):
        raise QuoteMismatch("the token was made for another room, time or add-ons")
    if datetime.fromtimestamp(body["x"], UTC) <= unit.now:
        raise QuoteExpired
    currency = body["c"]
    lines = tuple(
        PriceLine(kind, UUID(ref), name, count, Money(each, currency), Money(sub, currency))
        for kind, ref, name, count, each, sub in body["l"]
    )
    return Price(lines, Money(sum(line.subtotal.amount for line in lines), currency))


def _verified(unit: Unit, token: str) -> dict[str, Any]:
    try:
        signed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise QuoteMismatch("the token cannot be read") from error
    packed, signature = signed[:-16], signed[-16:]
    if not hmac.compare_digest(signature, unit.house.keyring.sign(PURPOSE, packed)):
        raise QuoteMismatch("the token was changed or is not ours")
    body: dict[str, Any] = json.loads(packed)
    return body


def _fingerprint(request: RentalRequest) -> str:
    facts = [
        str(request.room_id),
        request.start_time.astimezone(UTC).isoformat(),
        request.end_time.astimezone(UTC).isoformat(),
        sorted([str(line.addon_id), line.quantity] for line in request.addons),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
