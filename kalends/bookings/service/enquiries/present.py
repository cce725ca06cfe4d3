"""Enquiries as their wire shape, for who asks."""

from datetime import datetime, timedelta
from typing import Any, Literal

from kalends.core.money import Money
from kalends.core.unit import Unit
from kalends.core.wire import MoneyRead

from ...access import SeenEnquiry
from ...rules.opening_hours import zone_named
from ...rules.processes import ENQUIRY
from ...schemas import (
    ConsentRead,
    EnquiryRead,
    LocationRead,
    NamedProvider,
    OfferRead,
    ProposalRead,
    TrialRead,
)
from ...types import EnquiryFacts, OfferFacts, ProposalFacts

_SHOWN_PLACE = frozenset({"offered", "accepted"})
_TOLD_EVERYBODY = (
    "id", "mode", "state", "service_ids", "travel_option", "notes", "reference_images", "created_at",
)  # fmt: skip
_NOT_FOR_OTHERS: dict[str, Any] = {
    "location": None, "proposals": [], "booking_id": None, "trial_booking_id": None,
}  # fmt: skip
_SECOND = timedelta(seconds=1)


def shown(unit: Unit, seen: SeenEnquiry) -> EnquiryRead:
    """The enquiry as the caller may see it."""
    one = seen.enquiry
    offer = one.live_offer if seen.knows_all else seen.offer
    local = one.start.astimezone(zone_named(one.zone))
    told: dict[str, Any] = {name: getattr(one, name) for name in _TOLD_EVERYBODY}
    return EnquiryRead.model_validate(
        told
        | (_for_customers(unit, one) if seen.knows_all else _for_asked(unit, seen))
        | (_for_both(unit, one) if _is_theirs(seen) else _NOT_FOR_OTHERS)
        | {
            "actions": actions_of(unit, seen),
            "offer": _offer(unit, offer),
            "provider": {"id": offer.provider_id if offer else one.provider_id},
            "start_time": one.start,
            "date": local.date(),
            "time": f"{local:%H:%M}",
            "time_zone": one.zone,
            "trial": _trial(one),
        }
    )


def _for_customers(unit: Unit, one: EnquiryFacts) -> dict[str, Any]:
    """What the customer and operators know: the whole line, and what they are asked."""
    return {
        "customer": {"id": one.customer_id},
        "offers": [_offer(unit, each) for each in one.offers],
        "consent": _consent(one),
        "max_price": MoneyRead.of(one.max_price),
    }


def _for_asked(unit: Unit, seen: SeenEnquiry) -> dict[str, Any]:
    """A provider knows of their own turn alone, and who asks once they have accepted."""
    accepted = seen.offer is not None and seen.offer.state == "accepted"
    return {
        "customer": {"id": seen.enquiry.customer_id} if accepted else None,
        "offers": [_offer(unit, seen.offer)],
        "consent": None,
        "max_price": None,
    }


def _for_both(unit: Unit, one: EnquiryFacts) -> dict[str, Any]:
    """Where it is, what is negotiated, and what came of it."""
    spot = one.location
    return {
        "location": LocationRead(address=spot.address, lat=spot.lat, lng=spot.lng),
        "proposals": [_proposal(unit, one, each) for each in one.proposals],
        "booking_id": one.booking_id,
        "trial_booking_id": one.trial_booking_id,
    }


def actions_of(unit: Unit, seen: SeenEnquiry) -> list[str]:
    """What the caller may do now."""
    one, found = seen.enquiry, []
    if one.state != ENQUIRY.initial:
        return []
    live = seen.offer is not None and seen.offer.live
    in_time = live and seen.offer is not None and not _over(seen.offer, unit.now)
    if in_time:
        found += ["accept", "decline"]
    if seen.is_customer:
        found += ["withdraw"] + (["consent"] if one.consent else [])
    if one.mode == "flexi" and (seen.is_customer or in_time):
        found.append("propose")
    return found


def _is_theirs(seen: SeenEnquiry) -> bool:
    """Whether what came of it is the caller's to know: not for who was asked in vain."""
    return seen.knows_all or (seen.offer is not None and seen.offer.state in _SHOWN_PLACE)


def _offer(unit: Unit, offer: OfferFacts | None) -> OfferRead | None:
    if offer is None:
        return None
    return OfferRead(
        provider=NamedProvider(id=offer.provider_id, name=offer.provider_name),
        sequence=offer.sequence,
        state=offer.state,
        price=MoneyRead.of(offer.price),
        offered_at=offer.offered_at,
        expires_at=offer.expires_at,
        seconds_left=_seconds_left(offer, unit.now),
    )


def _seconds_left(offer: OfferFacts, now: datetime) -> int | None:
    if offer.expires_at is None:
        return None
    return max(0, -((now - offer.expires_at) // _SECOND)) if offer.live else 0


def _over(offer: OfferFacts, now: datetime) -> bool:
    return offer.expires_at is not None and now >= offer.expires_at


def _consent(one: EnquiryFacts) -> ConsentRead | None:
    wanted = one.consent
    if wanted is None or one.state != ENQUIRY.initial:
        return None
    return ConsentRead(
        provider=NamedProvider(id=wanted["provider_id"], name=wanted["provider_name"]),
        price=MoneyRead.of(Money(wanted["price"], one.max_price.currency)),
        until=datetime.fromisoformat(wanted["until"]),
    )


def _trial(one: EnquiryFacts) -> TrialRead | None:
    if one.trial is None:
        return None
    return TrialRead(
        start_time=datetime.fromisoformat(one.trial["start"]),
        duration_min=one.trial["minutes"],
        price=MoneyRead.of(Money(one.trial["price"], one.max_price.currency)),
    )


def _proposal(unit: Unit, one: EnquiryFacts, proposal: ProposalFacts) -> ProposalRead:
    return ProposalRead.model_validate(
        {
            "version": proposal.version,
            "by": proposal.by,
            "price": MoneyRead.of(proposal.price) if proposal.price else None,
            "start_time": proposal.start,
            "note": proposal.note,
            "state": _standing(unit, one, proposal),
            "created_at": proposal.created_at,
            "expires_at": proposal.expires_at,
        }
    )


def _standing(
    unit: Unit, one: EnquiryFacts, proposal: ProposalFacts
) -> Literal["proposed", "accepted", "superseded", "expired"]:
    if proposal.accepted_at:
        return "accepted"
    if proposal.version != one.proposals[-1].version:
        return "superseded"
    return "expired" if unit.now >= proposal.expires_at else "proposed"
