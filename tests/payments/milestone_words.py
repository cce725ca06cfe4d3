"""Words for the tests of milestones: a paid event, and one vendor's line of it."""

from uuid import UUID

import httpx

from kalends import ledger, payments
from kalends.app.asgi import serve
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import balance, captured, inr, person, rows
from tests.payments.payout_words import API, Seller, a_seller, with_account, with_payout

BOTH = ("reservation", "completion")


class Event:
    """A paid booking with one vendor's line of 10 000 paise: 10 % commission, 18 % tax on it."""

    def __init__(self, seller: Seller, subject: str, payer: UUID) -> None:
        self.seller, self.subject, self.payer = seller, subject, payer

    async def promise(
        self, amount: int = 10_000, line: str = "1", instalment: str = "full"
    ) -> list[payments.PayoutFacts]:
        order = payments.MilestoneOrder(
            self.subject,
            line,
            self.seller.id,
            inr(amount),
            inr(amount // 10),
            (("gst", inr(amount * 18 // 1000)),),
            instalment,
        )
        async with open_unit(self.seller.house) as unit:
            return await payments.create_milestone_payouts(unit, order)

    async def request(self, payout_id: UUID) -> httpx.Response:
        path = f"{API}/payouts/{payout_id}/request"
        return await self.seller.client.post(path, headers=self.seller.owner)

    async def complete(self) -> list[UUID]:
        async with open_unit(self.seller.house) as unit:
            return await payments.unlock_completion(unit, self.subject)

    async def escrow(self) -> int:
        return await balance(self.seller.house, ledger.escrow(self.subject))

    async def give_back(self, amount: int) -> None:
        async with open_unit(self.seller.house) as unit:
            order = payments.RefundOrder(
                self.subject, self.payer, inr(amount), "cancelled", f"cancel:{new_id()}"
            )
            await payments.refund(unit, order)

    async def states(self) -> list[str]:
        query = "SELECT state FROM payouts WHERE subject = :subject ORDER BY id"
        found = await rows(self.seller.house, query, subject=self.subject)
        return [row.state for row in found]


async def an_event(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Event:
    """In a marketplace that pays 30 % on reservation."""
    staged = with_payout(house, milestones=BOTH, reservation_percent=30)
    serve(client._transport.app, staged)
    seller = await a_seller(staged, client)
    await with_account(seller)
    return await paid_event(seller, provider)


async def paid_event(seller: Seller, provider: FakeGateway, amount: int = 10_000) -> Event:
    subject, payer = f"booking:{new_id()}", await person(seller.house)
    await captured(seller.house, provider, payer, amount, subject=subject)
    return Event(seller, subject, payer)
