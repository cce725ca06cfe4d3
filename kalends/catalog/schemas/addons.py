"""Add-ons on the wire."""

from typing import Any, Self
from uuid import UUID

from pydantic import MISSING, Field

from kalends.core.paging import PageQuery
from kalends.core.wire import In, MoneyIn, MoneyRead, Out

from ..types import AddonFacts, NewAddon
from .values import Name


class AddonQuery(PageQuery):
    """With `room_id` only what can be booked with that room."""

    venue_id: UUID
    room_id: UUID | None = None


class AddonCreate(In):
    """`price` is for one. With `room_id` the add-on is offered in that room only."""

    venue_id: UUID
    name: Name
    price: MoneyIn
    room_id: UUID | None = None

    def new(self) -> NewAddon:
        return NewAddon(self.venue_id, self.name, self.price.money(), self.room_id)


class AddonUpdate(In):
    """Only what is sent changes; `room_id` null offers it in every room of the venue."""

    name: Name | MISSING = MISSING
    price: MoneyIn | MISSING = MISSING
    room_id: UUID | MISSING | None = MISSING
    active: bool | MISSING = Field(default=MISSING, strict=True)

    def changes(self) -> dict[str, Any]:
        changes = self.model_dump(exclude_unset=True, exclude={"price"})
        if self.price is not MISSING:
            changes["price"] = self.price.money()
        return changes


class AddonRead(Out):
    id: UUID
    venue_id: UUID
    room_id: UUID | None
    name: str
    price: MoneyRead
    active: bool

    @classmethod
    def of(cls, addon: AddonFacts) -> Self:
        return cls(
            id=addon.id,
            venue_id=addon.venue_id,
            room_id=addon.room_id,
            name=addon.name,
            price=MoneyRead.of(addon.price),
            active=addon.active,
        )
