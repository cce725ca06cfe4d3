"""The audit log: who did what to whom, append-only, each row chained to the one before by its hash."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, text

from .checks import Rows, check
from .models import AuditEntry
from .unit import Unit

GENESIS = "0" * 64
_PAGE = 1000
_CHAIN_LOCK = text("SELECT pg_advisory_xact_lock(7305)")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done; `detail` holds what changed (before/after), without personal data."""

    action: str
    subject_kind: str
    subject_id: str
    detail: dict[str, Any]


async def record(unit: Unit, deed: Deed) -> None:
    """Append a row in the caller's transaction. Writers queue here, so call it late in a use case."""
    await unit.session.execute(_CHAIN_LOCK)
    last = select(AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    previous = (await unit.session.execute(last)).scalar_one_or_none() or GENESIS
    row = {
        "at": unit.now,
        "actor_kind": unit.principal.kind.value,
        "actor_id": unit.principal.user_id,
        "action": deed.action,
        "subject_kind": deed.subject_kind,
        "subject_id": deed.subject_id,
        "detail": json.loads(json.dumps(deed.detail, default=str)),
        "request_id": unit.request_id,
        "previous_hash": previous,
    }
    await unit.session.execute(insert(AuditEntry).values(**row, hash=chain_hash(row)))


def chain_hash(row: dict[str, Any]) -> str:
    """The hash of a row and, through `previous_hash`, of everything before it."""
    facts = {key: row[key] for key in sorted(row)} | {"at": row["at"].isoformat()}
    return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()


@check("E9", "the audit log is one unbroken chain")
async def broken_links(unit: Unit) -> Rows:
    """The rows whose hash or link does not fit: empty when nobody tampered with the log."""
    broken, previous = [], GENESIS
    async for row in _entries(unit):
        seq, stored = row.pop("seq"), row.pop("hash")
        if row["previous_hash"] != previous or chain_hash(row) != stored:
            broken.append({"seq": seq, "action": row["action"]})
        previous = stored
    return broken


async def _entries(unit: Unit) -> AsyncIterator[dict[str, Any]]:
    """All rows in their order, a page at a time, for the log may be long."""
    query = select(*AuditEntry.__table__.columns).order_by(AuditEntry.seq).limit(_PAGE)
    last = 0
    while page := (await unit.session.execute(query.where(AuditEntry.seq > last))).mappings().all():
        for row in page:
            yield dict(row)
        last = page[-1]["seq"]
