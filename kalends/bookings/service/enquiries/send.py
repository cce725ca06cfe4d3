"""Send an enquiry: is it possible at all, who could be asked, and whose turn it is first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kalends import catalog
from kalends.billing import check_kind
from kalends.catalog import ProviderFacts, ServiceFacts
from kalends.core.errors import Invalid, NotFound
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import begin
from kalends.core.unit import Unit

from ...errors import OwnVenue, SlotUnavailable, TooManyEnquiries
from ...repository import enquiries as repository
from ...rules.availability import Reason
from ...rules.opening_hours import resolve_local
from ...rules.processes import ENQUIRY
from ...schemas import EnquiryRequest
from ...types import Candidate, EnquiryFacts, Mode, Spot
from ..quotes import at_quoted_price
from .calendars import Diary, check_free, diaries_of
from .candidates import Wish, candidate_of, others, span_of
from .machine import ENQUIRIES, ask_on

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Asked:
    """An enquiry that is possible: who is asked first, for what, and what it may cost at most."""

    wish: Wish
    diary: Diary
    first: Candidate
    max_price: Money


async def send_enquiry(unit: Unit, request: EnquiryRequest) -> EnquiryFacts:
    """Ask a provider as the signed-in user; the first offer is made at once.

    Raises TooManyEnquiries, SlotTaken, and what `possible` raises.
    """
    most = unit.profile.enquiries.max_open
    if await repository.count_open(unit, unit.user_id) >= most:
        raise TooManyEnquiries(f"you have {most} open enquiries already", limit=most)
    asked = await possible(unit, request)
    candidates = [asked.first]
    if request.mode is Mode.instant:
        await check_free(unit, asked.diary, span_of(asked.first, asked.wish.start))
        candidates += await others(unit, asked.wish, asked.first.provider_id, asked.max_price)
    values = _values(unit, request, asked) | {
        "candidates": [repository.written_candidate(one) for one in candidates],
        "trial": trial_of(unit, request, asked),
    }
    row = await repository.add_enquiry(unit, values)
    await begin(unit, ENQUIRIES, row, ActorKind.customer)
    await ask_on(unit, row.id, "expire")
    found = await repository.find(unit, row.id)
    assert found is not None
    return found


def moment_at(zone: str, wall: datetime, field: str) -> datetime:
    """The instant of a wall time at the place. Raises Invalid for one that the clocks skip."""
    instant = resolve_local(wall, zone)
    if instant is None:
        raise Invalid(f"{field}: the clocks in {zone} skip this time that day; choose another")
    return instant


def check_ahead(unit: Unit, mode: Mode, start: datetime) -> None:
    """Raises SlotUnavailable for a start in the past, or further ahead than one may ask."""
    if start <= unit.now:
        raise SlotUnavailable("this time has passed", reason=Reason.IN_THE_PAST.value, nearest=[])
    profile = unit.profile
    instant = mode is Mode.instant
    days = profile.enquiries.instant_window_days if instant else profile.booking.window_days
    if start > unit.now + timedelta(days=days):
        raise SlotUnavailable(
            f"one can ask for the next {days} days",
            reason=Reason.TOO_FAR_AHEAD.value,
            nearest=[],
        )


async def possible(unit: Unit, request: EnquiryRequest) -> Asked:
    """What is asked for, whether or not there is time for it.

    Raises KindNotOffered, NotFound, Invalid, TooFarAway, OwnVenue, SlotUnavailable, QuoteMismatch, QuoteExpired.
    """
    check_kind(unit, request.mode.value)
    provider = await catalog.get_provider(unit, request.provider_id)
    if not provider.bookable:
        raise NotFound("this provider takes no bookings at the moment")
    if unit.principal.manages(provider.id):
        raise OwnVenue("ask another provider; this one is yours")
    services = await _services(unit, request, provider)
    start = moment_at(provider.zone, request.wall, "time")
    check_ahead(unit, request.mode, start)
    place = request.location
    wish = Wish(services, start, Spot(place.address, place.lat, place.lng), request.travel_option)
    first = at_quoted_price(unit, request, candidate_of(provider, services, wish))
    diary = (await diaries_of(unit, [provider.id]))[provider.id]
    return Asked(wish, diary, first, _max_price(request, first))


async def _services(
    unit: Unit, request: EnquiryRequest, provider: ProviderFacts
) -> tuple[ServiceFacts, ...]:
    known = await catalog.services_by_id(unit, request.service_ids)
    found = [known[one] for one in request.service_ids if one in known]
    mine = [one for one in found if one.provider_id == provider.id and one.bookable]
    if len(mine) != len(request.service_ids):
        raise NotFound("service_ids: name active services of this provider")
    wrong = next((one for one in mine if one.type.value != request.mode.value), None)
    if wrong is not None:
        raise Invalid(f"service_ids: {wrong.name} is {wrong.type}, not {request.mode}")
    return tuple(mine)


def _max_price(request: EnquiryRequest, first: Candidate) -> Money:
    """What the customer is ready to pay: by default what the first provider costs."""
    if request.max_price is None:
        return first.total
    most = request.max_price.money()
    if most.currency != first.total.currency or most < first.total:
        raise Invalid(f"max_price: this provider costs {first.total} with the way there")
    return most


def trial_of(unit: Unit, request: EnquiryRequest, asked: Asked) -> Mapping[str, Any] | None:
    """The trial as the enquiry keeps it: start, minutes, and the price in minor units. Raises Invalid."""
    wanted, zone = request.trial, asked.diary.provider.zone
    if wanted is None:
        return None
    start = moment_at(zone, wanted.wall, "trial.time")
    if not unit.now < start < start + timedelta(minutes=wanted.duration_min) <= asked.wish.start:
        raise Invalid("trial: it takes place between now and the service")
    price = wanted.price.money() if wanted.price else Money.zero(unit.profile.currency)
    if price.currency != unit.profile.currency:
        raise Invalid(f"trial.price: prices here are in {unit.profile.currency}")
    return {
        "start": start.isoformat(),
        "minutes": wanted.duration_min,
        "price": price.amount,
    }


def _values(unit: Unit, request: EnquiryRequest, asked: Asked) -> dict[str, Any]:
    spot = asked.wish.spot
    return {
        "id": new_id(),
        "process": ENQUIRY.name,
        "state": ENQUIRY.initial,
        "state_since": unit.now,
        "version": 1,
        "mode": request.mode.value,
        "customer_id": unit.user_id,
        "provider_id": asked.first.provider_id,
        "service_ids": request.service_ids,
        "start_at": asked.wish.start,
        "zone": asked.diary.provider.zone,
        "address": spot.address,
        "lat": spot.lat,
        "lng": spot.lng,
        "travel_option": request.travel_option.value,
        "notes": request.notes,
        "reference_images": request.reference_images,
        "currency": asked.max_price.currency,
        "max_price": asked.max_price.amount,
        "policy": _policy(unit, request.mode),
        "created_at": unit.now,
    }


def _policy(unit: Unit, mode: Mode) -> dict[str, Any]:
    rules = unit.profile.enquiries
    return {
        "max_offers": rules.max_offers if mode is Mode.instant else 1,
        "minutes": {
            "offer": rules.offer_minutes,
            "consent": rules.consent_minutes,
            "max_age": rules.max_age_days * MINUTES_PER_DAY,
        },
    }
