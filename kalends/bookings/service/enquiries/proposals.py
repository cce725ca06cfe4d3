"""Terms are proposed by either side until the booking is paid; the last ones that were accepted hold."""

from datetime import datetime, timedelta
from uuid import UUID

from kalends.core.errors import Invalid, NotFound
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ...access import SeenEnquiry, access_enquiry
from ...errors import NoSuchTurn, ProposalOutdated, TooManyChanges
from ...events import ProposalAccepted, ProposalMade
from ...repository import bookings
from ...repository import enquiries as repository
from ...rules.processes import FLEXI
from ...rules.ranges import Span
from ...rules.terms import at_price, total_of
from ...schemas import ProposalIn
from ...types import BookingFacts, EnquiryFacts, LineFacts, Mode, ProposalFacts, Terms
from ..changes import Move
from ..machine import MACHINE
from ..read import get_booking
from .calendars import diaries_of
from .machine import ENQUIRIES
from .send import check_ahead, moment_at

MOST = 30
_UNPAID = FLEXI.find("agree_terms").sources


async def propose(unit: Unit, enquiry_id: UUID, wanted: ProposalIn) -> SeenEnquiry:
    """Put other terms on the table, instead of those that lie there.

    Raises NotFound, NoSuchTurn, TooManyChanges, Invalid, SlotUnavailable.
    """
    seen = await _negotiating(unit, enquiry_id)
    enquiry = seen.enquiry
    price = wanted.price.money() if wanted.price else None
    if len(enquiry.proposals) >= MOST:
        raise TooManyChanges(f"{MOST} proposals have been made", limit=MOST)
    if price and price.currency != enquiry.max_price.currency:
        raise Invalid(f"price: prices here are in {enquiry.max_price.currency}")
    start = moment_at(enquiry.zone, wanted.wall, "time") if wanted.wall else None
    if start:
        check_ahead(unit, Mode.flexi, start)
    await repository.add_proposal(
        unit,
        {
            "enquiry_id": enquiry_id,
            "by": _side(seen).value,
            "author_id": unit.user_id,
            "price": price.amount if price else None,
            "start_at": start,
            "note": wanted.note,
            "created_at": unit.now,
            "expires_at": unit.now + timedelta(hours=unit.profile.enquiries.proposal_hours),
        },
    )
    after = await access_enquiry(unit, enquiry_id)
    made = after.enquiry.proposals[-1].version
    unit.emit(ProposalMade(enquiry_id=enquiry_id, version=made))
    return after


async def accept_proposal(unit: Unit, enquiry_id: UUID, version: int) -> SeenEnquiry:
    """Agree to what the other side proposed last. Of a booking that is not paid, time and price change.

    Raises NotFound, NoSuchTurn, ProposalOutdated, SlotTaken, TransitionNotAllowed.
    """
    seen = await _negotiating(unit, enquiry_id)
    proposal = _on_the_table(unit, seen, version)
    await repository.accept_proposal(unit, enquiry_id, version)
    order = Order(_side(seen), proposal.note)
    if seen.enquiry.booking_id is None:
        await _agree_before(unit, seen.enquiry, proposal, order)
    else:
        await _agree_after(unit, seen.enquiry.booking_id, proposal, order)
    unit.emit(ProposalAccepted(enquiry_id=enquiry_id, version=version))
    return await access_enquiry(unit, enquiry_id)


async def _negotiating(unit: Unit, enquiry_id: UUID) -> SeenEnquiry:
    """The enquiry, locked, for one of its two sides, while terms are still open. Raises NotFound, NoSuchTurn."""
    await access_enquiry(unit, enquiry_id)
    await repository.lock(unit, enquiry_id)
    seen = await access_enquiry(unit, enquiry_id)
    if not seen.is_customer and seen.offer is None:
        raise NotFound
    enquiry = seen.enquiry
    if enquiry.mode is not Mode.flexi or not await _open(unit, enquiry):
        raise NoSuchTurn("the terms of this enquiry are settled", state=enquiry.state)
    return seen


async def _open(unit: Unit, enquiry: EnquiryFacts) -> bool:
    if enquiry.booking_id is None:
        return enquiry.state == "pending"
    booking = await get_booking(unit, enquiry.booking_id)
    return booking.state in _UNPAID


def _on_the_table(unit: Unit, seen: SeenEnquiry, version: int) -> ProposalFacts:
    """The last proposal, if it is the other side's, is this one, and still holds."""
    proposals = seen.enquiry.proposals
    if not proposals:
        raise ProposalOutdated("nobody has proposed anything", version=None)
    last = proposals[-1]
    if last.version != version or last.accepted_at or unit.now >= last.expires_at:
        current = None if last.accepted_at else last.version
        raise ProposalOutdated("look at the proposals again", version=current)
    if last.by == _side(seen).value:
        raise ProposalOutdated(
            "wait for the other side, or propose something else", version=version
        )
    return last


async def _agree_before(
    unit: Unit, enquiry: EnquiryFacts, proposal: ProposalFacts, order: Order
) -> None:
    row = await repository.lock(unit, enquiry.id)
    assert row is not None
    [candidate] = repository.candidates_of(row)
    lines = _lines(candidate.lines, proposal.price)
    terms = Terms(proposal.start or row.start_at, lines, total_of(lines))
    if terms.start <= unit.now:
        raise ProposalOutdated("the time that was proposed has passed", version=None)
    await fire(unit, ENQUIRIES, enquiry.id, "agree_terms", Order(order.actor, order.reason, terms))


async def _agree_after(unit: Unit, booking_id: UUID, proposal: ProposalFacts, order: Order) -> None:
    await bookings.lock(unit, booking_id)
    booking = await get_booking(unit, booking_id)
    move = await _moved(unit, booking, proposal)
    await fire(unit, MACHINE, booking_id, "agree_terms", Order(order.actor, order.reason, move))


async def _moved(unit: Unit, booking: BookingFacts, proposal: ProposalFacts) -> Move:
    """The booking at the time and price that are agreed on now."""
    start: datetime = proposal.start or booking.start
    span = Span(start, start + (booking.end - booking.start))
    diaries = await diaries_of(unit, [booking.provider_id])
    slots = diaries[booking.provider_id].slots(span)
    lines = _lines(booking.lines, proposal.price)
    total = total_of(lines)
    return Move(span, slots, lines, total, total - booking.total)


def _lines(lines: tuple[LineFacts, ...], price: Money | None) -> tuple[LineFacts, ...]:
    return at_price(lines, price) if price else lines


def _side(seen: SeenEnquiry) -> ActorKind:
    return ActorKind.customer if seen.is_customer else ActorKind.provider
