"""Letters about working for a provider."""

from uuid import UUID

from kalends import catalog
from kalends.core.unit import Unit
from kalends.identity import Person, UserStatus

from .write import Letter, address_digest, write_letter


async def tell_invitation(unit: Unit, staff_id: UUID) -> None:
    """To the address that was asked, once, whether or not it has an account; nothing when it is asked no more."""
    member = (await catalog.staff_by_id(unit, [staff_id])).get(staff_id)
    if member is None or member.invited_email is None:
        return
    provider = await catalog.get_provider(unit, member.provider_id)
    asked = Person(staff_id, member.invited_email, member.name, None, UserStatus.active)
    facts = {"provider": provider.name, "email": member.invited_email, "staff_id": str(staff_id)}
    occasion = f"{staff_id}:{address_digest(unit, member.invited_email)}"
    await write_letter(unit, Letter("staff_invited", occasion, asked, facts))
