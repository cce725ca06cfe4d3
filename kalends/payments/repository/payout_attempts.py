"""Attempts to send a payout, and what we found out about them by asking."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, or_, select, update

from kalends.core.gateways import About
from kalends.core.ids import new_id
from kalends.core.unit import Unit

from ..models import GatewayInbox, PayoutAttempt
from .inbox import PARKED

ATTEMPTS = cast("Table", PayoutAttempt.__table__)


async def add(unit: Unit, payout: Any, account: Any, key: str) -> None:
    """Write down a try before the gateway hears of it."""
    values = {
        "payout_id": payout.id,
        "attempt": payout.attempt,
        "key": key,
        "gateway": account.gateway,
        "bank_account_id": account.id,
        "begun_at": unit.now,
    }
    await unit.session.execute(insert(PayoutAttempt).values(values))


async def of(unit: Unit, payout_id: UUID, attempt: int) -> Any | None:
    query = select(*ATTEMPTS.c).where(
        PayoutAttempt.payout_id == payout_id, PayoutAttempt.attempt == attempt
    )
    return (await unit.session.execute(query)).one_or_none()


async def named(unit: Unit, gateway: str, gateway_payout_id: str, key: str | None) -> Any | None:
    """The attempt that the gateway calls so, or that went there under this key."""
    query = select(*ATTEMPTS.c).where(
        PayoutAttempt.gateway == gateway,
        or_(PayoutAttempt.gateway_payout_id == gateway_payout_id, PayoutAttempt.key == key),
    )
    return (await unit.session.execute(query)).one_or_none()


async def name(unit: Unit, attempt: Any, gateway_payout_id: str) -> None:
    """Keep what the gateway calls this attempt; the first name stays."""
    await unit.session.execute(
        update(PayoutAttempt)
        .where(_is(attempt), PayoutAttempt.gateway_payout_id.is_(None))
        .values(gateway_payout_id=gateway_payout_id)
    )


async def set_fee(unit: Unit, attempt: Any, fee: int) -> None:
    """What the gateway took for it, in minor units."""
    await unit.session.execute(update(PayoutAttempt).where(_is(attempt)).values(fee=fee))


async def is_found(unit: Unit, attempt: Any, reason: str) -> bool:
    """Whether this attempt is parked for this reason."""
    query = select(GatewayInbox.id).where(
        GatewayInbox.gateway == attempt.gateway,
        GatewayInbox.object_id == attempt.gateway_payout_id,
        GatewayInbox.mark == PARKED,
        GatewayInbox.reason == reason,
    )
    return (await unit.session.execute(query.limit(1))).first() is not None


async def add_finding(unit: Unit, attempt: Any, reason: str) -> UUID:
    """Park what we found out by asking; return its id."""
    finding = new_id()
    values = {
        "id": finding,
        "gateway": attempt.gateway,
        "event_id": f"finding:{finding}",
        "kind": "finding",
        "about": About.payout,
        "object_id": attempt.gateway_payout_id,
        "payload": {"payout_id": str(attempt.payout_id), "attempt": attempt.attempt},
        "mark": PARKED,
        "reason": reason,
        "received_at": unit.now,
        "processed_at": unit.now,
    }
    await unit.session.execute(insert(GatewayInbox).values(values))
    return finding


def _is(attempt: Any) -> Any:
    return (PayoutAttempt.payout_id == attempt.payout_id) & (
        PayoutAttempt.attempt == attempt.attempt
    )
