"""The tables of services, and of who is qualified for which."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base

_ACTIVE = text("status = 'active'")


class Service(Base):
    """What a provider sells. `price` is in minor units of `currency`, for the whole service or an hour.

    `duration_min` counts minutes; `checklist` holds the steps, each with `text` and `mandatory`.
    """

    __tablename__ = "services"
    __table_args__ = (
        CheckConstraint("type IN ('instant', 'flexi', 'standard')", name="type_known"),
        CheckConstraint("price_unit IN ('fixed', 'per_hour')", name="price_unit_known"),
        CheckConstraint("status IN ('active', 'inactive', 'deleted')", name="status"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("duration_min BETWEEN 1 AND 10080", name="duration_range"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        # who is qualified for a service points here, so that both are of one provider
        UniqueConstraint("provider_id", "id"),
        Index("ix_services_provider_type_status", "provider_id", "type", "status"),
        Index("ix_services_category", "category", "id", postgresql_where=_ACTIVE),
        Index("ix_services_price", "price", "id", postgresql_where=_ACTIVE),
        Index(
            "ix_services_search",
            "search",
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
            postgresql_where=_ACTIVE,
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    type: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default=text("''"))
    price: Mapped[int] = mapped_column(BigInteger)
    price_unit: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    duration_min: Mapped[int]
    category: Mapped[str]
    image: Mapped[str | None]
    checklist: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    search: Mapped[str] = mapped_column(
        Computed("lower(name || ' ' || category || ' ' || description)", persisted=True)
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ServiceStaff(Base):
    """A member of the staff can do a service of the same provider."""

    __tablename__ = "service_staff"
    __table_args__ = (
        ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["services.provider_id", "services.id"],
            name="fk_service_staff_service_of_provider",
        ),
        ForeignKeyConstraint(
            ["provider_id", "staff_id"],
            ["staff_members.provider_id", "staff_members.id"],
            name="fk_service_staff_member_of_provider",
        ),
        Index("ix_service_staff_staff_id", "staff_id"),
    )
    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID]
