"""Payouts, once per key."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.money import Money

from ..models import PAYOUTS, SandboxAccount, SandboxPayout
from ..types import PayoutFacts


async def add(session: AsyncSession, values: dict[str, Any]) -> Any | None:
    """Insert a payout; None when its key is taken."""
    statement = insert(SandboxPayout).values(values)
    fresh = statement.on_conflict_do_nothing(index_elements=["key"])
    return (await session.execute(fresh.returning(*PAYOUTS.c))).first()


async def lock(session: AsyncSession, payout: UUID) -> Any | None:
    query = select(*PAYOUTS.c).where(PAYOUTS.c.id == payout).with_for_update()
    return (await session.execute(query)).first()


async def by_payout_id(session: AsyncSession, payout_id: str) -> PayoutFacts | None:
    return await _one(session, _payouts().where(SandboxPayout.payout_id == payout_id))


async def by_key(session: AsyncSession, key: str) -> PayoutFacts | None:
    return await _one(session, _payouts().where(SandboxPayout.key == key))


async def last(session: AsyncSession, limit: int) -> Sequence[PayoutFacts]:
    query = _payouts().order_by(SandboxPayout.id.desc()).limit(limit)
    return [_facts(row) for row in await session.execute(query)]


async def set_result(session: AsyncSession, payout: UUID, **result: str) -> None:
    """Note the `bank_reference` of a payout that was paid, or the `reason` of one that was not."""
    await session.execute(update(PAYOUTS).where(PAYOUTS.c.id == payout).values(**result))


async def _one(session: AsyncSession, query: Select[Any]) -> PayoutFacts | None:
    row = (await session.execute(query)).first()
    return _facts(row) if row else None


def _payouts() -> Select[Any]:
    account = SandboxAccount
    return select(
        *PAYOUTS.c, account.account_id.label("its_account_id"), account.ending.label("ending")
    ).join(account, account.id == PAYOUTS.c.account_id)


def _facts(row: Any) -> PayoutFacts:
    return PayoutFacts(
        id=row.id,
        payout_id=row.payout_id,
        key=row.key,
        account_id=row.its_account_id,
        ending=row.ending,
        state=row.state,
        amount=Money(row.amount, row.currency),
        fee=row.fee,
        bank_reference=row.bank_reference,
        reason=row.reason,
    )
