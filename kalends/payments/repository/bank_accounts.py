"""Reading, locking and writing bank accounts. What names an account is sealed before it gets here, and
opened after; the state is written by the process engine only."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, select, text, update

from kalends.core.unit import Unit

from ..models import BankAccount
from ..rules.payout_processes import BANK_ACCOUNT
from ..types import BankAccountFacts, BankAccountState, NameMatch

BANK_ACCOUNTS = cast("Table", BankAccount.__table__)
SECRETS = ("holder", "account_number", "routing", "registered_name")
_LOCK_PROVIDER = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 5))")
_MAX_ROUND = 1000


def context_of(column: str, account_id: UUID) -> str:
    """Where a sealed value belongs: elsewhere it will not open."""
    return f"bank_accounts.{column}.{account_id}"


async def lock_provider(unit: Unit, provider_id: UUID) -> None:
    """Let one unit at a time decide which account is the provider's."""
    await unit.session.execute(_LOCK_PROVIDER, {"name": str(provider_id)})


async def lock(unit: Unit, account_id: UUID) -> Any | None:
    query = select(*BANK_ACCOUNTS.c).where(BankAccount.id == account_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def lock_of_provider(unit: Unit, provider_id: UUID, *states: str) -> Sequence[Any]:
    """The provider's accounts in these states, oldest first, locked."""
    query = (
        select(*BANK_ACCOUNTS.c)
        .where(BankAccount.provider_id == provider_id, BankAccount.state.in_(states))
        .order_by(BankAccount.id)
        .with_for_update()
    )
    return (await unit.session.execute(query)).all()


async def add(unit: Unit, account_id: UUID, values: Mapping[str, Any]) -> Any:
    """Insert an account that waits to be verified; return its row."""
    row = {
        "id": account_id,
        "added_by": unit.user_id,
        "process": BANK_ACCOUNT.name,
        "state": BANK_ACCOUNT.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
    }
    statement = insert(BankAccount).values(row | dict(values)).returning(*BANK_ACCOUNTS.c)
    return (await unit.session.execute(statement)).one()


async def note(unit: Unit, account_id: UUID, **facts: Any) -> None:
    """Keep what was learnt of an account: where the gateway knows it, what the bank said."""
    await unit.session.execute(
        update(BankAccount).where(BankAccount.id == account_id).values(facts)
    )


async def by_id(unit: Unit, account_id: UUID) -> Any | None:
    query = select(*BANK_ACCOUNTS.c).where(BankAccount.id == account_id)
    return (await unit.session.execute(query)).one_or_none()


async def by_check(unit: Unit, gateway: str, check_id: str) -> Any | None:
    query = select(*BANK_ACCOUNTS.c).where(
        BankAccount.gateway == gateway, BankAccount.check_id == check_id
    )
    return (await unit.session.execute(query.limit(1))).one_or_none()


async def verified_of(unit: Unit, provider_id: UUID) -> Any | None:
    query = select(*BANK_ACCOUNTS.c).where(
        BankAccount.provider_id == provider_id, BankAccount.state == "verified"
    )
    return (await unit.session.execute(query)).one_or_none()


async def was_verified_before(unit: Unit, account: Any) -> bool:
    """Whether the provider has been paid, or could have been, to another account than this one."""
    query = select(BankAccount.id).where(
        BankAccount.provider_id == account.provider_id,
        BankAccount.id != account.id,
        BankAccount.usable_from.is_not(None),
    )
    return (await unit.session.execute(query.limit(1))).first() is not None


async def newest_of(
    unit: Unit, provider_ids: Sequence[UUID], *, before: UUID | None, limit: int
) -> Sequence[Any]:
    query = select(*BANK_ACCOUNTS.c).where(BankAccount.provider_id.in_(provider_ids))
    return await _page(unit, query, before=before, limit=limit)


async def newest(
    unit: Unit, state: str | None, *, before: UUID | None, limit: int
) -> Sequence[Any]:
    """Everybody's accounts, in one state if it is named, newest first."""
    query = select(*BANK_ACCOUNTS.c)
    if state is not None:
        query = query.where(BankAccount.state == state)
    return await _page(unit, query, before=before, limit=limit)


async def waiting(unit: Unit, older_than: timedelta) -> Sequence[UUID]:
    """Accounts whose verification was begun so long ago."""
    query = (
        select(BankAccount.id)
        .where(BankAccount.state == "pending", BankAccount.created_at <= unit.now - older_than)
        .order_by(BankAccount.id)
        .limit(_MAX_ROUND)
    )
    return (await unit.session.execute(query)).scalars().all()


async def sealed(unit: Unit, after: UUID | None) -> Sequence[Any]:
    """A page of accounts in their order, for the check that opens what is sealed."""
    query = select(*BANK_ACCOUNTS.c).order_by(BankAccount.id).limit(_MAX_ROUND)
    if after is not None:
        query = query.where(BankAccount.id > after)
    return (await unit.session.execute(query)).all()


def facts(row: Any) -> BankAccountFacts:
    """What may be shown of an account: four digits, and how it stands."""
    return BankAccountFacts(
        id=row.id,
        provider_id=row.provider_id,
        last_four=row.last_four,
        country=row.country,
        state=BankAccountState(row.state),
        name_match=NameMatch(row.name_match),
        reason=row.reason,
        usable_from=row.usable_from,
        created_at=row.created_at,
    )


def usable(row: Any | None, now: datetime) -> bool:
    """Whether a payout may go to this account now."""
    return row is not None and row.state == "verified" and row.usable_from <= now


async def _page(unit: Unit, query: Any, *, before: UUID | None, limit: int) -> Sequence[Any]:
    if before is not None:
        query = query.where(BankAccount.id < before)
    ordered = query.order_by(BankAccount.id.desc()).limit(limit)
    return (await unit.session.execute(ordered)).all()
