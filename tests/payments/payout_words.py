"""Words for the tests of bank accounts and payouts."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from kalends import ledger, payments
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from kalends.payments.jobs import send_payout_to_gateway, verify_account_at_gateway
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import Headers, manager_of, operator
from tests.fixtures.places import a_venue
from tests.payments.money import captured, inr, person, rows

API = "/api/v2"
NUMBER, IFSC = "004500998877", "HDFC0001234"
CONFIRMED = {"X-Confirm-Action": "true"}


@dataclass(frozen=True)
class Seller:
    """A provider with somebody who runs it, and an operator who looks after it."""

    house: House
    client: httpx.AsyncClient
    id: UUID
    owner: Headers
    operator: Headers

    async def ask(self, amount: int | None = None, **changes: Any) -> httpx.Response:
        body = {"amount": {"amount": amount, "currency": "INR"}} if amount else {}
        return await self.client.post(f"{API}/payouts", json=body | changes, headers=self.owner)

    async def asked(self, amount: int | None = None) -> str:
        answer = await self.ask(amount)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def decide(
        self, payout_id: str, step: str, operator: Headers | None = None
    ) -> httpx.Response:
        body = {"reason": "looked at it"} if step in {"hold", "cancel"} else None
        path = f"{API}/admin/payouts/{payout_id}/{step}"
        headers = (operator or self.operator) | CONFIRMED
        return await self.client.post(path, json=body, headers=headers)

    async def decided(self, payout_id: str, step: str) -> dict[str, Any]:
        answer = await self.decide(payout_id, step)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def sent(self, amount: int | None = None) -> str:
        """A payout that was asked for, approved and handed to the gateway."""
        payout_id = await self.asked(amount)
        await self.decided(payout_id, "approve")
        await send_payout_to_gateway(self.house, payout_id)
        return payout_id

    async def read(self, payout_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"{API}/payouts/{payout_id}", headers=self.owner)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def state(self, payout_id: str) -> str:
        return str((await self.read(payout_id))["state"])

    async def give_account(self, **changes: Any) -> httpx.Response:
        body = {"holder": "Asha Rao", "account_number": NUMBER, "routing": IFSC} | changes
        return await self.client.post(
            f"{API}/providers/bank-details", json=body, headers=self.owner
        )

    async def money(self) -> tuple[int, int]:
        """What is available, and what is set aside."""
        async with open_unit(self.house, read_only=True) as unit:
            available, reserved = (
                ledger.provider_available(self.id),
                ledger.provider_reserved(self.id),
            )
            found = await ledger.balances(unit, [available, reserved])
        return found[available].amount, found[reserved].amount


async def a_seller(house: House, client: httpx.AsyncClient) -> Seller:
    provider_id = (await a_venue(house)).provider_id
    owner = await manager_of(house, client, provider_id)
    return Seller(house, client, provider_id, owner, await operator(house, client, "moderator"))


async def paid_seller(
    house: House, client: httpx.AsyncClient, gateway: FakeGateway, amount: int = 50_000
) -> Seller:
    """One whose account is verified and who has earned so much."""
    seller = await a_seller(house, client)
    await with_account(seller)
    await earn(house, gateway, seller.id, amount)
    return seller


async def with_account(seller: Seller, **changes: Any) -> str:
    """Give an account and let the bank be asked; return its id."""
    answer = await seller.give_account(**changes)
    assert answer.status_code == 201, answer.text
    account_id = str(answer.json()["id"])
    await verify_account_at_gateway(seller.house, account_id)
    return account_id


async def earn(
    house: House, gateway: FakeGateway, provider_id: UUID, amount: int, commission: int = 0
) -> str:
    """A customer paid for a booking, and its escrow was released; return the subject."""
    subject = f"booking:{new_id()}"
    await captured(house, gateway, await person(house), amount, subject=subject)
    async with open_unit(house) as unit:
        order = payments.ReleaseOrder(
            subject, provider_id, inr(commission), (), f"release:{subject}"
        )
        await payments.release_escrow(unit, order)
    return subject


async def claw_back(house: House, provider_id: UUID, amount: int) -> None:
    """Money that had been released is taken back, whether or not it is still there."""
    async with open_unit(house) as unit:
        order = ledger.Move(
            key=f"clawback:{new_id()}",
            kind=ledger.CLAWBACK,
            debit=ledger.provider_available(provider_id),
            credit=ledger.promotions(),
            amount=inr(amount),
        )
        await ledger.move(unit, order)


def with_payout(house: House, **changes: Any) -> House:
    """The same house under other rules for payouts."""
    payout = house.profile.payout.model_copy(update=changes)
    return replace(house, profile=house.profile.model_copy(update={"payout": payout}))


async def at_the_gateway(house: House, account: ledger.Account | None = None) -> int:
    async with open_unit(house, read_only=True) as unit:
        return (await ledger.balance(unit, account or ledger.gateway("sandbox"))).amount


async def history(house: House, payout_id: str) -> list[str]:
    query = "SELECT transition FROM payout_transitions WHERE subject_id = :id ORDER BY seq"
    return [row.transition for row in await rows(house, query, id=UUID(payout_id))]


async def long_ago(house: House, table: str) -> None:
    """As if what is in this table had been begun an hour earlier."""
    async with open_unit(house) as unit:
        await unit.session.execute(text(_EARLIER[table]))


_EARLIER = {
    "payouts": "UPDATE payouts SET state_since = state_since - interval '1 hour'",
    "bank_accounts": "UPDATE bank_accounts SET created_at = created_at - interval '1 hour'",
}
