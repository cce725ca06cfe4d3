"""The ground truth: every object, every movement of money, every event."""

import copy
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from kalends.core.clock import real_now

from .problems import missing

Thing = dict[str, Any]
API_VERSION = "2026-10-28.endive"
CHARGE_FEE_BP, CHARGE_FEE_FIXED, DISPUTE_FEE = 290, 30, 1500
# Nothing to do with what customers and providers move: our own float, and payouts to our own bank.
_APART = frozenset({"topup", "payout"})


@dataclass
class Books:
    """One platform account. `refund_status` is what new refunds begin with."""

    currency: str = "usd"
    refund_status: str = "succeeded"
    transfers_active: bool = True
    things: dict[str, Thing] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_Emu{next(self._numbers):014d}"

    def now(self) -> int:
        return int(real_now().timestamp())

    def add(self, prefix: str, kind: str, **facts: Any) -> Thing:
        """Keep a new object of this kind."""
        thing = {"id": self.new_id(prefix), "object": kind, "created": self.now(), **facts}
        self.things[thing["id"]] = thing
        return thing

    def get(self, kind: str, name: str) -> Thing:
        """Raises Refused, 404."""
        found = self.things.get(name)
        if found is None or found["object"] != kind:
            raise missing(kind, name)
        return found

    def all(self, kind: str) -> list[Thing]:
        """Newest first."""
        return [t for t in reversed(self.things.values()) if t["object"] == kind]

    def line(self, kind: str, category: str, amount: int, source: str, **more: Any) -> Thing:
        """Money moves on the platform's balance; `fee` is kept on top."""
        fee = more.pop("fee", 0)
        return self.add(
            "txn",
            "balance_transaction",
            amount=amount,
            available_on=self.now(),
            currency=more.pop("currency", self.currency),
            description=None,
            exchange_rate=None,
            fee=fee,
            fee_details=[],
            net=amount - fee,
            reporting_category=category,
            source=source,
            status=more.pop("status", "available"),
            type=kind,
        )

    def tell(self, kind: str, thing: Thing, account: str | None = None) -> None:
        """An event, with the object as it is now."""
        self.add(
            "evt",
            "event",
            **{
                "api_version": API_VERSION,
                "data": {"object": copy.deepcopy(thing)},
                "livemode": False,
                "pending_webhooks": 1,
                "request": {"id": None, "idempotency_key": None},
                "type": kind,
            }
            | ({"account": account} if account else {}),
        )

    def available(self, currency: str) -> int:
        lines = self.all("balance_transaction")
        return sum(
            t["net"] for t in lines if t["currency"] == currency and t["status"] == "available"
        )

    def total(self, currency: str) -> int:
        """Taken less given back, paid out and lost, before fees."""
        lines = self.all("balance_transaction")
        return sum(
            t["amount"] for t in lines if t["currency"] == currency and t["type"] not in _APART
        )

    def top_up(self, amount: int, days_ago: int) -> None:
        """Our own money on the platform's balance."""
        line = self.line("topup", "topup", amount, self.new_id("tu"))
        line["created"] = int((real_now() - timedelta(days=days_ago)).timestamp())
