"""Who reaches which enquiry, and what they may do with it."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

from ..repository import enquiries as repository
from ..types import EnquiryFacts, OfferFacts

_FEATURE = "enquiries"
_own = "own enquiries"
_asked = "enquiries that a provider one runs is, or was, asked"
_both = "own enquiries; those that a provider one runs is, or was, asked; all for operators"

ENQUIRIES = {
    "POST /enquiries": Rule(
        Who.signed_in, "for oneself", limit="bookings", keyed=True, feature=_FEATURE
    ),
    "GET /enquiries/customer": Rule(Who.signed_in, _own, UnitKind.read, feature=_FEATURE),
    "GET /enquiries/provider/pending": Rule(
        Who.manager, "of the providers that one runs", UnitKind.read, feature=_FEATURE
    ),
    "GET /enquiries/{enquiry_id}": Rule(Who.signed_in, _both, UnitKind.read, feature=_FEATURE),
    "POST /enquiries/{enquiry_id}/accept": Rule(
        Who.manager, _asked, UnitKind.none, keyed=True, feature=_FEATURE
    ),
    "POST /enquiries/{enquiry_id}/decline": Rule(Who.manager, _asked, keyed=True, feature=_FEATURE),
    "POST /enquiries/{enquiry_id}/withdraw": Rule(
        Who.signed_in, _own, keyed=True, feature=_FEATURE
    ),
    "POST /enquiries/{enquiry_id}/consent": Rule(Who.signed_in, _own, keyed=True, feature=_FEATURE),
    "POST /enquiries/{enquiry_id}/proposals": Rule(
        Who.signed_in, f"{_own}; {_asked}", limit="bookings", keyed=True, feature=_FEATURE
    ),
    "POST /enquiries/{enquiry_id}/proposals/{version}/accept": Rule(
        Who.signed_in, f"{_own}; {_asked}", keyed=True, feature=_FEATURE
    ),
    "POST /bookings/{booking_id}/trial": Rule(
        Who.signed_in, "own bookings", keyed=True, feature=_FEATURE
    ),
}


@dataclass(frozen=True, slots=True)
class SeenEnquiry:
    """An enquiry that the caller may see; `offer` is the last one to a provider that the caller runs."""

    enquiry: EnquiryFacts
    is_customer: bool
    offer: OfferFacts | None
    knows_all: bool


async def access_enquiry(unit: Unit, enquiry_id: UUID) -> SeenEnquiry:
    """The enquiry, for its customer, for who was asked, and for operators. Raises NotFound."""
    enquiry = await repository.find(unit, enquiry_id)
    if enquiry is None:
        raise NotFound
    return seen_by(unit, enquiry)


async def access_own_enquiry(unit: Unit, enquiry_id: UUID) -> EnquiryFacts:
    """The enquiry, for its customer alone. Raises NotFound."""
    seen = await access_enquiry(unit, enquiry_id)
    if not seen.is_customer:
        raise NotFound
    return seen.enquiry


async def access_offer(unit: Unit, enquiry_id: UUID) -> tuple[EnquiryFacts, OfferFacts]:
    """The enquiry and the caller's own offer, for who runs a provider that was asked. Raises NotFound."""
    seen = await access_enquiry(unit, enquiry_id)
    if seen.offer is None:
        raise NotFound
    return seen.enquiry, seen.offer


def seen_by(unit: Unit, enquiry: EnquiryFacts) -> SeenEnquiry:
    """How the caller sees it. Raises NotFound for a stranger."""
    principal = unit.principal
    mine = [offer for offer in enquiry.offers if principal.manages(offer.provider_id)]
    is_customer = principal.user_id == enquiry.customer_id
    if not (mine or is_customer or principal.is_operator):
        raise NotFound
    knows_all = is_customer or principal.is_operator
    return SeenEnquiry(enquiry, is_customer, mine[-1] if mine else None, knows_all)
