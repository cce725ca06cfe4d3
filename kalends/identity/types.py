"""The words of identity: people, their roles, their memberships, and the claims of a token."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class UserStatus(StrEnum):
    active = "active"
    suspended = "suspended"


class PlatformRole(StrEnum):
    """Who runs the marketplace."""

    super_admin = "super_admin"
    moderator = "moderator"
    support = "support"


class ProviderRole(StrEnum):
    """Who runs a provider, or works there; with a place, only at that venue of it."""

    owner = "owner"
    manager = "manager"
    staff = "staff"


class ManagingRole(StrEnum):
    """The roles that operators give by hand: staff are taken on by those who run their provider."""

    owner = "owner"
    manager = "manager"


@dataclass(frozen=True, slots=True)
class Person:
    """`name` is empty and `phone` (E.164) is None when they were not given."""

    id: UUID
    email: str
    name: str
    phone: str | None
    status: UserStatus


@dataclass(frozen=True, slots=True)
class NewPerson:
    """`email` as `normal_email` returns it, `phone` in E.164, `password_hash` from `hash_password`."""

    email: str
    password_hash: str = field(repr=False)
    name: str = ""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """A role at a provider; `place_id` narrows it to one venue."""

    id: UUID
    role: ProviderRole
    provider_id: UUID
    place_id: UUID | None


@dataclass(frozen=True, slots=True)
class Account:
    """A person with all that signing in needs; `platform_roles` is empty for customers."""

    person: Person
    platform_roles: frozenset[PlatformRole]
    memberships: tuple[MembershipFacts, ...]
    token_version: int
    created_at: datetime
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says; whether it still holds is for the database to say."""

    user_id: UUID
    session_id: UUID
    version: int

    @property
    def subject(self) -> str:
        return str(self.user_id)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair for the client; `expires_in` is the access token's life in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """An open session: one sign-in on one device."""

    id: UUID
    user_agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
