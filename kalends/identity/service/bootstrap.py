"""The first operator: made once, by whoever holds the token that the deployment was started with."""

import hmac

from pydantic import SecretStr

from kalends.core.audit import Deed, record
from kalends.core.errors import NotFound
from kalends.core.house import House
from kalends.core.unit import open_unit

from ..repository import roles, users
from ..schemas import Bootstrap, SignedIn, SignUp
from ..types import PlatformRole
from .people import register_person
from .sign_up import new_person
from .start_session import start_session


async def bootstrap(house: House, request: Bootstrap, user_agent: str | None) -> SignedIn:
    """Make the first super admin. With a wrong token, or when there is one, there is nothing here.

    Raises NotFound, WeakPassword, EmailTaken (an account that exists is never promoted this way).
    """
    if not _same(house.settings.admin_bootstrap_token, request.token):
        raise NotFound
    person = await new_person(
        house, SignUp(email=request.email, password=request.password, name=request.name)
    )
    async with open_unit(house) as unit:
        await roles.lock_super_admins(unit)
        if await roles.any_super_admin(unit):
            raise NotFound
        made = await register_person(unit, person)
        await roles.insert_role(unit, made.id, PlatformRole.super_admin)
        account = await users.find_account(unit, made.id)
        assert account is not None
        tokens = await start_session(unit, account, user_agent)
        await record(unit, Deed("operator.bootstrapped", "user", str(made.id), {}))
    return SignedIn.for_account(account, tokens)


def _same(expected: SecretStr | None, given: str) -> bool:
    if expected is None or not expected.get_secret_value():
        return False
    return hmac.compare_digest(expected.get_secret_value().encode(), given.encode())
