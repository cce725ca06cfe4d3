"""Bank accounts and the checks of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ..models import CHECKS, SandboxAccount, SandboxCheck
from ..types import AccountFacts, CheckFacts


async def add(session: AsyncSession, values: dict[str, Any]) -> None:
    """Insert an account, unless it is known by its fingerprint."""
    statement = insert(SandboxAccount).values(values)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["fingerprint"]))


async def by_fingerprint(session: AsyncSession, fingerprint: str) -> AccountFacts | None:
    return await _account(session, _accounts().where(SandboxAccount.fingerprint == fingerprint))


async def by_account_id(session: AsyncSession, account_id: str) -> AccountFacts | None:
    return await _account(session, _accounts().where(SandboxAccount.account_id == account_id))


async def of_check(session: AsyncSession, check: Any) -> AccountFacts | None:
    return await _account(session, _accounts().where(SandboxAccount.id == check.account_id))


async def add_check(session: AsyncSession, values: dict[str, Any]) -> Any | None:
    """Insert a check; None when its key is taken."""
    statement = insert(SandboxCheck).values(values)
    fresh = statement.on_conflict_do_nothing(index_elements=["key"])
    return (await session.execute(fresh.returning(*CHECKS.c))).first()


async def lock_check(session: AsyncSession, check: UUID) -> Any | None:
    query = select(*CHECKS.c).where(CHECKS.c.id == check).with_for_update()
    return (await session.execute(query)).first()


async def check_by_id(session: AsyncSession, check_id: str) -> CheckFacts | None:
    return await _check(session, _checks().where(SandboxCheck.check_id == check_id))


async def check_by_key(session: AsyncSession, key: str) -> CheckFacts | None:
    return await _check(session, _checks().where(SandboxCheck.key == key))


async def last_checks(session: AsyncSession, limit: int) -> Sequence[CheckFacts]:
    query = _checks().order_by(SandboxCheck.id.desc()).limit(limit)
    return [_check_facts(row) for row in await session.execute(query)]


async def set_answer(
    session: AsyncSession, check: UUID, *, name: str | None, reason: str | None
) -> None:
    await session.execute(
        update(CHECKS).where(CHECKS.c.id == check).values(registered_name=name, reason=reason)
    )


async def _account(
    session: AsyncSession, query: Select[UUID, str, str, str]
) -> AccountFacts | None:
    row = (await session.execute(query)).first()
    return AccountFacts(row.id, row.account_id, row.holder, row.ending) if row else None


async def _check(session: AsyncSession, query: Select[Any]) -> CheckFacts | None:
    row = (await session.execute(query)).first()
    return _check_facts(row) if row else None


def _accounts() -> Select[UUID, str, str, str]:
    account = SandboxAccount
    return select(account.id, account.account_id, account.holder, account.ending)


def _checks() -> Select[Any]:
    named = SandboxAccount.account_id.label("its_account_id")
    return select(*CHECKS.c, named).join(SandboxAccount, SandboxAccount.id == CHECKS.c.account_id)


def _check_facts(row: Any) -> CheckFacts:
    return CheckFacts(
        id=row.id,
        check_id=row.check_id,
        key=row.key,
        account_id=row.its_account_id,
        state=row.state,
        registered_name=row.registered_name,
        reason=row.reason,
    )
