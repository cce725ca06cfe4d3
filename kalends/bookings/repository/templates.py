"""Templates as rows."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, select, update

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..models import Template
from ..types.templates import BlueprintLine, NewTemplate, TemplateFacts, TemplateStatus, total_of

TABLE = cast("Table", Template.__table__)
C = TABLE.c


async def add(unit: Unit, new: NewTemplate) -> TemplateFacts:
    values = {
        "id": new_id(),
        **columns_of(vars_of(new)),
        "currency": unit.profile.currency,
        "estimate": total_of(new.blueprint, unit.profile.currency).amount,
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    return _facts((await unit.session.execute(insert(TABLE).values(values).returning(*C))).one())


async def change(unit: Unit, template_id: UUID, values: dict[str, Any]) -> TemplateFacts:
    columns = columns_of(values) | {"updated_at": unit.now}
    if "blueprint" in values:
        columns["estimate"] = total_of(values["blueprint"], unit.profile.currency).amount
    statement = update(TABLE).where(C.id == template_id).values(columns).returning(*C)
    return _facts((await unit.session.execute(statement)).one())


async def find(unit: Unit, template_id: UUID, *, lock: bool = False) -> TemplateFacts | None:
    """One that was not deleted."""
    query = select(*C).where(C.id == template_id, C.status != TemplateStatus.deleted.value)
    row = (await unit.session.execute(query.with_for_update() if lock else query)).first()
    return _facts(row) if row else None


async def page(
    unit: Unit, limit: int, after: UUID | None, *, hidden_too: bool
) -> Slice[TemplateFacts]:
    """Oldest first."""
    shown = C.status == TemplateStatus.published.value
    query = select(*C).where(C.status != TemplateStatus.deleted.value if hidden_too else shown)
    if after is not None:
        query = query.where(C.id > after)
    rows = await unit.session.execute(query.order_by(C.id).limit(limit + 1))
    return slice_of([_facts(row) for row in rows], limit, lambda found: (found.id,))


def columns_of(values: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored; a blueprint as JSON."""
    if "blueprint" not in values:
        return dict(values)
    return {**values, "blueprint": written(values["blueprint"])}


def written(blueprint: Sequence[BlueprintLine]) -> list[dict[str, Any]]:
    return [
        {
            "role": line.role,
            "title": line.title,
            "category": line.category,
            "estimate": line.estimate.amount,
            "note": line.note,
        }
        for line in blueprint
    ]


def vars_of(new: NewTemplate) -> dict[str, Any]:
    names = ("title", "summary", "category", "image", "guests", "blueprint")
    return {name: getattr(new, name) for name in names}


def _facts(row: Any) -> TemplateFacts:
    lines = tuple(
        BlueprintLine(
            item["role"],
            item["title"],
            item["category"],
            Money(item["estimate"], row.currency),
            item["note"],
        )
        for item in row.blueprint
    )
    return TemplateFacts(
        id=row.id,
        title=row.title,
        summary=row.summary,
        category=row.category,
        image=row.image,
        guests=row.guests,
        blueprint=lines,
        estimate=Money(row.estimate, row.currency),
        status=TemplateStatus(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
