"""Who may call what in identity, and which accounts they reach."""

from uuid import UUID

from kalends.core.errors import Forbidden, NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

from .repository import users
from .types import Account

# These take their secret from the body (or, for refresh, from the header): the edge does not read the
# Authorization header, so an expired access token hinders nobody, and limits count per address.
_OWN = Who.own_credentials
POLICY = {
    "POST /auth/signup": Rule(_OWN, "a new account", UnitKind.none, "signup"),
    "POST /auth/login": Rule(_OWN, "whose password it is", UnitKind.none, "login"),
    "POST /auth/refresh": Rule(_OWN, "whose token it is", UnitKind.none),
    "POST /auth/logout": Rule(Who.signed_in, "own session"),
    "GET /auth/me": Rule(Who.signed_in, "own account", UnitKind.read),
    "GET /auth/sessions": Rule(Who.signed_in, "own sessions", UnitKind.read),
    "POST /auth/password/change": Rule(Who.signed_in, "own account", UnitKind.none, "login"),
    "POST /auth/reauthenticate": Rule(Who.signed_in, "own session", UnitKind.none, "login"),
    "GET /users/profile": Rule(Who.signed_in, "own account", UnitKind.read),
    "PATCH /users/profile": Rule(Who.signed_in, "own account"),
    "POST /admin/bootstrap": Rule(_OWN, "the first operator", UnitKind.none, "login"),
    "POST /admin/login": Rule(_OWN, "an operator's password", UnitKind.none, "login"),
    "GET /admin/users": Rule(Who.operator, "all accounts", UnitKind.read),
    "GET /admin/users/{user_id}": Rule(Who.operator, "all accounts", UnitKind.read),
    "POST /admin/users": Rule(Who.super_admin, "a new account", UnitKind.none),
    "PATCH /admin/users/{user_id}/suspend": Rule(
        Who.operator, "customers and managers; operators by a super admin", confirm=True
    ),
    "PATCH /admin/users/{user_id}/activate": Rule(
        Who.operator, "customers and managers; operators by a super admin", confirm=True
    ),
    "POST /admin/users/{user_id}/memberships": Rule(Who.super_admin, "all accounts"),
    "DELETE /admin/users/{user_id}/memberships/{membership_id}": Rule(
        Who.super_admin, "all accounts"
    ),
    "POST /admin/users/{user_id}/roles": Rule(Who.super_admin, "all accounts", confirm=True),
    "DELETE /admin/users/{user_id}/roles/{role}": Rule(
        Who.super_admin, "all accounts but the last super admin", confirm=True
    ),
}


async def access_own_account(unit: Unit) -> Account:
    """Raises NotFound."""
    return await _account(unit, unit.user_id)


async def access_user(unit: Unit, user_id: UUID) -> Account:
    """Any account, for operators. Raises Forbidden, NotFound."""
    if not unit.principal.is_operator:
        raise Forbidden
    return await _account(unit, user_id)


async def access_user_to_change(unit: Unit, user_id: UUID) -> Account:
    """An account to close or open: support only reads, and operators answer to a super admin.

    Raises Forbidden, NotFound.
    """
    account = await access_user(unit, user_id)
    if not unit.principal.has_role("super_admin", "moderator"):
        raise Forbidden
    if account.platform_roles and not unit.principal.has_role("super_admin"):
        raise Forbidden("only a super admin may do this to an operator")
    return account


async def _account(unit: Unit, user_id: UUID) -> Account:
    account = await users.find_account(unit, user_id)
    if account is None:
        raise NotFound
    return account
