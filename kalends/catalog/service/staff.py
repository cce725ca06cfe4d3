"""Taking staff on, what they can do, and letting them go."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from kalends.core.errors import Invalid
from kalends.core.paging import Slice
from kalends.core.unit import Unit
from kalends.identity import add_membership, leave_staff, people

from ..access import access_provider, access_staff, see_provider
from ..events import StaffChanged, StaffInvited
from ..repository import services
from ..repository import staff as stored
from ..rules import check_breaks
from ..types import Breaks, NewStaff, PlaceStatus, StaffFacts
from .audit import difference, note
from .invitations import ROLE, asked_account
from .rooms import accept_hours


async def staff_for(unit: Unit, service_id: UUID) -> list[StaffFacts]:
    """Who can be booked for the service: its active staff with hours, skills and time off, by id."""
    return await stored.staff_for(unit, service_id)


async def owners_on_staff(unit: Unit, provider_ids: Collection[UUID]) -> dict[UUID, StaffFacts]:
    """By provider, the owners who can be booked as members of their own staff; one statement."""
    if not provider_ids:
        return {}
    return {one.provider_id: one for one in await stored.owners_on_staff(unit, provider_ids)}


async def on_duty(unit: Unit, provider_ids: Collection[UUID]) -> dict[UUID, list[StaffFacts]]:
    """By provider, the active staff of those that have any; one statement."""
    found: dict[UUID, list[StaffFacts]] = {}
    for member in await stored.on_duty(unit, provider_ids) if provider_ids else ():
        found.setdefault(member.provider_id, []).append(member)
    return found


async def staff_by_id(unit: Unit, ids: list[UUID]) -> dict[UUID, StaffFacts]:
    """Those who ever were on a staff, those who left too: old bookings name them."""
    return await stored.staff_by_id(unit, ids)


async def list_staff(
    unit: Unit, provider_id: UUID | None, page: tuple[int, UUID | None]
) -> Slice[StaffFacts]:
    """The staff of one's own provider, inactive ones too. Raises NotFound, WhichProvider."""
    provider = await access_provider(unit, provider_id)
    statuses = [PlaceStatus.active.value, PlaceStatus.inactive.value]
    return await stored.staff_of(unit, provider.id, statuses, page)


async def public_staff(
    unit: Unit, provider_id: UUID, page: tuple[int, UUID | None]
) -> Slice[StaffFacts]:
    """The active staff of a provider that everybody may see. Raises NotFound."""
    await see_provider(unit, provider_id)
    return await stored.staff_of(unit, provider_id, [PlaceStatus.active.value], page)


async def show_staff(unit: Unit, staff_id: UUID) -> StaffFacts:
    """A member of the staff of a provider that one runs. Raises NotFound."""
    return await access_staff(unit, staff_id)


async def take_on(unit: Unit, provider_id: UUID | None, new: NewStaff) -> StaffFacts:
    """Take somebody on; whose account is named is asked, and works for the provider once they say yes.

    Nothing tells whether there is such an account. Raises NotFound, WhichProvider, AlreadyStaff, and Invalid
    for hours, breaks or skills that cannot be.
    """
    provider = await access_provider(unit, provider_id)
    account = await asked_account(unit, new.email)
    hours = accept_hours(new.hours) if new.hours else None
    accepted = replace(new, hours=hours, breaks=accept_breaks(new.breaks))
    staff_id = await stored.add_staff(unit, provider.id, accepted, account._asdict())
    await services.qualify(unit, provider.id, staff=staff_id, others=new.skills)
    if account.user_id is not None:
        await add_membership(unit, account.user_id, ROLE, provider.id)
    if account.invited_email is not None:
        unit.emit(StaffInvited(staff_id=staff_id))
    unit.emit(StaffChanged(staff_id=staff_id))
    await note(unit, "staff.taken_on", staff_id, {"provider_id": provider.id})
    return await access_staff(unit, staff_id)


async def change_staff(unit: Unit, staff_id: UUID, changes: Mapping[str, Any]) -> StaffFacts:
    """Set the named fields of NewStaff but hours and breaks, and `status`; `email` None parts the account, another asks
    that one.

    Raises NotFound, AlreadyStaff, Invalid.
    """
    before = await access_staff(unit, staff_id)
    if not changes:
        return before
    columns = dict(changes)
    skills = columns.pop("skills", None)
    if "email" in columns:
        columns |= await _change_account(unit, before, columns.pop("email"))
    await stored.change_staff(unit, staff_id, columns)
    if skills is not None:
        await services.qualify(unit, before.provider_id, staff=staff_id, others=skills)
    unit.emit(StaffChanged(staff_id=staff_id))
    told = {
        name: value
        for name, value in columns.items()
        if name not in {"bio", "user_id", "invited_email"}
    }
    known = asdict(before)
    await note(unit, "staff.changed", staff_id, difference(known, told))
    return await access_staff(unit, staff_id)


async def let_go(unit: Unit, staff_id: UUID) -> None:
    """Somebody leaves: bookings that exist go on, new ones cannot be made. Raises NotFound."""
    before = await access_staff(unit, staff_id)
    await stored.change_staff(unit, staff_id, {"status": PlaceStatus.deleted.value})
    if before.user_id is not None:
        await leave_staff(unit, before.user_id, before.provider_id)
    unit.emit(StaffChanged(staff_id=staff_id))
    await note(unit, "staff.let_go", staff_id, {"provider_id": before.provider_id})


async def staff_of_user(unit: Unit, user_id: UUID) -> list[StaffFacts]:
    """As whom somebody works now: one for each staff that they are on."""
    return await stored.staff_of_user(unit, user_id)


async def set_staff_rating(unit: Unit, staff_id: UUID, hundredths: int | None, count: int) -> None:
    """Store what the reviews of a member say: their average (100 to 500, None without any) and number."""
    await stored.set_rating(unit, staff_id, hundredths, count)
    unit.emit(StaffChanged(staff_id=staff_id))


def accept_breaks(breaks: Breaks) -> Breaks:
    """The breaks, sorted. Raises Invalid with the rule that they break."""
    try:
        return check_breaks(breaks)
    except ValueError as error:
        raise Invalid(str(error)) from error


async def _change_account(unit: Unit, member: StaffFacts, email: str | None) -> dict[str, Any]:
    account = await asked_account(unit, email)
    if email is not None and member.user_id is not None:
        known = await people(unit, [member.user_id])
        if known[member.user_id].email == email.lower():
            return {}  # it is theirs already
    if member.user_id is not None:
        await leave_staff(unit, member.user_id, member.provider_id)
    if account.user_id is not None:
        await add_membership(unit, account.user_id, ROLE, member.provider_id)
    if account.invited_email is not None:
        unit.emit(StaffInvited(staff_id=member.id))
    return account._asdict()
