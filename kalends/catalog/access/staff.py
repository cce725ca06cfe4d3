"""Whose staff they are: the policy rows, and fetching a member for somebody who may have them."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

from ..repository import staff
from ..types import PlaceStatus, StaffFacts
from .providers import runs

_FEATURE = "staff"
_RELATION = "staff of the providers that one runs"
_READS = Rule(Who.manager, _RELATION, UnitKind.read, feature=_FEATURE)
_CHANGES = Rule(Who.manager, _RELATION, feature=_FEATURE)
_MAKES = Rule(Who.manager, _RELATION, keyed=True, feature=_FEATURE)

STAFF = {
    "GET /staff": _READS,
    "POST /staff": _MAKES,
    "GET /staff/invitations": Rule(
        Who.signed_in, "invitations to one's own address", UnitKind.read, feature=_FEATURE
    ),
    "POST /staff/invitations/{invitation_id}/accept": Rule(
        Who.signed_in, "invitations to one's own address", keyed=True, feature=_FEATURE
    ),
    "GET /staff/{staff_id}": _READS,
    "PATCH /staff/{staff_id}": _CHANGES,
    "DELETE /staff/{staff_id}": _CHANGES,
    "GET /staff/{staff_id}/hours": _READS,
    "PUT /staff/{staff_id}/hours": _CHANGES,
    "GET /staff/{staff_id}/time-off": _READS,
    "POST /staff/{staff_id}/time-off": _MAKES,
    "DELETE /staff/{staff_id}/time-off/{time_off_id}": _CHANGES,
    "GET /providers/{provider_id}/staff": Rule(
        Who.public,
        "active providers; those who run one see it always",
        UnitKind.read,
        feature=_FEATURE,
    ),
}


async def access_staff(unit: Unit, staff_id: UUID) -> StaffFacts:
    """The member, for somebody who may run the provider. Raises NotFound when gone or not theirs."""
    found = (await staff.staff_by_id(unit, [staff_id])).get(staff_id)
    if found is None or found.status is PlaceStatus.deleted:
        raise NotFound
    if not runs(unit.principal, found.provider_id):
        raise NotFound
    return found
