"""What identity tells the rooms above."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class UserSuspended(Event):
    user_id: UUID
