"""What identity tells the rooms above."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    """Somebody has an account."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A user has a new password; every other session has ended."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class UserSuspended(Event):
    """An operator has shut a user out."""

    user_id: UUID
