"""What a visit costs: one service or several of one provider, one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from kalends import catalog
from kalends.catalog import PlaceStatus, PriceUnit, ServiceFacts, StaffFacts, TravelMode
from kalends.core.errors import Invalid, NotFound
from kalends.core.unit import Unit

from ..errors import StaffNotQualified
from ..rules.prices import Price, PriceLine
from ..rules.services import (
    OWNER_PREMIUM,
    SERVICE,
    TRAVEL,
    ServiceOrder,
    price_visit,
    priced_service,
)
from ..rules.travel import METRES_PER_KM, metres_between, travel_charge
from ..schemas import AppointmentRequest, PlaceIn
from .tokens import fingerprint, unseal


@dataclass(frozen=True, slots=True)
class Job:
    """One service of a visit, when, and by whom if that was said; its lines are the service's own."""

    service: ServiceFacts
    member: StaffFacts | None
    start: datetime
    end: datetime
    lines: tuple[PriceLine, ...]


@dataclass(frozen=True, slots=True)
class QuotedVisit:
    """A price and the jobs that it is for. `at` is where the provider travels to; None: their own place.

    `more` are lines of no job in particular.
    """

    provider: catalog.ProviderFacts
    jobs: tuple[Job, ...]
    more: tuple[PriceLine, ...]
    at: PlaceIn | None
    price: Price


async def visit_of(unit: Unit, request: AppointmentRequest) -> QuotedVisit:
    """The visit at the price that a booking made now has: the token's when there is one.

    Raises NotFound, Invalid, StaffNotQualified, TooFarAway, QuoteExpired, QuoteMismatch.
    """
    visit = await visit_price(unit, request)
    if request.quote_token is None:
        return visit
    return _at_price(visit, unseal(unit, visit_fingerprint(request), request.quote_token))


async def visit_price(unit: Unit, request: AppointmentRequest) -> QuotedVisit:
    """The visit at the price of the catalogue, whatever was quoted."""
    services = await _services(unit, request)
    members = await _members(unit, request)
    [provider_id] = {service.provider_id for service in services}
    provider = (await catalog.providers_by_id(unit, [provider_id]))[provider_id]
    orders = [
        _order(unit, service, members.get(wish.staff_id), request)
        for service, wish in zip(services, request.wishes, strict=True)
    ]
    at = _place(provider, request)
    more = _travel(provider, at)
    jobs = tuple(_jobs(request, services, members, orders))
    return QuotedVisit(provider, jobs, more, at, price_visit(orders, more))


def visit_fingerprint(request: AppointmentRequest) -> str:
    """What the price depends on."""
    place = request.location
    return fingerprint(
        [[str(w.service_id), str(w.staff_id)] for w in request.wishes],
        request.start_time.astimezone(UTC).isoformat(),
        request.end_time.astimezone(UTC).isoformat() if request.end_time else None,
        [place.lat, place.lng] if place else None,
    )


async def _services(unit: Unit, request: AppointmentRequest) -> list[ServiceFacts]:
    wanted = [wish.service_id for wish in request.wishes]
    known = await catalog.services_by_id(unit, set(wanted))
    if any(one not in known or not known[one].bookable for one in wanted):
        raise NotFound("there is no such service, or it takes no bookings at the moment")
    found = [known[one] for one in wanted]
    if len({service.provider_id for service in found}) > 1:
        raise Invalid("services: all services of a visit are those of one provider")
    if any(service.type is not catalog.ServiceType.standard for service in found):
        raise Invalid("services: this service is not booked by the slot; send an enquiry")
    return found


async def _members(unit: Unit, request: AppointmentRequest) -> Mapping[UUID | None, StaffFacts]:
    """Those who were asked for by name, each able to do what is wanted of them."""
    wanted = [(w.staff_id, w.service_id) for w in request.wishes if w.staff_id is not None]
    known = await catalog.staff_by_id(unit, [staff_id for staff_id, _ in wanted])
    for staff_id, service_id in wanted:
        member = known.get(staff_id)
        if member is None or member.status is not PlaceStatus.active:
            raise NotFound("there is no such member of the staff")
        if service_id not in member.skills:
            raise StaffNotQualified(f"{member.name} does not do this; leave staff_id out")
    return dict(known.items())


def _order(
    unit: Unit, service: ServiceFacts, member: StaffFacts | None, request: AppointmentRequest
) -> ServiceOrder:
    in_person = member is not None and member.is_owner
    return ServiceOrder(
        id=service.id,
        name=service.name,
        price=service.price,
        by_the_hour=service.price_unit is PriceUnit.per_hour,
        minutes=_minutes(service, request),
        premium_bp=unit.profile.fees.owner_premium_bp if in_person else 0,
    )


def _minutes(service: ServiceFacts, request: AppointmentRequest) -> int:
    """How long the service takes; one by the hour as long as it is wanted, and never shorter than it is."""
    if request.end_time is None:
        return service.duration_min
    wanted = int((request.end_time - request.start_time).total_seconds()) // 60
    alone = len(request.wishes) == 1
    stretches = service.price_unit is PriceUnit.per_hour and wanted >= service.duration_min
    if alone and (stretches or wanted == service.duration_min):
        return wanted
    raise Invalid(
        "end_time: leave it out; only a single service by the hour is made longer with it"
    )


def _jobs(
    request: AppointmentRequest,
    services: Sequence[ServiceFacts],
    members: Mapping[UUID | None, StaffFacts],
    orders: Sequence[ServiceOrder],
) -> Iterator[Job]:
    """One after the other."""
    start = request.start_time
    for wish, service, order in zip(request.wishes, services, orders, strict=True):
        end = start + timedelta(minutes=order.minutes)
        yield Job(service, members.get(wish.staff_id), start, end, priced_service(order))
        start = end


def _place(provider: catalog.ProviderFacts, request: AppointmentRequest) -> PlaceIn | None:
    """Where the provider has to go. Raises Invalid when they only travel and nobody said where to."""
    modes = provider.travel.modes
    if request.location is None and TravelMode.provider_place not in modes:
        raise Invalid("location: this provider comes to you; say where")
    return request.location if TravelMode.client_location in modes else None


def _travel(provider: catalog.ProviderFacts, at: PlaceIn | None) -> tuple[PriceLine, ...]:
    """What the way costs, where it costs anything. Raises TooFarAway."""
    if at is None or provider.base is None:
        return ()
    metres = metres_between((provider.base.lat, provider.base.lng), (at.lat, at.lng))
    charge = travel_charge(provider.travel, metres)
    if not charge:
        return ()
    name = f"Travel, {Decimal(metres) / METRES_PER_KM:.1f} km"
    return (PriceLine(TRAVEL, provider.id, name, 1, charge, charge),)


def _at_price(visit: QuotedVisit, price: Price) -> QuotedVisit:
    """The same visit with the lines of another price: a service begins a job, and its premium follows it."""
    starts = [n for n, line in enumerate(price.lines) if line.kind == SERVICE]
    jobs = []
    for job, start in zip(visit.jobs, starts, strict=True):
        dearer = [line.kind for line in price.lines[start + 1 : start + 2]] == [OWNER_PREMIUM]
        jobs.append(replace(job, lines=price.lines[start : start + 1 + dearer]))
    done = sum(len(job.lines) for job in jobs)
    return replace(visit, jobs=tuple(jobs), more=price.lines[done:], price=price)
