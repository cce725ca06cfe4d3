"""Making, changing and withdrawing templates; audited with what was before and after."""

from typing import Any
from uuid import UUID

from kalends.core.audit import Deed, record
from kalends.core.errors import Invalid
from kalends.core.money import Money
from kalends.core.unit import Unit

from ...access import access_template
from ...repository import templates
from ...types.templates import BlueprintLine, NewTemplate, TemplateFacts, TemplateStatus

_TOLD = ("title", "summary", "category", "image", "guests", "status")


async def create_template(unit: Unit, new: NewTemplate) -> TemplateFacts:
    """Publish a template. Raises Invalid for a price in another currency."""
    _check(unit, new.blueprint)
    made = await templates.add(unit, new)
    await _note(unit, "template.created", made.id, {"before": None, "after": _plain(made)})
    return made


async def change_template(unit: Unit, template_id: UUID, changes: dict[str, Any]) -> TemplateFacts:
    """Set the named fields; `blueprint` replaces all lines. Raises NotFound, Invalid."""
    before = await access_template(unit, template_id)
    if not changes:
        return before
    _check(unit, changes.get("blueprint", ()))
    after = await templates.change(unit, template_id, changes)
    was, is_now = _plain(before), _plain(after)
    changed = [name for name in was if was[name] != is_now[name]]
    detail = {
        "before": {name: was[name] for name in changed},
        "after": {name: is_now[name] for name in changed},
    }
    await _note(unit, "template.changed", template_id, detail)
    return after


async def delete_template(unit: Unit, template_id: UUID) -> None:
    """Withdraw it for good; events that were made from it keep its id. Raises NotFound."""
    before = await access_template(unit, template_id)
    await templates.change(unit, template_id, {"status": TemplateStatus.deleted.value})
    detail = {"before": _plain(before), "after": None}
    await _note(unit, "template.deleted", template_id, detail)


def plan(template: TemplateFacts, budget: Money) -> list[tuple[BlueprintLine, Money]]:
    """Divide a budget over the lines in proportion to their estimates; the parts add up to it.

    Raises Invalid for another currency, or a template that estimates nothing.
    """
    if budget.currency != template.estimate.currency:
        raise Invalid(f"budget: prices here are in {template.estimate.currency}")
    if not template.estimate:
        raise Invalid("this template estimates no costs to divide a budget by")
    shares = budget.split([line.estimate.amount for line in template.blueprint])
    return list(zip(template.blueprint, shares, strict=True))


def _check(unit: Unit, blueprint: tuple[BlueprintLine, ...]) -> None:
    currency = unit.profile.currency
    if any(line.estimate.currency != currency for line in blueprint):
        raise Invalid(f"blueprint: prices here are in {currency}")


async def _note(unit: Unit, action: str, template_id: UUID, detail: dict[str, Any]) -> None:
    await record(unit, Deed(action, "template", str(template_id), detail))


def _plain(template: TemplateFacts) -> dict[str, Any]:
    told = {name: getattr(template, name) for name in _TOLD}
    return told | {"blueprint": templates.written(template.blueprint)}
