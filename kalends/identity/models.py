"""The tables of identity: users, their roles and memberships, their sessions and refresh tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class User(Base):
    """A person who can sign in. `token_version` rises whenever every token must die at once."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_in_lower_case"),
        CheckConstraint("status IN ('active', 'suspended')", name="status_known"),
        Index("ix_users_email_prefix", "email", postgresql_ops={"email": "text_pattern_ops"}),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    name: Mapped[str] = mapped_column(server_default=text("''"))
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    token_version: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RoleGrant(Base):
    """A user is an operator with this role."""

    __tablename__ = "platform_roles"
    __table_args__ = (
        CheckConstraint("role IN ('super_admin', 'moderator', 'support')", name="role_known"),
        Index("ix_platform_roles_role", "role"),
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]


class MembershipGrant(Base):
    """A user works for a provider; without a place, everywhere in it."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint(
            "user_id", "role", "provider_id", "place_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("role IN ('owner', 'manager', 'staff')", name="role_known"),
        Index("ix_memberships_provider_id", "provider_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("venues.id"))
    created_at: Mapped[datetime]


class Session(Base):
    """One sign-in on one device. Times are real ones: the marketplace's clock does not age a session.

    `authenticated_at` is when the password was given last; a refresh does not move it.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        Index(
            "ix_sessions_user_id_open", "user_id", "id", postgresql_where=text("revoked_at IS NULL")
        ),
        Index("ix_sessions_expires_at", "expires_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    user_agent: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    authenticated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class RefreshToken(Base):
    """One link in a session's chain of refresh tokens: `parent_id` is unique, so one successor ever."""

    __tablename__ = "refresh_tokens"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("refresh_tokens.id", ondelete="CASCADE"), unique=True
    )
    created_at: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
