"""The books: every object by its id, newest last, the clock, and what is told to the merchant."""

import itertools
import json
import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kalends.core.clock import real_now

from .refusals import Refused

Entity = dict[str, Any]
ACCOUNT = "acc_Emulated000001"
_ALPHABET = string.ascii_letters + string.digits
_PREFIXES = {
    "orders": "order",
    "payments": "pay",
    "refunds": "rfnd",
    "disputes": "disp",
    "contacts": "cont",
    "fund_accounts": "fa",
    "validations": "fav",
    "payouts": "pout",
    "settlements": "setl",
}


@dataclass
class Moods:
    """What new objects begin with, where the real one has several ways."""

    refund_status: str = "processed"
    payout_status: str = "processing"
    validation_shape: str = "results"  # or `validation_results`
    balance: int | None = None  # paise at RazorpayX; None: enough for everything


@dataclass
class Books:
    """Everything that happened. `events` are bodies as they will always be sent, byte for byte."""

    shelves: dict[str, dict[str, Entity]] = field(
        default_factory=lambda: {kind: {} for kind in _PREFIXES}
    )
    keys: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    events: list[tuple[str, bytes]] = field(default_factory=list)
    moods: Moods = field(default_factory=Moods)
    ahead: int = 0  # seconds that the emulator's clock is ahead
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def now(self) -> int:
        return int(real_now().timestamp()) + self.ahead

    def add(self, kind: str, **values: Any) -> Entity:
        """A new object with an id and a time."""
        made = f"{_PREFIXES[kind]}_{''.join(secrets.choice(_ALPHABET) for _ in range(14))}"
        entity = {"id": made, "entity": _PREFIXES.get(kind, kind), **values}
        entity["created_at"] = self.now
        self.shelves[kind][made] = entity
        return entity

    def get(self, kind: str, wanted: str) -> Entity:
        found = self.shelves[kind].get(wanted)
        if found is None:
            raise Refused("The id provided does not exist")
        return found

    def all(self, kind: str) -> list[Entity]:
        return list(self.shelves[kind].values())

    def once(
        self, scope: str, key: str, body: Mapping[str, Any], make: Callable[[], Entity]
    ) -> Entity:
        """The object that was made with this key, in its present state, or a new one."""
        kind, asked = scope.partition(":")[0], json.dumps(body, sort_keys=True)
        known = self.keys.get((scope, key))
        if known is None:
            made = make()
            self.keys[scope, key] = asked, made["id"]
            return made
        if known[0] != asked:
            raise Refused(
                "Different request with the same idempotency key has already been processed.",
                reason="NA",
                status=409,
            )
        return self.get(kind, known[1])

    def tell(self, event: str, **entities: Entity) -> None:
        """An event with a snapshot of these objects; `__` in a name stands for a dot."""
        named = {name.replace("__", "."): entity for name, entity in entities.items()}
        body = {
            "entity": "event",
            "account_id": ACCOUNT,
            "event": event,
            "contains": list(named),
            "payload": {name: {"entity": entity} for name, entity in named.items()},
            "created_at": self.now,
        }
        event_id = f"evt{next(self._numbers):011d}"
        self.events.append((event_id, json.dumps(body, separators=(",", ":")).encode()))

    @property
    def total(self) -> int:
        """Paise that really lie here: taken, less given back, paid out, settled and lost."""
        payments, payouts = self.all("payments"), self.all("payouts")
        taken = sum(p["amount"] for p in payments if p["captured"])
        # A reservation that ran out was never ours, so neither was what went back of it.
        ours = {p["id"] for p in payments if p["captured"]}
        back = sum(
            r["amount"]
            for r in self.all("refunds")
            if r["status"] != "failed" and r["payment_id"] in ours
        )
        gone = sum(p["amount"] for p in payouts if p["status"] in {"processing", "processed"})
        gone += sum(s["amount"] for s in self.all("settlements") if s["status"] == "processed")
        return taken - back - gone - sum(d["amount_deducted"] for d in self.all("disputes"))


def collection(found: Iterable[Entity], query: Mapping[str, str]) -> Entity:
    """A page, newest first, of those made between `from` and `to`."""
    wanted = {name: _number(query, name) for name in ("from", "to", "count", "skip")}
    count, skip = wanted["count"] or 10, wanted["skip"] or 0
    if count > 100:
        raise Refused("The count may not be greater than 100.", field="count")
    since, until = wanted["from"] or 0, wanted["to"] or 2**40
    fitting = [e for e in found if since <= e["created_at"] <= until]
    page = fitting[::-1][skip : skip + count]
    return {"entity": "collection", "count": len(page), "items": page}


def _number(query: Mapping[str, str], name: str) -> int | None:
    value = query.get(name)
    if value is None:
        return None
    if not value.isdigit():
        raise Refused(f"The {name} must be an integer.", field=name)
    return int(value)
