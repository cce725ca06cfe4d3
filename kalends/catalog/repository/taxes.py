"""Tax details as they are stored: sealed, because a tax id of a person is personal."""

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from kalends.core.unit import Unit

from ..models import Provider, Venue
from ..types import TaxDetails


async def details_of(unit: Unit, provider_id: UUID, *, lock: bool = False) -> TaxDetails | None:
    """What was told of the provider; None when there is no such provider."""
    query = select(Provider.tax_details).where(Provider.id == provider_id)
    row = (await unit.session.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _opened(unit, provider_id, row.tax_details)


async def details_of_all(unit: Unit, provider_ids: Collection[UUID]) -> dict[UUID, TaxDetails]:
    query = select(Provider.id, Provider.tax_details).where(Provider.id.in_(provider_ids))
    return {row[0]: _opened(unit, row[0], row[1]) for row in await unit.session.execute(query)}


async def set_details(unit: Unit, provider_id: UUID, details: TaxDetails) -> None:
    sealed = unit.house.keyring.seal(json.dumps(asdict(details)), _context(provider_id))
    change = update(Provider).where(Provider.id == provider_id)
    await unit.session.execute(change.values(tax_details=sealed, updated_at=unit.now))


async def state_of_venue(unit: Unit, venue_id: UUID) -> str:
    """The code of the state in which it lies, whatever its status; empty when nobody has told."""
    query = select(Venue.state_code).where(Venue.id == venue_id)
    return (await unit.session.execute(query)).scalar_one_or_none() or ""


def _opened(unit: Unit, provider_id: UUID, sealed: bytes | None) -> TaxDetails:
    if sealed is None:
        return TaxDetails()
    told: dict[str, Any] = json.loads(unit.house.keyring.open(sealed, _context(provider_id)))
    return TaxDetails(**told)


def _context(provider_id: UUID) -> str:
    return f"providers:tax_details:{provider_id}"
