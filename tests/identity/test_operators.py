"""What operators do with accounts."""

import asyncio
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind, Principal
from kalends.core.unit import open_unit
from kalends.identity import LastSuperAdmin, UserSuspended
from kalends.identity.service.operators import suspend
from tests.fixtures.audit import audited
from tests.fixtures.people import (
    PASSWORD,
    manager_of,
    operator,
    own_address,
    signed_up,
    user_id_of,
)

USERS = "/api/v2/admin/users"
CONFIRM = {"X-Confirm-Action": "true"}


async def a_provider(house: House) -> UUID:
    provider_id = new_id()
    async with open_unit(house) as unit:
        await unit.session.execute(
            text("""
                INSERT INTO providers (id, name, kind, process, state, state_since, version,
                                       created_at, updated_at)
                VALUES (:id, 'P', 'venue', 'placed_provider', 'active', :now, 1, :now, :now)
            """),
            {"id": provider_id, "now": real_now()},
        )
    return provider_id


@pytest.mark.req("H-175", "H-182", "C-57")
async def test_roles_count_from_the_moment_they_are_given_or_taken(
    client: httpx.AsyncClient, house: House
) -> None:
    admin, headers = await operator(house, client), await signed_up(client, "asha@example.com")
    user_id = await user_id_of(client, headers)
    roles = f"{USERS}/{user_id}/roles"
    assert (await client.get(USERS, headers=headers)).status_code == 403
    unconfirmed = await client.post(roles, json={"role": "support"}, headers=admin)
    assert unconfirmed.status_code == 428
    given = await client.post(roles, json={"role": "support"}, headers=admin | CONFIRM)
    assert given.json()["roles"] == ["support", "customer"]
    assert (await client.get(USERS, headers=headers)).status_code == 200
    taken = await client.delete(f"{roles}/support", headers=admin | CONFIRM)
    again = await client.delete(f"{roles}/support", headers=admin | CONFIRM)
    assert (taken.status_code, again.status_code) == (204, 404)
    assert (await client.get(USERS, headers=headers)).status_code == 401
    assert await audited(house) == ["role.granted", "role.revoked"]


async def test_the_last_super_admin_stays(client: httpx.AsyncClient, house: House) -> None:
    admin = await operator(house, client)
    own = f"{USERS}/{await user_id_of(client, admin)}"
    taken = await client.delete(f"{own}/roles/super_admin", headers=admin | CONFIRM)
    closed = await client.patch(f"{own}/suspend", headers=admin | CONFIRM)
    assert [taken.json()["type"], closed.json()["type"]] == [
        "/problems/last-super-admin",
        "/problems/not-yourself",
    ]


async def test_two_super_admins_who_suspend_each_other_leave_one(
    client: httpx.AsyncClient, house: House
) -> None:
    ids = [await user_id_of(client, await operator(house, client)) for _ in range(2)]

    async def by(actor: UUID, target: UUID) -> str:
        principal = Principal(ActorKind.operator, actor, frozenset({"super_admin"}))
        try:
            async with open_unit(house, principal) as unit:
                await suspend(unit, target, "")
        except LastSuperAdmin:
            return "refused"
        return "suspended"

    outcome = await asyncio.gather(by(ids[0], ids[1]), by(ids[1], ids[0]))
    assert sorted(outcome) == ["refused", "suspended"]


async def test_suspending_ends_all_sessions_and_activating_opens_the_door_again(
    client: httpx.AsyncClient, house: House
) -> None:
    admin, headers = await operator(house, client), await signed_up(client, "asha@example.com")
    user = f"{USERS}/{await user_id_of(client, headers)}"
    body = {"email": "asha@example.com", "password": PASSWORD}

    async def sign_in() -> int:
        answer = await client.post("/api/v2/auth/login", json=body, headers=own_address())
        return answer.status_code

    assert (await client.patch(f"{user}/suspend", headers=admin)).status_code == 428
    for _ in range(2):
        answer = await client.patch(
            f"{user}/suspend", json={"reason": "spam"}, headers=admin | CONFIRM
        )
        assert (answer.status_code, answer.json()["status"]) == (200, "suspended")
    assert (await client.get("/api/v2/auth/me", headers=headers)).status_code == 401
    assert await sign_in() == 401
    answer = await client.patch(f"{user}/activate", headers=admin | CONFIRM)
    assert answer.json()["status"] == "active"
    assert (await client.get("/api/v2/auth/me", headers=headers)).status_code == 401
    assert await sign_in() == 200
    assert await audited(house) == ["user.suspended", "user.activated"]


async def test_a_suspension_is_told_to_the_rooms_above(
    client: httpx.AsyncClient, house: House
) -> None:
    admin_id = await user_id_of(client, await operator(house, client))
    user_id = await user_id_of(client, await signed_up(client))
    principal = Principal(ActorKind.operator, admin_id, frozenset({"super_admin"}))
    async with open_unit(house, principal) as unit:
        await suspend(unit, user_id, "")
        assert unit.emitted == [UserSuspended(user_id=user_id)]


async def test_support_reads_and_a_moderator_does_not_touch_operators(
    client: httpx.AsyncClient, house: House
) -> None:
    admin = await operator(house, client)
    customer = f"{USERS}/{await user_id_of(client, await signed_up(client))}"
    support, moderator = [await operator(house, client, r) for r in ("support", "moderator")]
    assert (await client.get(customer, headers=support)).status_code == 200

    async def suspends(path: str, headers: dict[str, str]) -> int:
        return (await client.patch(f"{path}/suspend", headers=headers | CONFIRM)).status_code

    super_admin = f"{USERS}/{await user_id_of(client, admin)}"
    assert await suspends(customer, support) == 403
    assert await suspends(super_admin, moderator) == 403
    assert await suspends(customer, moderator) == 200


@pytest.mark.req("H-183", "H-177", "C-56")
async def test_an_admin_creates_a_manager_and_assigns_a_provider(
    client: httpx.AsyncClient, house: House
) -> None:
    admin, provider_id = await operator(house, client), await a_provider(house)
    body = {
        "email": "manager@example.com",
        "password": PASSWORD,
        "membership": {"provider_id": str(provider_id)},
    }
    made = await client.post(USERS, json=body, headers=admin)
    assert made.status_code == 201
    [membership] = made.json()["memberships"]
    assert (membership["role"], membership["place_id"]) == ("manager", None)
    assert made.json()["roles"] == ["manager", "customer"]
    signed_in = await client.post(
        "/api/v2/auth/login",
        json={"email": "manager@example.com", "password": PASSWORD},
        headers=own_address(),
    )
    assert signed_in.json()["user"]["memberships"] == [membership]
    assert await audited(house) == ["user.created"]


@pytest.mark.req("H-183")
async def test_a_membership_is_added_once_and_taken_away(
    client: httpx.AsyncClient, house: House
) -> None:
    admin, provider_id = await operator(house, client), await a_provider(house)
    headers = await signed_up(client)
    path = f"{USERS}/{await user_id_of(client, headers)}/memberships"
    body = {"provider_id": str(provider_id), "role": "owner"}
    first, second = [await client.post(path, json=body, headers=admin) for _ in range(2)]
    assert (first.status_code, second.json()) == (201, first.json())
    me = (await client.get("/api/v2/auth/me", headers=headers)).json()
    assert (me["role"], me["memberships"]) == ("owner", [first.json()])
    strangers = f"{USERS}/{await user_id_of(client, admin)}/memberships/{first.json()['id']}"
    assert (await client.delete(strangers, headers=admin)).status_code == 404
    assert (await client.delete(f"{path}/{first.json()['id']}", headers=admin)).status_code == 204
    assert (await client.get("/api/v2/auth/me", headers=headers)).status_code == 401


@pytest.mark.parametrize("field", ["provider_id", "place_id"])
async def test_a_membership_needs_a_provider_and_venue_that_exist(
    client: httpx.AsyncClient, house: House, field: str
) -> None:
    admin, provider_id = await operator(house, client), await a_provider(house)
    user_id = await user_id_of(client, admin)
    body = {"provider_id": str(provider_id)} | {field: str(new_id())}
    answer = await client.post(f"{USERS}/{user_id}/memberships", json=body, headers=admin)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-place")


@pytest.mark.req("C-55", "H-183")
@pytest.mark.parametrize("role", ["customer", "manager", "support", "moderator"])
async def test_only_a_super_admin_makes_accounts_and_gives_roles(
    client: httpx.AsyncClient, house: House, role: str
) -> None:
    if role == "customer":
        headers = await signed_up(client)
    elif role == "manager":
        headers = await manager_of(house, client, await a_provider(house))
    else:
        headers = await operator(house, client, role)
    own = f"{USERS}/{await user_id_of(client, headers)}"
    body = {"email": "x@example.com", "password": PASSWORD, "role": "super_admin"}
    answers = [
        await client.post(USERS, json=body, headers=headers),
        await client.post(f"{own}/roles", json={"role": "super_admin"}, headers=headers | CONFIRM),
        await client.delete(f"{own}/roles/support", headers=headers | CONFIRM),
        await client.post(
            f"{own}/memberships", json={"provider_id": str(new_id())}, headers=headers
        ),
        await client.delete(f"{own}/memberships/{new_id()}", headers=headers),
    ]
    assert [a.status_code for a in answers] == [403] * 5


@pytest.mark.parametrize("suffix", ["", "/suspend", "/activate", "/roles", "/memberships"])
async def test_an_unknown_account_is_not_found(
    client: httpx.AsyncClient, house: House, suffix: str
) -> None:
    admin = await operator(house, client)
    provider_id = str(await a_provider(house))
    bodies = {"/roles": {"role": "support"}, "/memberships": {"provider_id": provider_id}}
    method = {"": "GET", "/suspend": "PATCH", "/activate": "PATCH"}.get(suffix, "POST")
    path = f"{USERS}/{new_id()}{suffix}"
    answer = await client.request(method, path, json=bodies.get(suffix), headers=admin | CONFIRM)
    assert answer.status_code == 404


async def test_accounts_are_listed_by_page_and_filter(
    client: httpx.AsyncClient, house: House
) -> None:
    admin = await operator(house, client)
    await manager_of(house, client, await a_provider(house))
    for name in ("asha", "ashok", "a_ha", "meera"):
        await signed_up(client, f"{name}@example.com")

    async def listed(query: str) -> list[str]:
        answer = await client.get(f"{USERS}?{query}", headers=admin)
        return [user["email"].partition("@")[0] for user in answer.json()["items"]]

    assert await listed("email=ASH") == ["ashok", "asha"]
    assert await listed("email=a_") == ["a_ha"]
    assert await listed("email=%25") == []
    assert len(await listed("role=super_admin")) == len(await listed("role=manager")) == 1
    assert len(await listed("role=customer")) == 4
    assert await listed("status=suspended") == []
    first = (await client.get(f"{USERS}?limit=4", headers=admin)).json()
    rest = await listed(f"limit=4&cursor={first['next_cursor']}")
    assert (len(first["items"]), len(rest)) == (4, 2)
    for bad in ("role=king", "status=x", "limit=0", "limit=101", "sort=email", "email=%00"):
        assert (await client.get(f"{USERS}?{bad}", headers=admin)).status_code == 422
