"""The people, for the rooms above."""

from collections.abc import Collection
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.unit import Unit

from ..errors import EmailTaken
from ..events import UserRegistered
from ..repository import roles, users
from ..types import MembershipFacts, NewPerson, Person


async def get_person(unit: Unit, user_id: UUID) -> Person:
    """Raises NotFound."""
    found = await users.find_people(unit, [user_id])
    if user_id not in found:
        raise NotFound
    return found[user_id]


async def people(unit: Unit, ids: Collection[UUID]) -> dict[UUID, Person]:
    """The people with these ids, in one statement; unknown ids are left out."""
    return await users.find_people(unit, ids) if ids else {}


async def find_person_by_email(unit: Unit, email: str) -> Person | None:
    return await users.find_person_by_email(unit, email.lower())


async def managers_of(unit: Unit, provider_id: UUID, place_id: UUID | None = None) -> list[Person]:
    """The active owners and managers of a provider: those of all its places, and those of this one."""
    return await users.find_managers(unit, provider_id, place_id)


async def memberships_of(unit: Unit, user_id: UUID) -> list[MembershipFacts]:
    """Where somebody works and what they run."""
    return await roles.memberships_of(unit, user_id)


async def register_person(unit: Unit, person: NewPerson) -> Person:
    """Store a new user, a customer like everybody. Raises EmailTaken; nobody is ever overwritten."""
    made = await users.insert_user(unit, person)
    if made is None:
        raise EmailTaken
    unit.emit(UserRegistered(user_id=made.id))
    return made
