"""Words for the tests of card disputes."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx

from kalends import ledger, payments
from kalends.core.gateways import About, DisputeStatus, GatewayDispute
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.places import a_venue
from tests.payments.money import (
    balance,
    books_are_right,
    captured,
    deliver,
    inr,
    now,
    person,
    process_all,
    rows,
)

OPEN, WON, LOST, CLOSED = (
    DisputeStatus.open,
    DisputeStatus.won,
    DisputeStatus.lost,
    DisputeStatus.closed,
)


@dataclass(frozen=True)
class Sale:
    """A payment of 100 for a provider's booking that its cardholder disputes."""

    house: House
    client: httpx.AsyncClient
    gateway: FakeGateway
    payment: payments.PaymentFacts
    provider_id: UUID

    def says(self, status: DisputeStatus, deducted: int = 0, **more: Any) -> GatewayDispute:
        """The card network's view from now on."""
        order = str(self.payment.gateway_order_id)
        return self.gateway.dispute(order, status, deducted=deducted, **more)

    async def tell(self, status: str = "open", **changes: Any) -> None:
        """A webhook about it arrives and waits to be handled."""
        name = f"disp_{self.payment.gateway_order_id}"
        event = self.gateway.news(About.dispute, name, status, **changes)
        answer = await deliver(self.client, event)
        assert answer.status_code == 200, answer.text

    async def hear(self, status: DisputeStatus, deducted: int = 0, **more: Any) -> None:
        """The network's view changes, and the news of that is handled."""
        self.says(status, deducted, **more)
        await self.tell(status.value)
        await process_all(self.house)

    async def released(self, amount: int = 0) -> None:
        """What is in escrow goes to the provider, less so much commission."""
        async with open_unit(self.house) as unit:
            order = payments.ReleaseOrder(
                self.payment.subject, self.provider_id, inr(amount), (), f"release:{new_id()}"
            )
            await payments.release_escrow(unit, order)

    async def refunded(self, amount: int, **more: Any) -> None:
        async with open_unit(self.house) as unit:
            order = payments.RefundOrder(
                self.payment.subject,
                self.payment.payer_id,
                inr(amount),
                "cancelled",
                f"cancel:{new_id()}",
                **more,
            )
            await payments.refund(unit, order)

    async def spent(self) -> None:
        """The provider no longer has what it earned."""
        has = await self.has()
        async with open_unit(self.house) as unit:
            move = ledger.Move(
                key=f"spent:{new_id()}",
                kind="payout_paid",
                debit=ledger.provider_available(self.provider_id),
                credit=ledger.promotions(),
                amount=inr(has),
            )
            await ledger.move(unit, move)

    async def escrow(self) -> int:
        return await balance(self.house, ledger.escrow(self.payment.subject))

    async def has(self) -> int:
        return await balance(self.house, ledger.provider_available(self.provider_id))

    async def platform_bears(self) -> int:
        return await balance(self.house, ledger.chargebacks())

    async def paid(self) -> payments.PaymentFacts:
        return await now(self.house, self.payment)

    async def state(self) -> str:
        return str((await rows(self.house, "SELECT state FROM chargebacks"))[0].state)

    async def borne(self) -> tuple[int, int, int, int]:
        """What the gateway keeps, by who bears it: escrow, provider, platform, platform beyond the rest."""
        columns = "SELECT from_origin, from_provider, from_platform, beyond FROM chargebacks"
        (found,) = await rows(self.house, columns)
        return tuple(found)

    async def history(self) -> list[str]:
        query = "SELECT transition FROM chargeback_transitions ORDER BY subject_id, seq"
        return [row.transition for row in await rows(self.house, query)]

    async def agrees(self) -> None:
        """The gateway holds what the journal says, and every invariant of money holds."""
        at_gateway = await balance(self.house, ledger.gateway("sandbox"))
        assert at_gateway == self.gateway.total()
        await books_are_right(self.house)


async def a_sale(
    house: House, client: httpx.AsyncClient, gateway: FakeGateway, **more: Any
) -> Sale:
    provider_id = (await a_venue(house)).provider_id
    facts = {"subject": f"order:{new_id()}", "provider_id": provider_id} | more
    payment = await captured(house, gateway, await person(house), 100, **facts)
    return Sale(house, client, gateway, payment, provider_id)


def borne_by(house: House, who: str) -> House:
    """The same house where such a side bears what the provider's money is short for."""
    payout = house.profile.payout.model_copy(update={"chargebacks_by": who})
    return replace(house, profile=house.profile.model_copy(update={"payout": payout}))
