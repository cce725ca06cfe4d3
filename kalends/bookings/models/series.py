"""The table of series: bookings that repeat every so many weeks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class BookingSeries(Base):
    """What holds the bookings of a series together; each of them is a contract of its own."""

    __tablename__ = "booking_series"
    __table_args__ = (
        CheckConstraint("every_weeks > 0", name="every_weeks_positive"),
        Index("ix_booking_series_customer_id_id", "customer_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    provider_id: Mapped[UUID]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venues.id"))
    every_weeks: Mapped[int]
    zone: Mapped[str] = mapped_column(comment="whose wall clock it keeps to")
    created_at: Mapped[datetime]
