"""The tables of places: venues, their rooms, their extras."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base

_STATUS = "status IN ('active', 'inactive', 'deleted')"
_CURRENCY = "currency ~ '^[A-Z]{3}$'"


class Venue(Base):
    """A house with rooms; `capacity` counts people, `zone` is an IANA name, `lat`/`lng` are degrees.

    `state_code` is the part of the country whose taxes hold there, such as 27 in India.
    """

    __tablename__ = "venues"
    __table_args__ = (
        CheckConstraint(_STATUS, name="status"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat_range"),
        CheckConstraint("lng BETWEEN -180 AND 180", name="lng_range"),
        Index("ix_venues_lower_city", func.lower(text("city"))),
        Index("ix_venues_lat_lng", "lat", "lng"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    name: Mapped[str]
    city: Mapped[str]
    address: Mapped[str]
    description: Mapped[str | None]
    lat: Mapped[float] = mapped_column(Double)
    lng: Mapped[float] = mapped_column(Double)
    zone: Mapped[str]
    state_code: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    photos: Mapped[list[str]] = mapped_column(ARRAY(String))
    capacity: Mapped[int | None]
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Room(Base):
    """What is booked; `capacity` counts people, `rate_per_hour` is in minor units of `currency`.

    `hours` is JSON and not JSONB, because it is only ever read whole, as the text that was written.
    """

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint(_STATUS, name="status"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("rate_per_hour > 0", name="rate_positive"),
        CheckConstraint(_CURRENCY, name="currency"),
        CheckConstraint("rating_hundredths BETWEEN 100 AND 500", name="rating_range"),
        CheckConstraint("rating_count >= 0", name="rating_count_not_negative"),
        # an add-on that is bound to a room points here, so that the room is one of its venue
        UniqueConstraint("venue_id", "id"),
        Index("ix_rooms_venue_id", "venue_id"),
        Index("ix_rooms_capacity", "capacity"),
        Index("ix_rooms_amenities", "amenities", postgresql_using="gin"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venues.id"))
    name: Mapped[str]
    description: Mapped[str | None]
    capacity: Mapped[int]
    rate_per_hour: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    amenities: Mapped[list[str]] = mapped_column(ARRAY(String))
    photos: Mapped[list[str]] = mapped_column(ARRAY(String))
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    rating_hundredths: Mapped[int | None]
    rating_count: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Addon(Base):
    """An extra; `price` is for one, in minor units of `currency`. `room_id` narrows it to a room."""

    __tablename__ = "addons"
    __table_args__ = (
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint(_CURRENCY, name="currency"),
        ForeignKeyConstraint(
            ["venue_id", "room_id"], ["rooms.venue_id", "rooms.id"], name="fk_addons_room_of_venue"
        ),
        Index("ix_addons_venue_id", "venue_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venues.id"))
    room_id: Mapped[UUID | None]
    name: Mapped[str]
    price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
