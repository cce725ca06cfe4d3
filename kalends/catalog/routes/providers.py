"""The endpoints of providers, and those with which operators decide about them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import Invalid, NotFound, TransitionNotAllowed
from kalends.core.paging import Page

from ..errors import AlreadyOnboarded, UsernameTaken, WhichProvider
from ..schemas import (
    Decision,
    PictureIn,
    PictureQuery,
    PortfolioRead,
    ProviderOnboard,
    ProviderPageRead,
    ProviderRead,
    ProvidersQuery,
    ProvidersRead,
    ProviderUpdate,
    WhichQuery,
    page_of,
    position,
)
from ..service import providers
from ..service.approval import decide

provider_routes = Routes("providers", feature="providers")
admin_provider_routes = Routes("admin_providers", feature="providers")
_MINE = [NotFound, WhichProvider]
_DECIDED = [NotFound, TransitionNotAllowed]
Which = Annotated[WhichQuery, Query()]


@provider_routes.add(
    "POST /providers/onboard",
    errors=[AlreadyOnboarded, UsernameTaken, Invalid],
    status_code=201,
    summary="Start to sell",
    description="You become the owner. Where operators approve, the profile waits for one of them.",
)
async def onboard(unit: CurrentUnit, body: ProviderOnboard) -> ProviderPageRead:
    return ProviderPageRead.of_page(await providers.onboard(unit, body.new()))


@provider_routes.add("GET /providers/me", summary="The providers that you own or manage")
async def mine(unit: CurrentUnit) -> ProvidersRead:
    found = await providers.own_providers(unit)
    return ProvidersRead(items=[ProviderRead.of(facts) for facts in found])


@provider_routes.add(
    "PATCH /providers/profile",
    errors=[*_MINE, UsernameTaken],
    summary="Change a provider's profile",
    description="A profile that needed changes waits for an operator again.",
)
async def change_profile(unit: CurrentUnit, which: Which, body: ProviderUpdate) -> ProviderPageRead:
    page = await providers.change_profile(unit, which.provider_id, body.changes())
    return ProviderPageRead.of_page(page)


@provider_routes.add("GET /providers/portfolio", errors=_MINE, summary="The pictures of your work")
async def portfolio(unit: CurrentUnit, which: Which) -> PortfolioRead:
    return PortfolioRead(portfolio=list(await providers.portfolio_of(unit, which.provider_id)))


@provider_routes.add(
    "POST /providers/portfolio",
    errors=_MINE,
    status_code=201,
    summary="Add a picture of your work",
)
async def add_picture(unit: CurrentUnit, body: PictureIn) -> PortfolioRead:
    shown = await providers.add_to_portfolio(unit, body.provider_id, body.url)
    return PortfolioRead(portfolio=list(shown))


@provider_routes.add(
    "DELETE /providers/portfolio",
    errors=_MINE,
    summary="Remove a picture",
    status_code=204,
    response_class=Response,
)
async def remove_picture(unit: CurrentUnit, query: Annotated[PictureQuery, Query()]) -> None:
    await providers.remove_from_portfolio(unit, query.provider_id, query.url)


@provider_routes.add(
    "GET /providers/{provider_id}",
    errors=[NotFound],
    summary="One provider",
    description="Its owner and operators also see what is private, and it while it may not sell.",
)
async def get_provider(unit: CurrentUnit, provider_id: UUID) -> ProviderPageRead:
    return ProviderPageRead.of_page(await providers.show_provider(unit, provider_id))


@admin_provider_routes.add("GET /admin/providers", summary="All providers, or those in one state")
async def list_providers(
    unit: CurrentUnit, query: Annotated[ProvidersQuery, Query()]
) -> Page[ProviderRead]:
    found = await providers.list_providers(unit, query.state, position(query))
    return page_of(found, ProviderRead.of)


@admin_provider_routes.add(
    "PATCH /admin/providers/{provider_id}/approve", errors=_DECIDED, summary="Let a provider sell"
)
async def approve(unit: CurrentUnit, provider_id: UUID) -> ProviderPageRead:
    return ProviderPageRead.of_page(await decide(unit, provider_id, "approve"))


@admin_provider_routes.add(
    "PATCH /admin/providers/{provider_id}/needs-changes",
    errors=_DECIDED,
    summary="Ask for changes in a provider's profile",
    description="It may not sell until its owner has changed the profile and it is approved.",
)
async def needs_changes(unit: CurrentUnit, provider_id: UUID, body: Decision) -> ProviderPageRead:
    page = await decide(unit, provider_id, "ask_for_changes", body.reason)
    return ProviderPageRead.of_page(page)


@admin_provider_routes.add(
    "PATCH /admin/providers/{provider_id}/suspend",
    errors=_DECIDED,
    summary="Stop a provider from selling",
    description="It takes no new bookings; those that exist go on as agreed.",
)
async def suspend(unit: CurrentUnit, provider_id: UUID, body: Decision) -> ProviderPageRead:
    return ProviderPageRead.of_page(await decide(unit, provider_id, "suspend", body.reason))


@admin_provider_routes.add(
    "PATCH /admin/providers/{provider_id}/activate",
    errors=_DECIDED,
    summary="Let a suspended provider sell again",
)
async def activate(unit: CurrentUnit, provider_id: UUID) -> ProviderPageRead:
    return ProviderPageRead.of_page(await decide(unit, provider_id, "activate"))
