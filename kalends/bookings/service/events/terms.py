"""A line before it is asked for: is it on offer, what does it cost, on which terms."""

from dataclasses import asdict
from typing import Any

from kalends import catalog
from kalends.billing import FeeTerms, rent, terms_for
from kalends.core.errors import Invalid, NotFound
from kalends.core.money import Money
from kalends.core.profile import TaxLine, Tier
from kalends.core.unit import Unit

from ...errors import OwnVenue
from ...rules.ranges import Span
from ...types.events import EventLine, LineWish, NewEventLine


async def new_line(unit: Unit, wish: LineWish, span: Span) -> NewEventLine:
    """The line with its price and the terms that hold now, frozen.

    Raises NotFound for what is not on offer, OwnVenue, Invalid for a role or price that does not fit.
    """
    service = (await catalog.services_by_id(unit, [wish.service_id])).get(wish.service_id)
    if service is None or not service.bookable or service.provider_id != wish.provider_id:
        raise NotFound("this vendor does not offer this service")
    if service.event_role != wish.role:
        raise Invalid(f"role: {service.name} stands for a {service.event_role}")
    if unit.principal.manages(wish.provider_id):
        raise OwnVenue("ask another vendor; you run this one")
    provider = await catalog.get_provider(unit, wish.provider_id)
    await _check_room(unit, wish)
    return NewEventLine(
        provider_id=wish.provider_id,
        provider_name=provider.name,
        service_id=service.id,
        service_name=service.name,
        room_id=wish.room_id,
        role=wish.role,
        buffer_minutes=provider.buffer_minutes,
        asked=_price(unit, wish, service, span),
        policy=await _terms(unit, provider, service.category),
    )


def tiers_of(line: EventLine) -> tuple[Tier, ...]:
    """The vendor's tiers of cancellation, as they were."""
    return tuple(Tier(**tier) for tier in line.policy["tiers"])


def fees_of(line: EventLine) -> FeeTerms:
    """The commission and the taxes of the line, as they were."""
    stored = line.policy
    return FeeTerms(
        commission_bp=stored["commission_bp"],
        taxes=tuple(TaxLine(**tax) for tax in stored["taxes"]),
        commission_base=stored["commission_base"],
        price_tax_bp=stored["price_tax_bp"],
    )


async def _terms(unit: Unit, provider: catalog.ProviderFacts, category: str) -> dict[str, Any]:
    fees = await terms_for(unit, provider.id, category, unit.now)
    return {
        "tiers": [asdict(tier) for tier in catalog.tiers_that_hold(unit, provider)],
        "commission_bp": fees.commission_bp,
        "taxes": [tax.model_dump(mode="json") for tax in fees.taxes],
        "commission_base": fees.commission_base,
        "price_tax_bp": fees.price_tax_bp,
    }


async def _check_room(unit: Unit, wish: LineWish) -> None:
    if wish.room_id is None:
        return
    room = await catalog.get_room(unit, wish.room_id)
    if room.provider_id != wish.provider_id or room.status is not catalog.PlaceStatus.active:
        raise NotFound("this vendor does not offer this room")


def _price(unit: Unit, wish: LineWish, service: catalog.ServiceFacts, span: Span) -> Money:
    """The organiser's offer, else the listed price: by the hour for all of the event."""
    if wish.price is not None:
        if wish.price.currency != unit.profile.currency:
            raise Invalid(f"price: prices here are in {unit.profile.currency}")
        return wish.price
    if service.price_unit is catalog.PriceUnit.fixed:
        return service.price
    return rent(service.id, service.name, service.price, span.minutes).subtotal
