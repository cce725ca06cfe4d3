"""Answers: the provider accepts or declines, the customer withdraws or agrees to a dearer provider."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.states import Order, fire, refusal
from kalends.core.unit import Unit, open_unit

from ...access import access_offer, access_own_enquiry
from ...errors import NoSuchTurn, SlotTaken
from ...repository import enquiries as repository
from ...types import EnquiryFacts, OfferFacts
from ..create import SlotLost
from .convert import convert
from .machine import ENQUIRIES, OFFERS, ask_on

_provider, _system = Order(ActorKind.provider), Order(ActorKind.system)


async def accept_enquiry(house: House, principal: Principal, enquiry_id: UUID) -> EnquiryFacts:
    """The provider takes it: there is a booking to be paid, and the time is held for it.

    Whose time went to somebody else meanwhile loses the turn, and is told so. Raises NotFound, NoSuchTurn,
    TransitionNotAllowed, TakesNoBookings, SlotTaken.
    """
    async with open_unit(house, principal) as unit:
        offer = await _own_turn(unit, enquiry_id)
        if await _accepted(unit, enquiry_id, offer):
            return await _found(unit, enquiry_id)
        await _lose(unit, enquiry_id, offer)
    raise SlotTaken("your time went to somebody else", reason="taken", nearest=[])


async def decline_enquiry(unit: Unit, enquiry_id: UUID, reason: str | None) -> EnquiryFacts:
    """The provider does not take it; whoever is next is asked.

    Raises NotFound, NoSuchTurn, TransitionNotAllowed.
    """
    offer = await _own_turn(unit, enquiry_id)
    await fire(unit, OFFERS, offer.id, "decline", Order(ActorKind.provider, reason))
    return await _found(unit, enquiry_id)


async def withdraw_enquiry(unit: Unit, enquiry_id: UUID, reason: str | None) -> EnquiryFacts:
    """The customer no longer asks. Raises NotFound, TransitionNotAllowed."""
    await access_own_enquiry(unit, enquiry_id)
    await fire(unit, ENQUIRIES, enquiry_id, "withdraw", Order(ActorKind.customer, reason))
    return await _found(unit, enquiry_id)


async def answer_consent(unit: Unit, enquiry_id: UUID, *, agree: bool) -> EnquiryFacts:
    """The customer agrees that a dearer provider is asked, or does not, which ends the enquiry.

    Raises NotFound, TransitionNotAllowed.
    """
    await access_own_enquiry(unit, enquiry_id)
    step = "consent" if agree else "refuse_consent"
    await fire(unit, ENQUIRIES, enquiry_id, step, Order(ActorKind.customer))
    if agree:
        await ask_on(unit, enquiry_id, "decline")
    return await _found(unit, enquiry_id)


async def _own_turn(unit: Unit, enquiry_id: UUID) -> OfferFacts:
    """The caller's live offer, with the enquiry locked."""
    await access_offer(unit, enquiry_id)
    await repository.lock(unit, enquiry_id)
    enquiry, offer = await access_offer(unit, enquiry_id)
    if not offer.live:
        raise NoSuchTurn(f"your turn is over: {offer.state}", state=enquiry.state)
    return offer


async def _accepted(unit: Unit, enquiry_id: UUID, offer: OfferFacts) -> bool:
    """Whether the time could be taken and all is written."""
    locked, row = await repository.lock_turn(unit, enquiry_id, offer.id)
    problem = refusal(OFFERS, locked, "accept", {ActorKind.provider}, unit.now)
    if problem:
        raise problem
    try:
        async with unit.session.begin_nested():
            await fire(unit, OFFERS, offer.id, "accept", _provider)
            await fire(unit, ENQUIRIES, enquiry_id, "accept", _provider)
            await convert(unit, row, repository.candidates_of(row)[locked.position])
    except SlotLost:
        return False
    await fire(unit, ENQUIRIES, enquiry_id, "convert", _system)
    return True


async def _lose(unit: Unit, enquiry_id: UUID, offer: OfferFacts) -> None:
    """An instant enquiry goes on to the next; a flexi one waits for another time to be agreed on."""
    row = await repository.lock(unit, enquiry_id)
    if row is not None and row.mode == "instant":
        await fire(unit, OFFERS, offer.id, "lose", _system)


async def _found(unit: Unit, enquiry_id: UUID) -> EnquiryFacts:
    found = await repository.find(unit, enquiry_id)
    if found is None:
        raise NotFound
    return found
