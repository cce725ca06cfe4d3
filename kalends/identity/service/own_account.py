"""What people see of their own account and change in it."""

from dataclasses import replace
from uuid import UUID

from kalends.core.clock import real_now
from kalends.core.errors import Unauthenticated
from kalends.core.house import House
from kalends.core.paging import Page, PageQuery
from kalends.core.principal import Principal
from kalends.core.unit import Unit, open_unit

from ..access import access_own_account
from ..errors import WrongPassword
from ..events import PasswordChanged
from ..repository import sessions, users
from ..schemas import PasswordChange, ProfileUpdate, SessionRead, SignedIn, UserRead
from ..types import Account
from .hashing import hash_password, verify_password
from .sign_up import check_password, checked_phone
from .start_session import start_session


async def own_account(unit: Unit) -> UserRead:
    return UserRead.of(await access_own_account(unit))


async def own_sessions(unit: Unit, page: PageQuery) -> Page[SessionRead]:
    """The caller's open sessions, newest first."""
    found = await sessions.list_open(unit, unit.user_id, real_now(), page)
    items = [SessionRead.of(facts, unit.principal.session_id) for facts in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


async def update_profile(unit: Unit, request: ProfileUpdate) -> UserRead:
    """Change name and phone. Raises Invalid for the phone number."""
    changes = request.model_dump(exclude_unset=True)
    if "name" in changes:
        changes["name"] = changes["name"] or ""
    if "phone" in changes:
        changes["phone"] = checked_phone(unit.profile, changes["phone"])
    await users.update_user(unit, unit.user_id, changes)
    return await own_account(unit)


async def change_password(
    house: House, principal: Principal, request: PasswordChange, user_agent: str | None
) -> SignedIn:
    """Replace the password, end every session, and open a new one for the caller.

    Raises WrongPassword, WeakPassword, Busy.
    """
    async with open_unit(house, principal, read_only=True) as unit:
        account = await access_own_account(unit)
    check_password(house.profile, request.new_password, account.person.email)
    verification = await verify_password(account.password_hash, request.old_password)
    if not verification.matches:
        raise WrongPassword
    hashed = await hash_password(request.new_password)
    async with open_unit(house, principal) as unit:
        account = await _replaced(unit, account, hashed)
        tokens = await start_session(unit, account, user_agent)
    return SignedIn.for_account(account, tokens)


async def _replaced(unit: Unit, account: Account, hashed: str) -> Account:
    """Raises Unauthenticated when somebody else changed the account since it was read."""
    user_id: UUID = account.person.id
    if not await users.change_hash(unit, user_id, account.token_version, hashed):
        raise Unauthenticated("this session has ended; sign in again")
    await sessions.end_sessions(unit, user_id, real_now())
    unit.emit(PasswordChanged(user_id=user_id))
    return replace(account, token_version=account.token_version + 1)
