"""Words for the tests of settlements: what a gateway's statement says, and what we make of it."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kalends import payments
from kalends.core.clock import advance
from kalends.core.gateways import (
    GatewayMovement,
    MovementKind,
    PayoutStatus,
    RefundStatus,
)
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import marketplace_time
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import rows

OPEN = """
    SELECT kind, object_kind, object_id, our_id, ours_state, ours_amount, theirs_state, theirs_amount
    FROM settlement_differences WHERE explained_at IS NULL ORDER BY id
"""


@dataclass
class Teller:
    """Writes the provider's statement. `at` is when what is told next moved."""

    provider: FakeGateway
    at: datetime
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def tell(self, kind: MovementKind, object_id: str, amount: int, **more: Any) -> GatewayMovement:
        line = GatewayMovement(
            f"line_{next(self.numbers)}", kind, object_id, amount, "INR", self.at, **more
        )
        self.provider.statement.append(line)
        return line

    def tell_everything(self) -> None:
        """What really happened at the provider, as an honest statement has it."""
        for order in self.provider.orders.values():
            if order.payment_id and order.status not in {"created", "failed", "authorized"}:
                self.tell(
                    MovementKind.capture,
                    order.payment_id,
                    order.amount.amount,
                    order_id=order.order_id,
                )
        for refund in self.provider.refunds.values():
            back, named = refund.amount.amount, {"reference": refund.key}
            self.tell(MovementKind.refund, refund.refund_id, -back, **named)
            if refund.status is RefundStatus.failed:
                self.tell(MovementKind.refund_failed, refund.refund_id, back, **named)
        for payout in self.provider.payouts.values():
            out, named = payout.amount.amount, {"reference": payout.key}
            if payout.status is not PayoutStatus.failed:
                self.tell(MovementKind.payout, payout.payout_id, -out, **named)
            if payout.status is PayoutStatus.reversed:
                self.tell(MovementKind.payout_reversed, payout.payout_id, out, **named)


async def teller(house: House, provider: FakeGateway) -> Teller:
    return Teller(provider, (await marketplace_time(house)).astimezone(UTC))


async def next_day(house: House, days: int = 1) -> None:
    """Let the day be over, without anything else happening."""
    async with open_unit(house) as unit:
        midnight = (unit.now + timedelta(days=days)).replace(hour=2, minute=20)
        await advance(unit.session, int((midnight - unit.now).total_seconds()))


async def differences(house: House) -> list[Any]:
    return await rows(house, OPEN)


async def read(house: House) -> payments.Settled:
    return await payments.read_statements(house)
