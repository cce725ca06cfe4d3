"""What identity offers to the rooms above."""

from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from kalends.core.errors import NotFound
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind
from kalends.core.unit import open_unit
from kalends.identity import (
    EmailTaken,
    JwtAuthenticator,
    NewPerson,
    Person,
    UserStatus,
    add_membership,
    find_person_by_email,
    get_person,
    managers_of,
    people,
    register_person,
)
from tests.fixtures.people import manager_of, operator, signed_up, user_id_of
from tests.fixtures.places import a_venue

ASHA = NewPerson("asha@example.com", "no-hash", "Asha", "+919876543210")


async def test_a_registered_person_is_found_by_id_and_by_e_mail(house: House) -> None:
    async with open_unit(house) as unit:
        asha = await register_person(unit, ASHA)
        assert await get_person(unit, asha.id) == asha
        assert await find_person_by_email(unit, "Asha@example.com") == asha
        assert await people(unit, [asha.id, new_id()]) == {asha.id: asha}
        assert await people(unit, []) == {}
        assert asha == Person(
            asha.id, "asha@example.com", "Asha", "+919876543210", UserStatus.active
        )


async def test_an_unknown_person_is_not_found(house: House) -> None:
    async with open_unit(house) as unit:
        assert await find_person_by_email(unit, "nobody@example.com") is None
        with pytest.raises(NotFound):
            await get_person(unit, new_id())


async def test_a_taken_address_leaves_the_unit_usable(house: House) -> None:
    async with open_unit(house) as unit:
        asha = await register_person(unit, ASHA)
        with pytest.raises(EmailTaken):
            await register_person(unit, ASHA)
        assert await get_person(unit, asha.id) == asha


async def test_a_sealed_phone_number_does_not_open_in_another_row(house: House) -> None:
    async with open_unit(house) as unit:
        asha = await register_person(unit, ASHA)
        other = await register_person(unit, NewPerson("other@example.com", "no-hash"))
        await unit.session.execute(
            text("UPDATE users SET phone = (SELECT phone FROM users WHERE id = :a) WHERE id = :b"),
            {"a": asha.id, "b": other.id},
        )
        with pytest.raises(ValueError, match="changed or moved"):
            await get_person(unit, other.id)


@pytest.mark.req("H-177")
async def test_managers_of_a_venue_are_its_own_and_the_provider_s(
    client: httpx.AsyncClient, house: House
) -> None:
    venue, other = await a_venue(house), await a_venue(house)
    ids: dict[str, UUID] = {}
    for name, place in (("venue", venue.id), ("all", None), ("else", other.id)):
        headers = await manager_of(house, client, venue.provider_id, place)
        ids[name] = await user_id_of(client, headers)

    async def found(place_id: UUID | None) -> set[UUID]:
        async with open_unit(house) as unit:
            return {p.id for p in await managers_of(unit, venue.provider_id, place_id)}

    assert await found(venue.id) == {ids["venue"], ids["all"]}
    assert await found(None) == {ids["all"]}


@pytest.mark.req("H-176", "H-177", "C-56", "C-57")
async def test_a_caller_is_recognised_with_roles_and_memberships_in_one_statement(
    client: httpx.AsyncClient, house: House
) -> None:
    venue = await a_venue(house)
    authenticator = JwtAuthenticator(house.settings)
    headers = await manager_of(house, client, venue.provider_id, venue.id)
    claims = authenticator.claims(headers["Authorization"].removeprefix("Bearer "))
    async with open_unit(house) as unit:
        now, principal = await authenticator.principal(unit.session, claims)
        assert now == unit.now
    assert (principal.kind, principal.roles) == (ActorKind.provider, frozenset())
    assert principal.manages(venue.provider_id, venue.id)
    assert not principal.manages(venue.provider_id, new_id())
    assert not principal.manages(new_id(), venue.id)
    assert str(principal.user_id) == claims.subject
    assert principal.session_id == claims.session_id


async def test_capacities_follow_the_roles(client: httpx.AsyncClient, house: House) -> None:
    authenticator = JwtAuthenticator(house.settings)
    kinds = []
    for headers in (await signed_up(client), await operator(house, client, "support")):
        claims = authenticator.claims(headers["Authorization"].removeprefix("Bearer "))
        async with open_unit(house) as unit:
            _, principal = await authenticator.principal(unit.session, claims)
        kinds.append((principal.kind, principal.is_operator))
    assert kinds == [(ActorKind.customer, False), (ActorKind.operator, True)]


async def test_the_same_membership_again_is_the_same_one(
    client: httpx.AsyncClient, house: House
) -> None:
    venue = await a_venue(house)
    user_id = await user_id_of(client, await signed_up(client))
    async with open_unit(house) as unit:
        for place in (venue.id, None):
            first = await add_membership(unit, user_id, "manager", venue.provider_id, place)
            again = await add_membership(unit, user_id, "manager", venue.provider_id, place)
            assert first == again
