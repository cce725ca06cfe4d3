"""What happened to places, providers, services and staff."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    """A room was made or removed, or its hours, price, status or description changed."""

    room_id: UUID


@dataclass(frozen=True, kw_only=True)
class VenueChanged(Event):
    """A venue was made or removed, or what is known about it changed: so did all its rooms."""

    venue_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProviderOnboarded(Event):
    """Somebody asks to sell here, or asks again after changes; where operators decide, one should."""

    provider_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProviderApproved(Event):
    """A provider may sell, for the first time or again."""

    provider_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProviderNeedsChanges(Event):
    """An operator wants a provider's profile changed before it may sell."""

    provider_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProviderSuspended(Event):
    """A provider may no longer sell."""

    provider_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProviderChanged(Event):
    """What is known about a provider changed."""

    provider_id: UUID


@dataclass(frozen=True, kw_only=True)
class ServiceChanged(Event):
    """A service was made or withdrawn, or what is known about it changed."""

    service_id: UUID


@dataclass(frozen=True, kw_only=True)
class StaffInvited(Event):
    """A provider asks an address to be a member of its staff."""

    staff_id: UUID


@dataclass(frozen=True, kw_only=True)
class StaffChanged(Event):
    """A member of the staff came or left, or their skills, hours or time off changed."""

    staff_id: UUID
