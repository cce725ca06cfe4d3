"""The table of providers: the people and businesses that sell."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table

_ACTIVE = text("state = 'active'")


class Provider(Base):
    """Who sells: the person or business that services, venues, staff and earnings belong to.

    Where a provider has places of its own (a hall), these have the addresses and hours, and those
    columns stay NULL. `contacts`, `registration_no` and `tax_details` are sealed; `buffer_minutes` NULL is the
    marketplace's; `search` is what a text search looks at.
    """

    __tablename__ = "providers"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('individual', 'business', 'venue', 'vendor', 'salon')", name="kind_known"
        ),
        CheckConstraint(
            "state IN ('pending', 'needs_changes', 'active', 'suspended')", name="state_known"
        ),
        CheckConstraint("username ~ '^[a-z][a-z0-9_.-]{2,39}$'", name="username_pattern"),
        CheckConstraint(
            "experience_level IN ('beginner', 'intermediate', 'expert')", name="experience_known"
        ),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat_range"),
        CheckConstraint("lng BETWEEN -180 AND 180", name="lng_range"),
        CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="point_whole"),
        CheckConstraint("buffer_minutes BETWEEN 0 AND 1440", name="buffer_range"),
        CheckConstraint("rating_hundredths BETWEEN 100 AND 500", name="rating_range"),
        CheckConstraint("rating_count >= 0", name="rating_count_not_negative"),
        Index("uq_providers_username", "username", unique=True),
        Index(
            "uq_providers_individual_owner",
            "owner_user_id",
            unique=True,
            postgresql_where=text("kind = 'individual'"),
        ),
        Index("ix_providers_state", "state", "id"),
        Index(
            "ix_providers_point",
            text("point(lng, lat)"),
            postgresql_using="gist",
            postgresql_where=text("state = 'active' AND lat IS NOT NULL"),
        ),
        Index("ix_providers_lower_city", text("lower(city)"), postgresql_where=_ACTIVE),
        Index(
            "ix_providers_categories",
            "categories",
            postgresql_using="gin",
            postgresql_where=_ACTIVE,
        ),
        Index(
            "ix_providers_search",
            "search",
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
            postgresql_where=_ACTIVE,
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    owner_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    username: Mapped[str | None]
    bio: Mapped[str] = mapped_column(server_default=text("''"))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    experience_level: Mapped[str | None]
    registration_no: Mapped[bytes | None] = mapped_column(LargeBinary)
    contacts: Mapped[bytes | None] = mapped_column(LargeBinary)
    tax_details: Mapped[bytes | None] = mapped_column(LargeBinary)
    address: Mapped[str | None]
    city: Mapped[str | None]
    lat: Mapped[float | None] = mapped_column(Double)
    lng: Mapped[float | None] = mapped_column(Double)
    zone: Mapped[str | None]
    travel: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    cancellation_tiers: Mapped[list[Any] | None] = mapped_column(
        JSON, comment="its own; NULL: the marketplace's"
    )
    portfolio: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    buffer_minutes: Mapped[int | None]
    rating_hundredths: Mapped[int | None]
    rating_count: Mapped[int] = mapped_column(server_default=text("0"))
    search: Mapped[str] = mapped_column(
        Computed(
            "lower(name || ' ' || coalesce(username, '') || ' ' || coalesce(city, '') || ' ' || bio)",
            persisted=True,
        )
    )
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


provider_transitions = history_table("provider", "providers", Base.metadata)
