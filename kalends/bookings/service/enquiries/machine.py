"""The machines of enquiries and offers: how the turn goes from one provider to the next.

Whoever moves an enquiry or one of its offers has locked the enquiry's row, so of an answer, the end of the
time and a withdrawal exactly one comes first.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from kalends.core.ids import new_id
from kalends.core.principal import ActorKind
from kalends.core.process import Facts, by_name
from kalends.core.states import Machine, Move, Order, begin, fire, register
from kalends.core.unit import Unit

from ...events import (
    ConsentWanted,
    EnquiryConverted,
    EnquiryEnded,
    EnquirySent,
    OfferEnded,
    OfferMade,
)
from ...models import Enquiry, EnquiryOffer, enquiry_transitions, offer_transitions
from ...repository import enquiries as repository
from ...rules.guards import ENQUIRY_GUARDS, OFFER_GUARDS
from ...rules.processes import ENQUIRY, OFFER
from ...types import Candidate, Terms
from .candidates import still_open

_system = Order(ActorKind.system)
# How an enquiry ends when there is nobody left to ask, by how the last offer ended.
_ENDS = {"decline": "decline", "expire": "expire", "lose": "decline"}


async def ask_on(unit: Unit, enquiry_id: UUID, ending: str) -> None:
    """Ask the next candidate who can still do it; one who is dearer only after the customer's word.

    With nobody left the enquiry ends by `ending`.
    """
    row = await repository.lock(unit, enquiry_id)
    if row is None or row.state != "pending":
        return
    position = await _next(unit, row)
    if position is None:
        await fire(unit, ENQUIRIES, enquiry_id, ending, _system)
        return
    dearer = repository.candidates_of(row)[position].total.amount > row.max_price
    step = "ask_consent" if dearer else "ask_next"
    await fire(unit, ENQUIRIES, enquiry_id, step, Order(ActorKind.system, None, position))


async def end_offer(move: Move) -> None:
    """The enquiry ends: whoever has the turn loses it."""
    offer = await repository.live_offer(move.unit, move.subject.id)
    if offer is not None:
        await fire(move.unit, OFFERS, offer.id, "withdraw", _system)


async def make_offer(move: Move) -> None:
    """It is this candidate's turn, with a fresh window where there is one."""
    unit, row, position = move.unit, move.subject, move.input
    assert isinstance(position, int)
    candidate = repository.candidates_of(row)[position]
    window = timedelta(minutes=row.policy["minutes"]["offer"])
    values = {
        "id": new_id(),
        "enquiry_id": row.id,
        "position": position,
        "provider_id": candidate.provider_id,
        "price": candidate.total.amount,
        "process": OFFER.name,
        "state": OFFER.initial,
        "state_since": unit.now,
        "version": 1,
        "offered_at": unit.now,
        "expires_at": unit.now + window if row.mode == "instant" else None,
    }
    await repository.change(unit, row.id, consent=None)
    await begin(unit, OFFERS, await repository.add_offer(unit, values), ActorKind.system)


async def note_consent_wanted(move: Move) -> None:
    """Remember who is dearer, until when the customer may agree to it."""
    unit, row, position = move.unit, move.subject, move.input
    assert isinstance(position, int)
    candidate = repository.candidates_of(row)[position]
    until = unit.now + timedelta(minutes=row.policy["minutes"]["consent"])
    consent = {
        "position": position,
        "provider_id": str(candidate.provider_id),
        "provider_name": candidate.provider_name,
        "price": candidate.total.amount,
        "until": until.isoformat(),
    }
    await repository.change(unit, row.id, consent=consent)
    unit.emit(ConsentWanted(enquiry_id=row.id))


async def agree_to_price(move: Move) -> None:
    """The customer agrees: up to this price nobody needs to be asked about again."""
    row = move.subject
    await repository.change(move.unit, row.id, consent=None, max_price=row.consent["price"])


async def take_terms(move: Move) -> None:
    """From now on it is about this time and price; who is asked is asked for that."""
    unit, row, terms = move.unit, move.subject, move.input
    assert isinstance(terms, Terms)
    [candidate] = repository.candidates_of(row)
    agreed = replace(candidate, lines=terms.lines, total=terms.total)
    written = [repository.written_candidate(agreed)]
    await repository.change(unit, row.id, start_at=terms.start, candidates=written)
    await repository.set_live_price(unit, row.id, terms.total.amount)


async def pass_on(move: Move) -> None:
    """An offer ended without an acceptance: the next candidate is asked, or the enquiry ends."""
    await ask_on(move.unit, move.subject.enquiry_id, _ENDS[move.transition.name])


async def tell_sent(move: Move) -> None:
    move.unit.emit(EnquirySent(enquiry_id=move.subject.id))


async def tell_converted(move: Move) -> None:
    move.unit.emit(EnquiryConverted(enquiry_id=move.subject.id))


async def tell_ended(move: Move) -> None:
    outcome = move.transition.target
    assert outcome is not None
    move.unit.emit(EnquiryEnded(enquiry_id=move.subject.id, outcome=outcome))


async def tell_offered(move: Move) -> None:
    row = move.subject
    move.unit.emit(OfferMade(enquiry_id=row.enquiry_id, offer_id=row.id))


async def tell_offer_ended(move: Move) -> None:
    row, outcome = move.subject, move.transition.target
    assert outcome is not None
    move.unit.emit(OfferEnded(enquiry_id=row.enquiry_id, offer_id=row.id, outcome=outcome))


async def _next(unit: Unit, row: Any) -> int | None:
    """The position of the next candidate to ask: each once, and not more of them than the profile allows."""
    made = await repository.count_offers(unit, row.id)
    candidates = repository.candidates_of(row)
    if made >= row.policy["max_offers"] or not candidates:
        return None
    first = await repository.next_position(unit, row.id)
    rest: list[Candidate] = candidates[first:]
    if not made:
        return first if rest else None  # the provider that was chosen has just been looked at
    able = await still_open(unit, rest, row.start_at)
    return next((first + n for n, one in enumerate(rest) if one.provider_id in able), None)


def _facts(row: Any) -> Facts:
    return Facts(row.state_since, row.start_at, None, row.policy["minutes"])


ENQUIRIES = register(
    Machine(
        name="enquiry",
        table=Enquiry.__table__,
        history=enquiry_transitions,
        lock=repository.lock,
        processes={ENQUIRY.name: ENQUIRY},
        facts=_facts,
        guards=ENQUIRY_GUARDS,
        effects=by_name(
            (
                end_offer,
                make_offer,
                note_consent_wanted,
                agree_to_price,
                take_terms,
                tell_sent,
                tell_converted,
                tell_ended,
            )
        ),
    )
)
OFFERS = register(
    Machine(
        name="offer",
        table=EnquiryOffer.__table__,
        history=offer_transitions,
        lock=repository.lock_offer,
        processes={OFFER.name: OFFER},
        facts=_facts,
        guards=OFFER_GUARDS,
        effects=by_name((tell_offered, tell_offer_ended, pass_on)),
    )
)
