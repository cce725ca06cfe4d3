"""A sign-in that meets a suspension or a password change: no session slips through."""

import asyncio

import httpx
import pytest
from sqlalchemy import text

from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity.errors import SignInRefused
from kalends.identity.repository.sessions import end_sessions
from kalends.identity.repository.users import find_account_by_email
from kalends.identity.service.start_session import start_session
from kalends.identity.types import Account
from tests.fixtures.people import signed_up

EMAIL = "asha@example.com"


@pytest.fixture
async def asha(client: httpx.AsyncClient, house: House) -> Account:
    await signed_up(client, EMAIL)
    async with open_unit(house) as unit:
        account = await find_account_by_email(unit, EMAIL)
    assert account
    return account


async def end_all(house: House, account: Account) -> None:
    async with open_unit(house) as unit:
        await end_sessions(unit, account.person.id, real_now())


@pytest.mark.parametrize(
    "change",
    ["UPDATE users SET token_version = 9", "UPDATE users SET status = 'suspended'"],
)
async def test_a_sign_in_that_was_overtaken_is_refused(
    house: House, asha: Account, change: str
) -> None:
    async with open_unit(house) as unit:
        await unit.session.execute(text(change))
        with pytest.raises(SignInRefused):
            await start_session(unit, asha, None)


async def test_a_session_that_is_just_opening_is_ended_too(house: House, asha: Account) -> None:
    async with open_unit(house) as unit:
        await start_session(unit, asha, None)
        ending = asyncio.create_task(end_all(house, asha))
        done, _ = await asyncio.wait({ending}, timeout=0.5)
        assert not done, "it must wait for the sign-in that holds the user's row"
    await ending
    async with open_unit(house) as unit:
        left = text("SELECT count(*) FROM sessions WHERE revoked_at IS NULL")
        assert await unit.session.scalar(left) == 0


async def test_a_session_that_opens_while_all_end_is_refused(house: House, asha: Account) -> None:
    async with open_unit(house) as unit:
        await end_sessions(unit, asha.person.id, real_now())
        opening = asyncio.create_task(_open(house, asha))
        done, _ = await asyncio.wait({opening}, timeout=0.5)
        assert not done, "it must wait for whoever ends the sessions"
    with pytest.raises(SignInRefused):
        await opening


async def _open(house: House, account: Account) -> None:
    async with open_unit(house) as unit:
        await start_session(unit, account, None)
