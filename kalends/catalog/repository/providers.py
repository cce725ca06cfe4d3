"""Providers as rows. Contacts and registration numbers are sealed on the way in, opened on the way out."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, cast, insert, null, select, update
from sqlalchemy.exc import IntegrityError

from kalends.core.database import constraint_of
from kalends.core.ids import new_id
from kalends.core.paging import Slice, slice_of
from kalends.core.principal import ActorKind
from kalends.core.unit import Unit

from ..errors import AlreadyOnboarded, UsernameTaken
from ..models import Provider, provider_transitions
from ..rules import (
    PROVIDER,
    read_opening,
    read_stored_hours,
    read_travel,
    write_hours,
    write_travel,
)
from ..types import (
    Base,
    CancellationTier,
    Contacts,
    ExperienceLevel,
    Hours,
    NewProvider,
    PrivateFacts,
    ProviderFacts,
    ProviderKind,
    ProviderState,
)

P = Provider.metadata.tables["providers"].c
# In the order in which `_facts` takes them apart.
FACTS = (
    P.id,
    P.kind,
    P.name,
    P.owner_user_id,
    P.state,
    P.username,
    P.bio,
    P.categories,
    P.experience_level,
    P.address,
    P.city,
    P.lat,
    P.lng,
    P.zone,
    cast(P.travel, Text),
    cast(P.hours, Text),
    P.portfolio,
    P.buffer_minutes,
    P.rating_hundredths,
    P.rating_count,
    P.created_at,
    cast(P.cancellation_tiers, Text),
)
_TOLD = frozenset(field.name for field in fields(NewProvider)) - {"kind"}
_BY_ID = select(*FACTS).where(P.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_SUBJECT = (P.id, P.process, P.state, P.state_since, P.version)
_LAST_WORD = (
    select(provider_transitions.c.reason)
    .where(
        provider_transitions.c.subject_id == P.id,
        provider_transitions.c.actor_kind == ActorKind.operator.value,
    )
    .order_by(provider_transitions.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)


def _facts(unit: Unit, row: Sequence[Any]) -> ProviderFacts:
    provider_id, kind, name, owner, state, username, bio, categories, level = row[:9]
    address, city, lat, lng, zone, travel, hours = row[9:16]
    portfolio, buffer, hundredths, count, created_at, tiers = row[16:22]
    weekly, exceptions = read_opening(read_stored_hours(hours))
    return ProviderFacts(
        id=provider_id,
        kind=ProviderKind(kind),
        name=name,
        owner_user_id=owner,
        state=ProviderState(state),
        username=username,
        bio=bio,
        categories=tuple(categories),
        experience_level=ExperienceLevel(level) if level else None,
        base=None if lat is None else Base(address, city, lat, lng, zone),
        zone=zone or unit.profile.time_zone,
        travel=read_travel(travel, unit.profile.currency),
        weekly=weekly,
        exceptions=exceptions,
        portfolio=tuple(portfolio),
        buffer_minutes=unit.profile.availability.buffer_minutes if buffer is None else buffer,
        rating_hundredths=hundredths,
        rating_count=count,
        created_at=created_at,
        tiers=tuple(CancellationTier(**tier) for tier in json.loads(tiers or "[]")),
    )


async def providers_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, ProviderFacts]:
    """Every provider of these, whatever its state."""
    if not ids:
        return {}
    rows = await unit.session.execute(_BY_ID, {"ids": list(ids)})
    return {row[0]: _facts(unit, row) for row in rows}


async def hours_of(unit: Unit, provider_id: UUID) -> str:
    """The opening hours as JSON text, of a provider that there is."""
    query = select(cast(P.hours, Text)).where(P.id == provider_id)
    return read_stored_hours((await unit.session.execute(query)).scalar_one())


async def private_facts(unit: Unit, provider_id: UUID) -> PrivateFacts:
    query = select(P.registration_no, P.contacts, _LAST_WORD).where(P.id == provider_id)
    number, contacts, reason = (await unit.session.execute(query)).one()
    said = json.loads(_opened(unit, "contacts", provider_id, contacts) or "{}")
    return PrivateFacts(
        registration_no=_opened(unit, "registration_no", provider_id, number),
        contacts=Contacts(**said),
        reason=reason,
    )


async def providers_in_state(
    unit: Unit, state: str | None, page: tuple[int, UUID | None]
) -> Slice[ProviderFacts]:
    """A page of providers, oldest first; `page` is the limit and the last id seen."""
    limit, after = page
    query = select(*FACTS)
    if state is not None:
        query = query.where(P.state == state)
    if after is not None:
        query = query.where(P.id > after)
    rows = await unit.session.execute(query.order_by(P.id).limit(limit + 1))
    return slice_of([_facts(unit, row) for row in rows], limit, lambda found: (found.id,))


async def add_provider(unit: Unit, new: NewProvider) -> Any:
    """Store a provider that waits for approval. Raises AlreadyOnboarded, UsernameTaken."""
    provider_id = new_id()
    values = {
        "id": provider_id,
        "kind": new.kind.value,
        "owner_user_id": unit.user_id,
        "process": PROVIDER.name,
        "state": PROVIDER.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    told = {name: getattr(new, name) for name in _TOLD}
    values |= _columns(unit, provider_id, told)
    try:
        result = await unit.session.execute(insert(Provider).values(values).returning(*_SUBJECT))
    except IntegrityError as error:
        _refuse(error)
    return result.one()


async def change_provider(unit: Unit, provider_id: UUID, changes: dict[str, Any]) -> None:
    """Store these fields of NewProvider. Raises UsernameTaken."""
    columns = _columns(unit, provider_id, changes)
    change = update(Provider).where(P.id == provider_id)
    try:
        await unit.session.execute(change.values(**columns, updated_at=unit.now))
    except IntegrityError as error:
        _refuse(error)


async def set_rating(unit: Unit, provider_id: UUID, hundredths: int | None, count: int) -> None:
    change = update(Provider).where(P.id == provider_id)
    await unit.session.execute(change.values(rating_hundredths=hundredths, rating_count=count))


async def lock_portfolio(unit: Unit, provider_id: UUID) -> list[str]:
    """Lock the provider and return its portfolio as it is now."""
    query = select(P.portfolio).where(P.id == provider_id).with_for_update()
    return list((await unit.session.execute(query)).scalar_one())


async def lock_provider(unit: Unit, provider_id: UUID) -> Any | None:
    """Lock the provider and return its state columns."""
    query = select(*_SUBJECT).where(P.id == provider_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


def _columns(unit: Unit, provider_id: UUID, told: dict[str, Any]) -> dict[str, Any]:
    """The columns of these fields of NewProvider."""
    columns = dict(told)
    for name in ("categories", "portfolio"):
        if name in columns:
            columns[name] = list(columns[name])
    if columns.get("base") is not None:
        columns |= asdict(columns["base"])
    columns.pop("base", None)
    if "contacts" in columns:
        written = json.dumps(asdict(columns["contacts"]))
        columns["contacts"] = _sealed(unit, "contacts", provider_id, written)
    if "registration_no" in columns:
        number = columns["registration_no"]
        columns["registration_no"] = _sealed(unit, "registration_no", provider_id, number)
    if "hours" in columns:
        columns["hours"] = write_hours(columns["hours"] or Hours())
    if "travel" in columns:
        # None alone would be written as the JSON value null
        columns["travel"] = write_travel(columns["travel"]) or null()
    return columns


def _refuse(error: IntegrityError) -> NoReturn:
    refusals = {
        "uq_providers_username": UsernameTaken,
        "uq_providers_individual_owner": AlreadyOnboarded,
    }
    refusal = refusals.get(constraint_of(error) or "")
    if refusal is None:
        raise error
    raise refusal from error


def _sealed(unit: Unit, column: str, provider_id: UUID, text: str | None) -> bytes | None:
    if text is None:
        return None
    return unit.house.keyring.seal(text, f"providers:{column}:{provider_id}")


def _opened(unit: Unit, column: str, provider_id: UUID, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    return unit.house.keyring.open(sealed, f"providers:{column}:{provider_id}")


async def set_tiers(unit: Unit, provider_id: UUID, tiers: Sequence[CancellationTier]) -> None:
    """Without any the marketplace's hold."""
    stored = [asdict(tier) for tier in tiers]
    change = update(Provider).where(Provider.id == provider_id)
    own = {"cancellation_tiers": stored or null(), "updated_at": unit.now}
    await unit.session.execute(change.values(own))
