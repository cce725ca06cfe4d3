"""An account is on a staff once its person says so."""

from typing import NamedTuple
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.paging import Slice
from kalends.core.unit import Unit
from kalends.identity import add_membership, get_person

from ..events import StaffChanged
from ..repository import invitations
from ..repository import staff as stored
from ..types import Invitation
from .audit import note

ROLE = "staff"


class Account(NamedTuple):
    """Whose account a member has, or is asked to be theirs: columns of the member."""

    user_id: UUID | None = None
    invited_email: str | None = None


async def asked_account(unit: Unit, email: str | None) -> Account:
    """One's own account is linked at once, another's is asked."""
    asked = email.lower() if email else None
    if asked is not None and asked == await _own_email(unit):
        return Account(user_id=unit.principal.user_id)
    return Account(invited_email=asked)


async def list_invitations(unit: Unit, page: tuple[int, UUID | None]) -> Slice[Invitation]:
    """The providers that ask the caller to be on their staff."""
    return await invitations.invitations_of(unit, await _own_email(unit) or "", page)


async def accept_invitation(unit: Unit, staff_id: UUID) -> Invitation:
    """The caller works for the provider from now on. Raises NotFound, AlreadyStaff."""
    found = await invitations.lock_invitation(unit, await _own_email(unit) or "", staff_id)
    if found is None:
        raise NotFound("nobody asks you for this")
    await stored.change_staff(unit, staff_id, Account(user_id=unit.user_id)._asdict())
    await add_membership(unit, unit.user_id, ROLE, found.provider_id)
    unit.emit(StaffChanged(staff_id=staff_id))
    await note(unit, "staff.joined", staff_id, {"provider_id": found.provider_id})
    return found


async def _own_email(unit: Unit) -> str | None:
    """In small letters, as accounts keep it."""
    who = unit.principal.user_id
    return (await get_person(unit, who)).email if who else None
