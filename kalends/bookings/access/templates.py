"""Who may look at templates, and who makes them."""

from uuid import UUID

from kalends.billing import require_subscription
from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

from ..repository import templates
from ..types.templates import TemplateFacts, TemplateStatus

_FEATURE, _READ = "templates", UnitKind.read
_subscribers = "published ones, for subscribers; operators all"
_CHANGES = Rule(Who.moderator, "all", keyed=True, feature=_FEATURE)

TEMPLATES = {
    "GET /templates": Rule(
        Who.public, "published ones, without their detail", _READ, limit="search", feature=_FEATURE
    ),
    "GET /templates/{template_id}": Rule(Who.signed_in, _subscribers, _READ, feature=_FEATURE),
    "POST /templates/{template_id}/plan": Rule(
        Who.signed_in, _subscribers, _READ, limit="search", feature=_FEATURE
    ),
    "GET /admin/templates": Rule(Who.operator, "all", _READ, feature=_FEATURE),
    "POST /admin/templates": _CHANGES,
    "PATCH /admin/templates/{template_id}": Rule(Who.moderator, "all", feature=_FEATURE),
    "DELETE /admin/templates/{template_id}": Rule(Who.moderator, "all", feature=_FEATURE),
}


async def see_template(unit: Unit, template_id: UUID) -> TemplateFacts:
    """The template with its detail, for subscribers and operators. Raises NotFound, SubscriptionRequired."""
    found = await templates.find(unit, template_id)
    hidden = found is not None and found.status is TemplateStatus.hidden
    if found is None or (hidden and not unit.principal.is_operator):
        raise NotFound
    await require_subscription(unit)
    return found


async def access_template(unit: Unit, template_id: UUID) -> TemplateFacts:
    """The template, locked, for operators, whom the policy lets in. Raises NotFound."""
    found = await templates.find(unit, template_id, lock=True)
    if found is None:
        raise NotFound
    return found
