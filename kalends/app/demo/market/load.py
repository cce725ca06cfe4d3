"""Puts a market's people, sellers, services and staff into an empty marketplace, once."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text

from kalends import catalog, identity
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import SYSTEM, ActorKind, Principal
from kalends.core.unit import Unit, open_past, open_unit

from ...dev import PEOPLE_FILE
from ...refusals import Refused
from ..catalogue import minutes_of
from ..load import Told
from .build import market
from .shapes import Account, Market, Offer, Seller

# Title and skills of a shop's owner, of the first of the staff, and of the others.
_DESKS = (("Owner", "everything"), ("Senior", "everything"), ("", "half of the menu"))
SHOWN = 4  # sellers on /dev/people, each with owner and staff


async def load_market(house: House, told: Told) -> bool:
    """Load the market unless it is there; whether it was loaded now. `told(what, done, of)` hears progress.

    Raises Refused when an earlier load was cut short.
    """
    place = market(house.profile.name)
    marker = house.settings.kalends_home / PEOPLE_FILE
    async with open_unit(house, read_only=True) as unit:
        known = await identity.find_person_by_email(unit, place.operator.email)
    if known is not None:
        if not marker.exists():
            raise Refused(
                "The demo's market is there only in part. Run `kalends erase`, then the demo again."
            )
        return False
    people = await _people(house, place, told)
    operator = Principal(
        ActorKind.operator, people[place.operator.email], frozenset({"super_admin"})
    )
    providers = {}
    for done, seller in enumerate(place.sellers, start=1):
        providers[seller.name] = await _open(house, place, seller, (operator, people))
        told("sellers", done, len(place.sellers))
    async with open_unit(house) as unit:
        await unit.session.execute(text("ANALYZE"))
    marker.write_text(json.dumps(_shown(place, providers), indent=1), encoding="utf-8")
    return True


async def _people(house: House, place: Market, told: Told) -> dict[str, UUID]:
    """Every account of the market, by e-mail."""
    working = [person for s in place.sellers for person in (s.owner, *s.staff)]
    everybody = [place.operator, *place.customers, *working]
    hashed = await identity.hash_password(place.password)
    ids = {}
    async with _quietly(house) as unit:
        for done, person in enumerate(everybody, start=1):
            new = identity.NewPerson(person.email, hashed, person.name)
            ids[person.email] = (await identity.register_person(unit, new)).id
            told("people", done, len(everybody))
        await identity.grant_role(unit, ids[place.operator.email], "super_admin")
    return ids


async def _open(
    house: House, place: Market, seller: Seller, known: tuple[Principal, dict[str, UUID]]
) -> UUID:
    """Onboard one seller, let the operator approve, and put up services and staff."""
    operator, people = known
    owner = Principal(ActorKind.customer, people[seller.owner.email])
    async with _quietly(house, owner) as unit:
        provider = (await catalog.onboard(unit, _provider(unit, place, seller))).facts
    async with _quietly(house, operator) as unit:
        if not provider.bookable:
            await catalog.approve(unit, provider.id)
        services = [_service(unit, place, offer) for offer in seller.offers]
        made = [(await catalog.create_service(unit, provider.id, new))[0].id for new in services]
        team: dict[str, UUID] = {}
        if seller.staff:
            team = await _hire(unit, provider.id, seller, made)
    for email, staff_id in team.items():
        async with _quietly(house, Principal(ActorKind.customer, people[email])) as unit:
            await catalog.accept_invitation(unit, staff_id)
    return provider.id


async def _hire(
    unit: Unit, provider_id: UUID, seller: Seller, services: list[UUID]
) -> dict[str, UUID]:
    """Give everybody of a shop a desk and skills, and ask their accounts."""
    team = {}
    half = (len(services) + 1) // 2
    for number, person in enumerate((seller.owner, *seller.staff)):
        title, does = _DESKS[min(number, len(_DESKS) - 1)]
        skills = tuple(services if does == "everything" else services[:half])
        new = catalog.NewStaff(person.name, title, email=person.email, skills=skills)
        team[person.email] = (await catalog.take_on(unit, provider_id, new)).id
    return team


def _provider(unit: Unit, place: Market, seller: Seller) -> catalog.NewProvider:
    week = tuple((day, minutes_of(opens), minutes_of(closes)) for day, opens, closes in place.week)
    return catalog.NewProvider(
        kind=catalog.ProviderKind(seller.kind),
        name=seller.name,
        username=seller.username,
        base=catalog.Base(seller.address, seller.city, seller.lat, seller.lng, seller.zone),
        bio=f"{seller.owner.name}, {seller.city}.",
        categories=tuple(dict.fromkeys(offer.category for offer in seller.offers)),
        experience_level=catalog.ExperienceLevel(seller.experience),
        registration_no=seller.registration or None,
        travel=_travel(unit, place),
        hours=catalog.Hours(week),
    )


def _travel(unit: Unit, place: Market) -> catalog.TravelPolicy | None:
    if place.way is None:
        return None
    currency, way = unit.profile.currency, place.way
    return catalog.TravelPolicy(
        modes=(catalog.TravelMode.client_location, catalog.TravelMode.provider_place),
        base=Money(way.base_minor, currency),
        per_km=Money(way.per_km_minor, currency),
        free_km=way.free_km,
        max_km=way.max_km,
    )


def _service(unit: Unit, place: Market, offer: Offer) -> catalog.NewService:
    listed = place.checklists.get(offer.category, ())
    return catalog.NewService(
        type=catalog.ServiceType(offer.kind),
        name=offer.name,
        price=Money(offer.price_minor, unit.profile.currency),
        duration_min=offer.minutes,
        category=offer.category,
        checklist=tuple(catalog.ChecklistItem(item, mandatory=True) for item in listed),
    )


@asynccontextmanager
async def _quietly(house: House, principal: Principal = SYSTEM) -> AsyncIterator[Unit]:
    """A unit of the present that sends no mail: nobody of the demo is welcomed a hundred times."""
    async with open_unit(house, read_only=True) as clock:
        now = clock.now
    async with open_past(house, principal, now) as unit:
        yield unit


def _shown(place: Market, providers: dict[str, UUID]) -> list[dict[str, object]]:
    """A few accounts of each role, for `/dev/people`."""
    shown = [_card(place, place.operator, "operator")]
    for seller in place.sellers[:SHOWN]:
        shown.append(_card(place, seller.owner, "owner", providers[seller.name]))
        shown += [_card(place, one, "staff", providers[seller.name]) for one in seller.staff]
    return shown + [_card(place, customer, "customer") for customer in place.customers]


def _card(
    place: Market, person: Account, role: str, provider: UUID | None = None
) -> dict[str, object]:
    return {
        "email": person.email,
        "password": place.password,
        "roles": [role],
        "provider_id": str(provider) if provider else None,
        "name": person.name,
    }
