"""The tables of enquiries: who asks for what, whose turn it is, and which terms are proposed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table

_LIVE = text("state = 'offered'")


class Enquiry(Base):
    """A request to a provider before there is a booking. `candidates` are frozen when it is sent."""

    __tablename__ = "enquiries"
    __table_args__ = (
        CheckConstraint("mode IN ('instant', 'flexi')", name="mode_known"),
        CheckConstraint(
            "travel_option IN ('client_location', 'provider_place')", name="travel_option_known"
        ),
        CheckConstraint("cardinality(service_ids) BETWEEN 1 AND 5", name="one_to_five_services"),
        CheckConstraint("char_length(notes) <= 2000", name="notes_bounded"),
        CheckConstraint("cardinality(reference_images) <= 10", name="images_bounded"),
        CheckConstraint("max_price > 0", name="max_price_positive"),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat_range"),
        CheckConstraint("lng BETWEEN -180 AND 180", name="lng_range"),
        CheckConstraint("state <> 'converted' OR booking_id IS NOT NULL", name="converted_books"),
        CheckConstraint(
            "booking_id IS NULL OR state IN ('accepted', 'converted')", name="books_when_accepted"
        ),
        UniqueConstraint("booking_id"),
        UniqueConstraint("trial_booking_id"),
        Index("ix_enquiries_customer_id_state", "customer_id", "state"),
        Index("ix_enquiries_customer_id_id", "customer_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    mode: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    service_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    start_at: Mapped[datetime]
    zone: Mapped[str]
    address: Mapped[str]
    lat: Mapped[float] = mapped_column(Double)
    lng: Mapped[float] = mapped_column(Double)
    travel_option: Mapped[str]
    notes: Mapped[str | None]
    reference_images: Mapped[list[str]] = mapped_column(ARRAY(String))
    currency: Mapped[str] = mapped_column(String(3))
    max_price: Mapped[int] = mapped_column(BigInteger, comment="minor units")
    policy: Mapped[dict[str, Any]] = mapped_column(comment="policy values frozen when it was sent")
    candidates: Mapped[list[Any]] = mapped_column(comment="who may be asked, in this order")
    consent: Mapped[dict[str, Any] | None] = mapped_column(
        comment="the dearer candidate that waits for the customer's word"
    )
    trial: Mapped[dict[str, Any] | None] = mapped_column(comment="terms of a trial beforehand")
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"))
    trial_booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"))
    created_at: Mapped[datetime]


class EnquiryOffer(Base):
    """One provider's turn. At most one of an enquiry is live, which the database promises."""

    __tablename__ = "enquiry_offers"
    __table_args__ = (
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("sequence > 0", name="sequence_positive"),
        UniqueConstraint("enquiry_id", "sequence"),
        Index("uq_enquiry_offers_live", "enquiry_id", unique=True, postgresql_where=_LIVE),
        Index("ix_enquiry_offers_provider_id_state", "provider_id", "state", "expires_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    position: Mapped[int] = mapped_column(comment="which of the enquiry's candidates")
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    price: Mapped[int] = mapped_column(BigInteger, comment="minor units")
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class EnquiryProposal(Base):
    """Terms that one side proposed; the last one that was accepted holds."""

    __tablename__ = "enquiry_proposals"
    __table_args__ = (
        CheckConstraint("by IN ('customer', 'provider')", name="side_known"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("char_length(note) <= 2000", name="note_bounded"),
    )
    enquiry_id: Mapped[UUID] = mapped_column(
        ForeignKey("enquiries.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    price: Mapped[int | None] = mapped_column(BigInteger, comment="minor units, of everything")
    start_at: Mapped[datetime | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


enquiry_transitions = history_table("enquiry", "enquiries", Base.metadata)
offer_transitions = history_table("offer", "enquiry_offers", Base.metadata)
