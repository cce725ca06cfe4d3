"""Venues and the providers that they belong to."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from kalends.core.database import constraint_of
from kalends.core.errors import Invalid
from kalends.core.ids import new_id
from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..models import Provider, Venue
from ..rules import PLACED
from ..types import NewVenue, PlaceStatus, ProviderKind, VenueFacts

_COLUMNS = tuple(getattr(Venue, field.name) for field in fields(VenueFacts))


def _facts(row: Sequence[Any]) -> VenueFacts:
    values = dict(zip((field.name for field in fields(VenueFacts)), row, strict=True))
    return VenueFacts(
        **values | {"photos": tuple(values["photos"]), "status": PlaceStatus(values["status"])}
    )


async def venue(unit: Unit, venue_id: UUID) -> VenueFacts | None:
    """The venue, whatever its status."""
    query = select(*_COLUMNS).where(Venue.id == venue_id)
    row = (await unit.session.execute(query)).first()
    return _facts(row) if row else None


async def venues(
    unit: Unit, city: str | None, statuses: Collection[str], page: tuple[int, UUID | None]
) -> Slice[VenueFacts]:
    """A page of venues, oldest first; `page` is the limit and the last id seen."""
    limit, after = page
    query = select(*_COLUMNS).where(Venue.status.in_(statuses))
    if city is not None:
        query = query.where(func.lower(Venue.city) == func.lower(city))
    if after is not None:
        query = query.where(Venue.id > after)
    rows = await unit.session.execute(query.order_by(Venue.id).limit(limit + 1))
    return slice_of([_facts(row) for row in rows], limit, lambda found: (found.id,))


async def add_provider(unit: Unit, name: str) -> Any:
    """Store the provider of a place, called as it is."""
    values = {
        "id": new_id(),
        "name": name,
        "kind": ProviderKind.venue.value,
        "process": PLACED.name,
        "state": PLACED.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    stored = insert(Provider).values(values)
    columns = (
        Provider.id,
        Provider.process,
        Provider.state,
        Provider.state_since,
        Provider.version,
    )
    return (await unit.session.execute(stored.returning(*columns))).one()


async def add_venue(unit: Unit, new: NewVenue) -> VenueFacts:
    """Raises Invalid when there is no such provider."""
    values = asdict(new) | {
        "id": new_id(),
        "photos": list(new.photos),
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    try:
        result = await unit.session.execute(insert(Venue).values(values).returning(*_COLUMNS))
    except IntegrityError as error:
        if constraint_of(error) != "fk_venues_provider_id":
            raise
        raise Invalid(
            "there is no provider with this provider_id; leave it out to get one"
        ) from error
    return _facts(result.one())


async def change_venue(unit: Unit, venue_id: UUID, values: dict[str, Any]) -> VenueFacts:
    change = update(Venue).where(Venue.id == venue_id).values(**values, updated_at=unit.now)
    return _facts((await unit.session.execute(change.returning(*_COLUMNS))).one())
