"""The endpoints of services."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page, Paged

from ..errors import WhichProvider
from ..schemas import (
    ServiceCreate,
    ServicePageRead,
    ServiceQuery,
    ServiceRead,
    ServiceUpdate,
    page_of,
    position,
)
from ..service import services

service_routes = Routes("services", feature="services")


@service_routes.add("GET /services/search", summary="Find services")
async def search(unit: CurrentUnit, query: Annotated[ServiceQuery, Query()]) -> Page[ServiceRead]:
    found = await services.find_services(unit, query.wanted(), position(query))
    return page_of(found, ServiceRead.of)


@service_routes.add(
    "GET /services/provider/{provider_id}", errors=[NotFound], summary="A provider's services"
)
async def list_services(unit: CurrentUnit, provider_id: UUID, query: Paged) -> Page[ServiceRead]:
    found = await services.list_services(unit, provider_id, position(query))
    return page_of(found, ServiceRead.of)


@service_routes.add(
    "POST /services", errors=[NotFound, WhichProvider], status_code=201, summary="Offer a service"
)
async def create_service(unit: CurrentUnit, body: ServiceCreate) -> ServicePageRead:
    page = await services.create_service(unit, body.provider_id, body.new())
    return ServicePageRead.of_page(page)


@service_routes.add("GET /services/{service_id}", errors=[NotFound], summary="One service")
async def get_service(unit: CurrentUnit, service_id: UUID) -> ServicePageRead:
    return ServicePageRead.of_page(await services.show_service(unit, service_id))


@service_routes.add(
    "PATCH /services/{service_id}",
    errors=[NotFound],
    summary="Change a service",
    description="Bookings keep the price that they were made at.",
)
async def change_service(
    unit: CurrentUnit, service_id: UUID, body: ServiceUpdate
) -> ServicePageRead:
    return ServicePageRead.of_page(await services.change_service(unit, service_id, body.changes()))


@service_routes.add(
    "DELETE /services/{service_id}",
    errors=[NotFound],
    summary="Withdraw a service for good",
    description="Bookings that have it keep it.",
    status_code=204,
    response_class=Response,
)
async def delete_service(unit: CurrentUnit, service_id: UUID) -> None:
    await services.delete_service(unit, service_id)
