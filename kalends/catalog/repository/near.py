"""Finding providers: within a box that an index knows, then within the circle, nearest first."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Label,
    Select,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)

from kalends.core.unit import Unit

from ..models import Provider, Service
from ..types import NearProvider, PlaceStatus, ProviderFilter, ProviderState

EARTH_KM = 6371.0088
P = Provider.metadata.tables["providers"].c
S = Service.metadata.tables["services"].c
# as the partial index says it
_POINT: ColumnElement[Any] = literal_column("point(providers.lng, providers.lat)")
_ACTIVE = P.state == literal_column(f"'{ProviderState.active.value}'")


async def providers_near(unit: Unit, wanted: ProviderFilter) -> list[NearProvider]:
    """The active providers that fit, at most `wanted.limit`: nearest first, else best rated first."""
    distance = _distance(wanted)
    query: Select[Any] = select(P.id, distance, P.rating_hundredths).where(_ACTIVE)
    query = query.where(*_conditions(wanted))
    if wanted.near is not None:
        query = query.where(P.lat.is_not(None), distance.element <= wanted.near[2])
        order: tuple[ColumnElement[Any], ...] = (distance.element, P.id)
    else:
        order = (P.rating_hundredths.desc().nulls_last(), P.id)
    rows = await unit.session.execute(query.order_by(*order).limit(wanted.limit))
    return [NearProvider(*row) for row in rows]


def _distance(wanted: ProviderFilter) -> Label[Any]:
    """The great-circle distance from the point, by the haversine formula."""
    if wanted.near is None:
        return cast(null(), Float).label("distance_km")
    lat, lng, _ = wanted.near
    here = literal(lat, Float)
    height = func.power(func.sin(func.radians(P.lat - here) / 2), 2)
    width = func.power(func.sin(func.radians(P.lng - literal(lng, Float)) / 2), 2)
    share = height + func.cos(func.radians(here)) * func.cos(func.radians(P.lat)) * width
    arc = func.asin(func.least(1.0, func.sqrt(share)))
    return (2 * EARTH_KM * arc).label("distance_km")


def _conditions(wanted: ProviderFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [P.search.contains(w, autoescape=True) for w in wanted.words]
    if wanted.box is not None:
        found.append(_within(wanted.box))
    if wanted.city is not None:
        found.append(func.lower(P.city) == wanted.city.lower())
    if wanted.category is not None:
        found.append(P.categories.contains([wanted.category]))
    if wanted.min_rating_hundredths is not None:
        found.append(P.rating_hundredths >= wanted.min_rating_hundredths)
    if wanted.min_price is not None or wanted.max_price is not None:
        found.append(_sells(wanted))
    if wanted.sells is not None:
        of_type, category = wanted.sells
        found.append(_active_services().where(S.type == of_type, S.category == category).exists())
    return found


def _within(box: tuple[float, float, float, float]) -> ColumnElement[bool]:
    """Whether the point lies in the box; one across the 180th meridian is two."""
    south, north, west, east = box
    if west <= east:
        return _inside(south, north, west, east)
    return or_(_inside(south, north, west, 180.0), _inside(south, north, -180.0, east))


def _inside(south: float, north: float, west: float, east: float) -> ColumnElement[bool]:
    corners = (func.point(west, south), func.point(east, north))
    return _POINT.op("<@", is_comparison=True)(func.box(*corners))


def _sells(wanted: ProviderFilter) -> ColumnElement[bool]:
    offered = _active_services()
    if wanted.min_price is not None:
        offered = offered.where(S.price >= wanted.min_price)
    if wanted.max_price is not None:
        offered = offered.where(S.price <= wanted.max_price)
    return offered.exists()


def _active_services() -> Select[Any]:
    return select(S.id).where(S.provider_id == P.id, S.status == PlaceStatus.active.value)
