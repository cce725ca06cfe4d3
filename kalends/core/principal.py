"""Who acts: a signed-in user with the roles that the database gives them now, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """In which capacity somebody fires a transition."""

    customer = "customer"
    provider = "provider"
    staff = "staff"
    operator = "operator"
    gateway = "gateway"
    system = "system"
    anonymous = "anonymous"


OPERATOR_ROLES = frozenset({"super_admin", "moderator", "support"})
MANAGING_ROLES = frozenset({"owner", "manager"})


@dataclass(frozen=True, slots=True)
class Membership:
    """A role at a provider; `place_id` narrows it to one venue."""

    role: str
    provider_id: UUID
    place_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """The person or machine behind a unit of work. Roles come from the database, never from a token."""

    kind: ActorKind
    user_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    memberships: tuple[Membership, ...] = ()
    session_id: UUID | None = None

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_operator(self) -> bool:
        return bool(self.roles & OPERATOR_ROLES)

    @property
    def runs_marketplace(self) -> bool:
        """An operator who may act; `support` only looks."""
        return self.has_role("super_admin", "moderator")

    @property
    def runs_a_provider(self) -> bool:
        """Whether any of their memberships is one of an owner or manager."""
        return any(m.role in MANAGING_ROLES for m in self.memberships)

    @property
    def key(self) -> str:
        """A stable name for limits, idempotency and logs."""
        return str(self.user_id) if self.user_id else self.kind.value

    def has_role(self, *roles: str) -> bool:
        return bool(self.roles & set(roles))

    def works_for(self, provider_id: UUID) -> bool:
        """Whether they have any membership there now."""
        return any(m.provider_id == provider_id for m in self.memberships)

    def manages(self, provider_id: UUID, place_id: UUID | None = None) -> bool:
        """Whether a membership as owner or manager covers this provider (and this place of it)."""
        return any(
            m.provider_id == provider_id
            and m.role in MANAGING_ROLES
            and (m.place_id is None or m.place_id == place_id)
            for m in self.memberships
        )


SYSTEM = Principal(ActorKind.system)
GATEWAY = Principal(ActorKind.gateway)
ANONYMOUS = Principal(ActorKind.anonymous)
