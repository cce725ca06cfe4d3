"""Templates over HTTP."""

from uuid import UUID

from fastapi import Response

from kalends.billing import SubscriptionRequired
from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page, Paged

from ..access import see_template
from ..repository import templates
from ..schemas.templates import (
    PlanRead,
    PlanRequest,
    TemplateCreate,
    TemplateRead,
    TemplateSummary,
    TemplateUpdate,
    position,
)
from ..service.templates import keep

template_routes = Routes("templates", feature="templates")


@template_routes.add("GET /templates", summary="Templates of events, without their detail")
async def list_templates(unit: CurrentUnit, query: Paged) -> Page[TemplateSummary]:
    found = await templates.page(unit, *position(query), hidden_too=False)
    items = [TemplateSummary.of(one) for one in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@template_routes.add(
    "GET /templates/{template_id}",
    summary="One template with its blueprint, for subscribers",
    errors=[SubscriptionRequired, NotFound],
)
async def read_template(unit: CurrentUnit, template_id: UUID) -> TemplateRead:
    return TemplateRead.of(await see_template(unit, template_id))


@template_routes.add(
    "POST /templates/{template_id}/plan",
    summary="Divide a budget over a template, for subscribers",
    errors=[SubscriptionRequired, NotFound],
)
async def plan(unit: CurrentUnit, template_id: UUID, body: PlanRequest) -> PlanRead:
    """In proportion to what the template estimates for each part; the same question has the same answer."""
    template, budget = await see_template(unit, template_id), body.budget.money()
    return PlanRead.of(keep.plan(template, budget), budget)


@template_routes.add("GET /admin/templates", summary="All templates, hidden ones too")
async def all_templates(unit: CurrentUnit, query: Paged) -> Page[TemplateRead]:
    found = await templates.page(unit, *position(query), hidden_too=True)
    items = [TemplateRead.of(one) for one in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@template_routes.add("POST /admin/templates", summary="Publish a template", status_code=201)
async def create(unit: CurrentUnit, body: TemplateCreate) -> TemplateRead:
    return TemplateRead.of(await keep.create_template(unit, body.new()))


@template_routes.add(
    "PATCH /admin/templates/{template_id}", summary="Change a template", errors=[NotFound]
)
async def change(unit: CurrentUnit, template_id: UUID, body: TemplateUpdate) -> TemplateRead:
    return TemplateRead.of(await keep.change_template(unit, template_id, body.changes()))


@template_routes.add(
    "DELETE /admin/templates/{template_id}",
    summary="Withdraw a template for good",
    errors=[NotFound],
    status_code=204,
    response_class=Response,
)
async def delete(unit: CurrentUnit, template_id: UUID) -> None:
    await keep.delete_template(unit, template_id)
