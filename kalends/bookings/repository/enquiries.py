"""Enquiries, offers and proposals in the database. The enquiry's row is locked before any of its offers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, desc, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from kalends.core.money import Money
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..models import Enquiry, EnquiryOffer, EnquiryProposal
from ..types import Candidate, EnquiryFacts, LineFacts, Mode, OfferFacts, ProposalFacts, Spot
from .bookings import line_of
from .creation import written_line

Row = Any
_ENQUIRIES, _OFFERS, _PROPOSALS = (
    Enquiry.metadata.tables[m.__tablename__] for m in (Enquiry, EnquiryOffer, EnquiryProposal)
)
E, OF, P = _ENQUIRIES.c, _OFFERS.c, _PROPOSALS.c


def _json_of(table: Any, order: Any, **more: Any) -> Any:
    pairs: list[Any] = [part for column in table.c for part in (column.name, column)]
    pairs += [part for name, value in more.items() for part in (name, value)]
    return (
        select(
            func.coalesce(
                func.json_agg(aggregate_order_by(func.json_build_object(*pairs), order)),
                text("'[]'::json"),
            )
        )
        .where(table.c.enquiry_id == E.id)
        .correlate(_ENQUIRIES)
        .scalar_subquery()
    )


_NAME = text("enquiries.candidates->enquiry_offers.position->>'provider_name'")
_FULL: Select[Any] = select(
    *E,
    _json_of(_OFFERS, OF.sequence, provider_name=_NAME).label("offers"),
    _json_of(_PROPOSALS, P.version).label("proposals"),
)
# What guards and clocks of an offer look at, some of which stands on its enquiry.
_OFFER: Select[Any] = select(*OF, E.start_at, E.policy).join(_ENQUIRIES, E.id == OF.enquiry_id)


async def add_enquiry(unit: Unit, values: dict[str, Any]) -> Row:
    return (await unit.session.execute(insert(_ENQUIRIES).values(values).returning(*E))).one()


async def lock(unit: Unit, enquiry_id: UUID) -> Row | None:
    """The enquiry's row, locked until the unit ends."""
    query = select(*E).where(E.id == enquiry_id).with_for_update()
    return (await unit.session.execute(query)).first()


async def find(unit: Unit, enquiry_id: UUID) -> EnquiryFacts | None:
    row = (await unit.session.execute(_FULL.where(E.id == enquiry_id))).first()
    return facts_of(row) if row else None


async def change(unit: Unit, enquiry_id: UUID, **values: Any) -> None:
    """Write columns other than the state, which only the engine moves."""
    await unit.session.execute(update(_ENQUIRIES).where(E.id == enquiry_id).values(**values))


async def count_open(unit: Unit, customer_id: UUID) -> int:
    query = select(func.count()).where(E.customer_id == customer_id, E.state == "pending")
    count: int = (await unit.session.execute(query)).scalar_one()
    return count


async def own_page(unit: Unit, customer_id: UUID, page: PageQuery) -> Slice[EnquiryFacts]:
    """The customer's enquiries, newest first."""
    query = _FULL.where(E.customer_id == customer_id)
    return await _page(unit, query, page)


async def pending_page(
    unit: Unit, provider_ids: Sequence[UUID], page: PageQuery
) -> Slice[EnquiryFacts]:
    """The enquiries that wait for the answer of one of these providers, newest first."""
    asked = select(OF.enquiry_id).where(
        OF.provider_id.in_(provider_ids),
        OF.state == "offered",
        OF.expires_at.is_(None) | (OF.expires_at > unit.now),
    )
    return await _page(unit, _FULL.where(E.id.in_(asked), E.state == "pending"), page)


async def _page(unit: Unit, query: Select[Any], page: PageQuery) -> Slice[EnquiryFacts]:
    last = id_after(page.cursor)
    if last is not None:
        query = query.where(E.id < last)
    rows = (await unit.session.execute(query.order_by(desc(E.id)).limit(page.limit + 1))).all()
    return slice_of([facts_of(row) for row in rows], page.limit, lambda one: (one.id,))


async def add_offer(unit: Unit, values: dict[str, Any]) -> Row:
    """Write the offer; the next one in the enquiry's line."""
    so_far = select(func.count() + 1).where(OF.enquiry_id == values["enquiry_id"]).scalar_subquery()
    made = insert(_OFFERS).values(values | {"sequence": so_far}).returning(OF.id)
    offer_id = (await unit.session.execute(made)).scalar_one()
    return (await unit.session.execute(_OFFER.where(OF.id == offer_id))).one()


async def count_offers(unit: Unit, enquiry_id: UUID) -> int:
    query = select(func.count()).where(OF.enquiry_id == enquiry_id)
    count: int = (await unit.session.execute(query)).scalar_one()
    return count


async def next_position(unit: Unit, enquiry_id: UUID) -> int:
    """Behind the last candidate who was asked; who was passed over stays so."""
    query = select(func.coalesce(func.max(OF.position) + 1, 0)).where(OF.enquiry_id == enquiry_id)
    position: int = (await unit.session.execute(query)).scalar_one()
    return position


async def lock_offer(unit: Unit, offer_id: UUID) -> Row | None:
    """The offer's row with what stands on its enquiry; the enquiry is locked first."""
    owner = select(OF.enquiry_id).where(OF.id == offer_id)
    enquiry_id = (await unit.session.execute(owner)).scalar_one_or_none()
    if enquiry_id is None:
        return None
    await lock(unit, enquiry_id)
    query = _OFFER.where(OF.id == offer_id).with_for_update(of=_OFFERS)
    return (await unit.session.execute(query)).first()


async def lock_turn(unit: Unit, enquiry_id: UUID, offer_id: UUID) -> tuple[Row, Row]:
    """An offer and its enquiry, both of which are there, locked. Raises LookupError."""
    offer, enquiry = await lock_offer(unit, offer_id), await lock(unit, enquiry_id)
    if offer is None or enquiry is None:
        raise LookupError("there is no such offer")
    return offer, enquiry


async def live_offer(unit: Unit, enquiry_id: UUID) -> Row | None:
    query = _OFFER.where(and_(OF.enquiry_id == enquiry_id, OF.state == "offered"))
    return (await unit.session.execute(query)).first()


async def set_live_price(unit: Unit, enquiry_id: UUID, price: int) -> None:
    await unit.session.execute(
        update(_OFFERS)
        .where(OF.enquiry_id == enquiry_id, OF.state == "offered")
        .values(price=price)
    )


async def add_proposal(unit: Unit, values: dict[str, Any]) -> None:
    so_far = select(func.count() + 1).where(P.enquiry_id == values["enquiry_id"]).scalar_subquery()
    await unit.session.execute(insert(_PROPOSALS).values(values | {"version": so_far}))


async def accept_proposal(unit: Unit, enquiry_id: UUID, version: int) -> None:
    await unit.session.execute(
        update(_PROPOSALS)
        .where(P.enquiry_id == enquiry_id, P.version == version)
        .values(accepted_at=unit.now)
    )


def written_candidate(candidate: Candidate) -> dict[str, Any]:
    """The candidate as JSON values."""
    return {
        "provider_id": str(candidate.provider_id),
        "provider_name": candidate.provider_name,
        "lines": [written_line(n, line) for n, line in enumerate(candidate.lines)],
        "total": candidate.total.amount,
        "minutes": candidate.minutes,
        "metres": candidate.metres,
        "category": candidate.category,
    }


def candidates_of(row: Row) -> list[Candidate]:
    """Who may be asked, in their order."""
    return [_candidate(item, row.currency) for item in row.candidates]


def _candidate(item: dict[str, Any], currency: str) -> Candidate:
    lines: tuple[LineFacts, ...] = tuple(line_of(line, currency) for line in item["lines"])
    return Candidate(
        provider_id=UUID(item["provider_id"]),
        provider_name=item["provider_name"],
        lines=lines,
        total=Money(item["total"], currency),
        minutes=item["minutes"],
        metres=item["metres"],
        category=item.get("category"),
    )


def facts_of(row: Row) -> EnquiryFacts:
    """The facts of a row that `_FULL` selected."""
    return EnquiryFacts(
        id=row.id,
        mode=Mode(row.mode),
        state=row.state,
        customer_id=row.customer_id,
        provider_id=row.provider_id,
        service_ids=tuple(row.service_ids),
        start=row.start_at,
        zone=row.zone,
        location=Spot(row.address, row.lat, row.lng),
        travel_option=row.travel_option,
        notes=row.notes,
        reference_images=tuple(row.reference_images),
        max_price=Money(row.max_price, row.currency),
        consent=row.consent,
        trial=row.trial,
        offers=tuple(_offer(item, row.currency) for item in row.offers),
        proposals=tuple(_proposal(item, row.currency) for item in row.proposals),
        booking_id=row.booking_id,
        trial_booking_id=row.trial_booking_id,
        created_at=row.created_at,
    )


def _offer(item: dict[str, Any], currency: str) -> OfferFacts:
    return OfferFacts(
        id=UUID(item["id"]),
        sequence=item["sequence"],
        provider_id=UUID(item["provider_id"]),
        provider_name=item["provider_name"],
        price=Money(item["price"], currency),
        state=item["state"],
        state_since=datetime.fromisoformat(item["state_since"]),
        offered_at=datetime.fromisoformat(item["offered_at"]),
        expires_at=_moment(item["expires_at"]),
    )


def _proposal(item: dict[str, Any], currency: str) -> ProposalFacts:
    return ProposalFacts(
        version=item["version"],
        by=item["by"],
        price=None if item["price"] is None else Money(item["price"], currency),
        start=_moment(item["start_at"]),
        note=item["note"],
        created_at=datetime.fromisoformat(item["created_at"]),
        expires_at=datetime.fromisoformat(item["expires_at"]),
        accepted_at=_moment(item["accepted_at"]),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
