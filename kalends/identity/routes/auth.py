"""Sign-up, sign-in, sessions, and one's own account."""

from typing import Annotated

from fastapi import Body, Depends, Header, Query

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit, Routes
from kalends.core.paging import Page, Paged

from ..errors import EmailTaken, RefreshRefused, SignInRefused, WeakPassword, WrongPassword
from ..schemas import (
    NoParameters,
    PasswordChange,
    ProfileUpdate,
    Reauthenticated,
    Reauthentication,
    Refresh,
    SessionRead,
    SignedIn,
    SignedOut,
    SignIn,
    SignUp,
    TokensRead,
    UserRead,
)
from ..service import own_account
from ..service.reauthenticate import reauthenticate
from ..service.refresh import refresh
from ..service.sign_in import sign_in
from ..service.sign_out import sign_out
from ..service.sign_up import sign_up

routes = Routes("identity")
UserAgent = Annotated[str | None, Header(include_in_schema=False)]
Authorization = Annotated[str | None, Header(include_in_schema=False)]


def no_parameters(_: Annotated[NoParameters, Query()]) -> None:
    """Refuse everything in the query string."""


BODY_ONLY = [Depends(no_parameters)]


@routes.add(
    "POST /auth/signup",
    errors=[EmailTaken, WeakPassword],
    status_code=201,
    summary="Make an account and sign in",
    dependencies=BODY_ONLY,
)
async def signup(house: CurrentHouse, body: SignUp, user_agent: UserAgent = None) -> SignedIn:
    return await sign_up(house, body, user_agent)


@routes.add(
    "POST /auth/login",
    errors=[SignInRefused],
    summary="Sign in by e-mail and password",
    dependencies=BODY_ONLY,
)
async def login(house: CurrentHouse, body: SignIn, user_agent: UserAgent = None) -> SignedIn:
    return await sign_in(house, body, user_agent)


@routes.add(
    "POST /auth/refresh",
    errors=[RefreshRefused],
    summary="Trade a refresh token for a new pair",
    description="The token works once. Send it in the body, or as `Authorization: Bearer`.",
    dependencies=BODY_ONLY,
)
async def refresh_tokens(
    house: CurrentHouse,
    body: Annotated[Refresh | None, Body()] = None,
    authorization: Authorization = None,
) -> TokensRead:
    return await refresh(house, body, authorization)


@routes.add("POST /auth/logout", summary="Sign out", dependencies=BODY_ONLY)
async def logout(unit: CurrentUnit) -> SignedOut:
    await sign_out(unit)
    return SignedOut()


@routes.add("GET /auth/me", summary="Who I am and which roles I have")
async def me(unit: CurrentUnit) -> UserRead:
    return await own_account.own_account(unit)


@routes.add("GET /auth/sessions", summary="My open sessions")
async def sessions(unit: CurrentUnit, page: Paged) -> Page[SessionRead]:
    return await own_account.own_sessions(unit, page)


@routes.add(
    "POST /auth/password/change",
    errors=[WeakPassword, WrongPassword],
    summary="Change my password; all other sessions end",
    dependencies=BODY_ONLY,
)
async def change_password(
    house: CurrentHouse,
    principal: CurrentPrincipal,
    body: PasswordChange,
    user_agent: UserAgent = None,
) -> SignedIn:
    return await own_account.change_password(house, principal, body, user_agent)


@routes.add(
    "POST /auth/reauthenticate",
    errors=[WrongPassword],
    summary="Give my password again, before something that needs it fresh",
    dependencies=BODY_ONLY,
)
async def give_password_again(
    house: CurrentHouse, principal: CurrentPrincipal, body: Reauthentication
) -> Reauthenticated:
    return await reauthenticate(house, principal, body)


@routes.add("GET /users/profile", summary="My account")
async def read_profile(unit: CurrentUnit) -> UserRead:
    return await own_account.own_account(unit)


@routes.add("PATCH /users/profile", summary="Change my name or phone number")
async def update_profile(unit: CurrentUnit, body: ProfileUpdate) -> UserRead:
    return await own_account.update_profile(unit, body)
