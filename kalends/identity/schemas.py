"""What goes over the wire for accounts, sessions and roles."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from kalends.core.paging import PageQuery
from kalends.core.wire import In, Instant, Line, Out

from .rules.contacts import normal_email
from .rules.passwords import MAX_LENGTH, normal_password
from .rules.ranks import ranked
from .types import (
    Account,
    ManagingRole,
    MembershipFacts,
    PlatformRole,
    ProviderRole,
    SessionFacts,
    Tokens,
    UserStatus,
)

MAX_EMAIL, MAX_NAME, MAX_PHONE, MAX_SECRET = 254, 120, 30, 400

Email = Annotated[
    str,
    StringConstraints(max_length=MAX_EMAIL),
    AfterValidator(normal_email),
    Field(examples=["asha@example.com"]),
]
Password = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=MAX_LENGTH),
    AfterValidator(normal_password),
    Field(repr=False, json_schema_extra={"format": "password"}),
]
Name = Annotated[Line, Field(max_length=MAX_NAME)]
Phone = Annotated[Line, Field(max_length=MAX_PHONE, examples=["+919876543210"])]
Secret = Annotated[Line, Field(min_length=1, max_length=MAX_SECRET, repr=False)]


class NoParameters(BaseModel):
    """Credentials in a query string would end up in every access log: nothing is taken from there."""

    model_config = ConfigDict(extra="forbid")


class SignUp(In):
    email: Email
    password: Password
    name: Name = ""
    phone: Phone | None = None


class SignIn(In):
    email: Email
    password: Password


class Bootstrap(In):
    token: Secret
    email: Email
    password: Password
    name: Name = ""


class Refresh(In):
    refresh_token: Secret


class Reauthentication(In):
    password: Password


class Reauthenticated(Out):
    """Until when this session may do what needs a fresh password."""

    fresh_until: Instant


class PasswordChange(In):
    old_password: Password
    new_password: Password


class ProfileUpdate(In):
    """What is left out stays; `phone: null` removes the number."""

    name: Name | None = None
    phone: Phone | None = None


class MembershipCreate(In):
    """A manager of one venue has its `place_id`; without one, of all the provider's venues."""

    provider_id: UUID
    place_id: UUID | None = None
    role: ManagingRole = ManagingRole.manager


class AccountCreate(SignUp):
    """An account that an operator makes for somebody, with a role or a membership from the start."""

    role: PlatformRole | None = None
    membership: MembershipCreate | None = None


class RoleGrantCreate(In):
    role: PlatformRole


class Suspension(In):
    reason: Annotated[Line, Field(max_length=500)] = ""


class UserQuery(PageQuery):
    """`email` is how the address begins; `role` is any role, `customer` for those without one."""

    email: Line | None = Query(default=None, max_length=MAX_EMAIL)
    role: Line | None = Query(
        default=None, pattern="^(super_admin|moderator|support|owner|manager|staff|customer)$"
    )
    status: UserStatus | None = Query(default=None)


class MembershipRead(Out):
    id: UUID
    role: ProviderRole
    provider_id: UUID
    place_id: UUID | None

    @classmethod
    def of(cls, facts: MembershipFacts) -> "MembershipRead":
        return cls.model_validate(facts)


class UserRead(Out):
    """A user as the user and operators see it; `role` is the weightiest of `roles`."""

    id: UUID
    email: str
    name: str
    phone: str | None
    status: UserStatus
    role: str
    roles: list[str]
    memberships: list[MembershipRead]
    created_at: Instant

    @classmethod
    def of(cls, account: Account) -> "UserRead":
        person = account.person
        roles = ranked(account.platform_roles, (m.role for m in account.memberships))
        return cls(
            id=person.id,
            email=person.email,
            name=person.name,
            phone=person.phone,
            status=person.status,
            role=roles[0],
            roles=roles,
            memberships=[MembershipRead.of(facts) for facts in account.memberships],
            created_at=account.created_at,
        )


class TokensRead(Out):
    """`expires_in` is the access token's life in seconds; the refresh token works once."""

    access_token: str
    refresh_token: str
    token_type: str = "bearer"  # noqa: S105 - the name of the scheme, fixed by RFC 6750
    expires_in: int

    @classmethod
    def of(cls, tokens: Tokens) -> "TokensRead":
        return cls.model_validate(tokens)


class SignedIn(TokensRead):
    user: UserRead

    @classmethod
    def for_account(cls, account: Account, tokens: Tokens) -> "SignedIn":
        return cls(user=UserRead.of(account), **TokensRead.of(tokens).model_dump())


class SignedOut(Out):
    success: bool = True
    message: str = "Logged out successfully"


class SessionRead(Out):
    """One sign-in on one device; `current` is the one that asks."""

    id: UUID
    user_agent: str
    created_at: Instant
    last_used_at: Instant
    expires_at: Instant
    current: bool

    @classmethod
    def of(cls, facts: SessionFacts, current: UUID | None) -> "SessionRead":
        return cls(
            id=facts.id,
            user_agent=facts.user_agent,
            created_at=facts.created_at,
            last_used_at=facts.last_used_at,
            expires_at=facts.expires_at,
            current=facts.id == current,
        )
