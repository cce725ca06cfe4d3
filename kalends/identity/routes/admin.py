"""What operators do with accounts, and how the first operator comes to be."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit, Routes
from kalends.core.errors import Forbidden, NotFound
from kalends.core.paging import Page

from ..errors import (
    EmailTaken,
    LastSuperAdmin,
    NotYourself,
    SignInRefused,
    UnknownPlace,
    WeakPassword,
)
from ..schemas import (
    AccountCreate,
    Bootstrap,
    MembershipCreate,
    MembershipRead,
    RoleGrantCreate,
    SignedIn,
    SignIn,
    Suspension,
    UserQuery,
    UserRead,
)
from ..service import operators
from ..service.bootstrap import bootstrap
from ..service.sign_in import sign_in_operator
from ..types import PlatformRole
from .auth import BODY_ONLY, UserAgent

routes = Routes("identity")
Users = Annotated[UserQuery, Query()]


@routes.add(
    "POST /admin/bootstrap",
    errors=[NotFound, EmailTaken, WeakPassword],
    status_code=201,
    summary="Make the first super admin, once",
    dependencies=BODY_ONLY,
)
async def bootstrap_operator(
    house: CurrentHouse, body: Bootstrap, user_agent: UserAgent = None
) -> SignedIn:
    return await bootstrap(house, body, user_agent)


@routes.add(
    "POST /admin/login",
    errors=[SignInRefused],
    summary="Sign in as an operator",
    dependencies=BODY_ONLY,
)
async def admin_login(house: CurrentHouse, body: SignIn, user_agent: UserAgent = None) -> SignedIn:
    return await sign_in_operator(house, body, user_agent)


@routes.add("GET /admin/users", summary="All accounts, newest first")
async def list_users(unit: CurrentUnit, query: Users) -> Page[UserRead]:
    return await operators.list_users(unit, query)


@routes.add("GET /admin/users/{user_id}", errors=[NotFound], summary="One account")
async def read_user(unit: CurrentUnit, user_id: UUID) -> UserRead:
    return await operators.read_user(unit, user_id)


@routes.add(
    "POST /admin/users",
    errors=[EmailTaken, WeakPassword, UnknownPlace],
    status_code=201,
    summary="Make an account for a manager or an operator",
)
async def create_user(
    house: CurrentHouse, principal: CurrentPrincipal, body: AccountCreate
) -> UserRead:
    return await operators.create_account(house, principal, body)


@routes.add(
    "PATCH /admin/users/{user_id}/suspend",
    errors=[NotFound, Forbidden, NotYourself, LastSuperAdmin],
    summary="Close an account and end its sessions",
)
async def suspend_user(
    unit: CurrentUnit, user_id: UUID, body: Annotated[Suspension | None, Body()] = None
) -> UserRead:
    return await operators.suspend(unit, user_id, (body or Suspension()).reason)


@routes.add(
    "PATCH /admin/users/{user_id}/activate",
    errors=[NotFound, Forbidden],
    summary="Let a suspended user in again",
)
async def activate_user(unit: CurrentUnit, user_id: UUID) -> UserRead:
    return await operators.activate(unit, user_id)


@routes.add(
    "POST /admin/users/{user_id}/memberships",
    errors=[NotFound, UnknownPlace],
    status_code=201,
    summary="Let somebody manage a provider, or one venue of it",
)
async def add_membership(
    unit: CurrentUnit, user_id: UUID, body: MembershipCreate
) -> MembershipRead:
    return await operators.give_membership(unit, user_id, body)


@routes.add(
    "DELETE /admin/users/{user_id}/memberships/{membership_id}",
    errors=[NotFound],
    status_code=204,
    summary="Take a membership away and end the person's sessions",
)
async def remove_membership(unit: CurrentUnit, user_id: UUID, membership_id: UUID) -> None:
    await operators.take_membership(unit, user_id, membership_id)


@routes.add(
    "POST /admin/users/{user_id}/roles",
    errors=[NotFound],
    summary="Make somebody an operator",
)
async def grant_role(unit: CurrentUnit, user_id: UUID, body: RoleGrantCreate) -> UserRead:
    return await operators.give_role(unit, user_id, body.role)


@routes.add(
    "DELETE /admin/users/{user_id}/roles/{role}",
    errors=[NotFound, LastSuperAdmin],
    status_code=204,
    summary="Take an operator's role away and end the person's sessions",
)
async def revoke_role(unit: CurrentUnit, user_id: UUID, role: PlatformRole) -> None:
    await operators.take_role(unit, user_id, role)
