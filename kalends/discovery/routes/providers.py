"""Finding providers over HTTP."""

from typing import Annotated

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.paging import Page

from ..schemas import FoundProviderRead, NearbyQuery, ProviderSearchQuery
from ..service.providers import find_providers

provider_search_routes = Routes("find_providers", feature="providers")


@provider_search_routes.add(
    "GET /providers/nearby",
    summary="Providers around a point",
    description="In the order of `score`: nearness and rating together. Looks at the 500 nearest.",
)
async def nearby(
    unit: CurrentUnit, query: Annotated[NearbyQuery, Query()]
) -> Page[FoundProviderRead]:
    return FoundProviderRead.page(await find_providers(unit, query.wanted(), query))


@provider_search_routes.add(
    "GET /providers/search",
    summary="Find providers by words, city, category, price and rating",
    description="With a point in the order of `score`, else best rated first. Looks at 500 of them.",
)
async def search(
    unit: CurrentUnit, query: Annotated[ProviderSearchQuery, Query()]
) -> Page[FoundProviderRead]:
    return FoundProviderRead.page(await find_providers(unit, query.wanted(), query))
