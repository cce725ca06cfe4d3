"""Who can be asked: the chosen provider first, then others who could do the same work nearby."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kalends import catalog
from kalends.billing import (
    ServiceOrder,
    metres_between,
    service_line,
    travel_charge,
    within_reach,
)
from kalends.catalog import PriceUnit, ProviderFacts, ServiceFacts, ServiceType, TravelMode
from kalends.core.errors import Invalid
from kalends.core.geography import box_around
from kalends.core.money import Money
from kalends.core.unit import Unit

from ...rules.candidates import Merit, instead_of, place_in_line
from ...rules.ranges import Span
from ...rules.terms import total_of, travel_line
from ...types import Candidate, LineFacts, Spot
from ..create import lines_of
from .calendars import diaries_of, free_of

SEARCHED, KEPT_PER_OFFER = 200, 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: services of one provider, when, and where."""

    services: tuple[ServiceFacts, ...]
    start: datetime
    spot: Spot
    option: TravelMode


def candidate_of(
    provider: ProviderFacts, services: Sequence[ServiceFacts], wish: Wish
) -> Candidate:
    """What it costs when this provider does it. Raises Invalid, TooFarAway."""
    if wish.option not in provider.travel.modes:
        modes = ", ".join(mode.value for mode in provider.travel.modes)
        raise Invalid(f"travel_option: this provider offers: {modes}")
    lines = tuple(_line(service) for service in services)
    metres = _metres(provider, wish.spot)
    if wish.option is TravelMode.client_location:
        cost = travel_charge(provider.travel, metres)
        lines += (travel_line(provider.id, cost),) if cost else ()
    minutes = sum(service.duration_min for service in services)
    return Candidate(
        provider_id=provider.id,
        provider_name=provider.name,
        lines=lines,
        total=total_of(lines),
        minutes=minutes,
        metres=metres,
        category=services[0].category,
    )


async def others(unit: Unit, wish: Wish, asked: UUID, most: Money) -> list[Candidate]:
    """Who else could do it and is free now, best first; those who cost more than `most` at the end."""
    offered = await _sellers(unit, wish)
    diaries = await diaries_of(unit, offered.keys() - _not_these(unit, asked))
    found = {}
    for provider_id, diary in diaries.items():
        candidate = _equal(unit, diary.provider, offered[provider_id], wish)
        if candidate is not None:
            found[provider_id] = candidate
    spans = {i: (diaries[i], span_of(one, wish.start)) for i, one in found.items()}
    free = await free_of(unit, spans)
    radius = unit.profile.enquiries.radius_km * 1000
    ranking = unit.profile.search.ranking
    weights = (ranking.proximity_percent, ranking.rating_percent)
    line = sorted(
        (place_in_line(_merit(diaries[i].provider, found[i], most), radius, weights), i)
        for i in free
    )
    return [found[i] for _, i in line[: unit.profile.enquiries.max_offers * KEPT_PER_OFFER]]


async def still_open(unit: Unit, candidates: Sequence[Candidate], start: datetime) -> set[UUID]:
    """Which of these could do it now: bookable, with what was chosen of them, and free."""
    ids = {one.provider_id for one in candidates}
    wanted = {service for one in candidates for service in one.service_ids}
    services = await catalog.services_by_id(unit, wanted)
    able = {
        one.provider_id: one
        for one in candidates
        if all(i in services and services[i].bookable for i in one.service_ids)
    }
    diaries = await diaries_of(unit, ids & able.keys())
    spans = {i: (diary, span_of(able[i], start)) for i, diary in diaries.items()}
    return set(await free_of(unit, spans))


def span_of(candidate: Candidate, start: datetime) -> Span:
    return Span(start, start + timedelta(minutes=candidate.minutes))


async def _sellers(unit: Unit, wish: Wish) -> dict[UUID, list[ServiceFacts]]:
    """The instant services of everybody near who sells in the first category that is wanted."""
    radius = unit.profile.enquiries.radius_km
    lat, lng = wish.spot.point
    near = await catalog.providers_near(
        unit,
        catalog.ProviderFilter(
            near=(lat, lng, float(radius)),
            box=box_around(lat, lng, radius),
            sells=(ServiceType.instant.value, wish.services[0].category),
            limit=SEARCHED,
        ),
    )
    found: dict[UUID, list[ServiceFacts]] = {}
    ids = [one.id for one in near]
    for service in await catalog.services_offered(unit, ids, ServiceType.instant):
        found.setdefault(service.provider_id, []).append(service)
    return found


def _not_these(unit: Unit, asked: UUID) -> set[UUID]:
    """Who is asked anyway, and the customer's own providers."""
    return {asked, *(m.provider_id for m in unit.principal.memberships)}


def _equal(
    unit: Unit, provider: ProviderFacts, offered: Sequence[ServiceFacts], wish: Wish
) -> Candidate | None:
    """What this provider would do instead, if it is the same work and within reach."""
    sold = [(_line(service).subtotal.amount, service) for service in offered]
    tolerance = unit.profile.enquiries.duration_tolerance_percent
    services = instead_of(wish.services, sold, tolerance)
    travels = wish.option is TravelMode.client_location
    too_far = travels and not within_reach(provider.travel, _metres(provider, wish.spot))
    if services is None or too_far or wish.option not in provider.travel.modes:
        return None
    return candidate_of(provider, services, wish)


def _merit(provider: ProviderFacts, candidate: Candidate, most: Money) -> Merit:
    return Merit(provider.id, candidate.metres, provider.rating_hundredths, candidate.total > most)


def _metres(provider: ProviderFacts, spot: Spot) -> int:
    base = provider.base
    return metres_between((base.lat, base.lng), spot.point) if base else 0


def _line(service: ServiceFacts) -> LineFacts:
    """The service at its price now, for as long as it takes."""
    by_the_hour = service.price_unit is PriceUnit.per_hour
    order = ServiceOrder(service.id, service.name, service.price, by_the_hour, service.duration_min)
    [line] = lines_of((service_line(order),))
    return line
