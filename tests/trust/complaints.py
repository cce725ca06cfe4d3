"""Words for the tests of disputes: a stay that is over, and what is said and decided about it."""

from dataclasses import dataclass
from typing import Any

import httpx

from kalends import ledger
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API
from tests.fixtures.people import Headers, manager_of, operator
from tests.fixtures.stays import PRICE, Stay

CONFIRMED = {"X-Confirm-Action": "true"}
HALF = PRICE // 2


@dataclass(frozen=True)
class Case:
    """A stay with the operator who decides about it."""

    stay: Stay
    moderator: Headers

    @property
    def house(self) -> House:
        return self.stay.house

    async def ask(self, who: Headers, **more: Any) -> httpx.Response:
        body = {
            "booking_id": self.stay.id,
            "reason": "not_as_described",
            "statement": "The hall was locked for the first half hour.",
        }
        return await self.stay.client.post(f"{API}/disputes", json=body | more, headers=who)

    async def opened(self, who: Headers | None = None, amount: int | None = None) -> str:
        more = {"amount": {"amount": amount, "currency": "INR"}} if amount else {}
        answer = await self.ask(who or self.stay.me, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def decide(
        self, dispute_id: str, state: str, refund: int | None = None, **more: Any
    ) -> httpx.Response:
        outcome: dict[str, Any] = {"note": "We have read both sides."}
        if refund is not None:
            outcome["refund_amount"] = {"amount": refund, "currency": "INR"}
        body = {"state": state, "outcome": outcome}
        headers = more.get("who", self.moderator) | CONFIRMED
        url = f"{API}/admin/disputes/{dispute_id}"
        return await self.stay.client.patch(url, json=body, headers=headers)

    async def decided(
        self, dispute_id: str, state: str, refund: int | None = None
    ) -> dict[str, Any]:
        """Taken up, and decided so."""
        for step, amount in (("under_review", None), (state, refund)):
            answer = await self.decide(dispute_id, step, amount)
            assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def read(self, dispute_id: str, who: Headers) -> httpx.Response:
        return await self.stay.client.get(f"{API}/disputes/{dispute_id}", headers=who)

    async def add_note(self, dispute_id: str, who: Headers, text: str) -> httpx.Response:
        url = f"{API}/disputes/{dispute_id}/notes"
        return await self.stay.client.post(url, json={"text": text}, headers=who)

    async def listed(self, path: str, who: Headers, **query: Any) -> list[dict[str, Any]]:
        answer = await self.stay.client.get(f"{API}/{path}", params=query, headers=who)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def as_operator(self, dispute_id: str) -> dict[str, Any]:
        found = await self.listed("admin/disputes", self.moderator)
        return next(one for one in found if one["id"] == dispute_id)

    async def money(self) -> tuple[int, int, int]:
        """What lies in escrow, what the provider may have paid out, and what is set aside of it."""
        provider = self.stay.room.provider_id
        accounts = (
            ledger.escrow(f"booking:{self.stay.id}"),
            ledger.provider_available(provider),
            ledger.provider_reserved(provider),
        )
        async with open_unit(self.house, read_only=True) as unit:
            found = await ledger.balances(unit, accounts)
        escrow, available, reserved = (found[account].amount for account in accounts)
        return escrow, available, reserved

    async def owner_with_account(self, run_jobs: Any) -> Headers:
        """Somebody who runs the provider's money, with a bank account that it may go to."""
        owner = await manager_of(self.house, self.stay.client, self.stay.room.provider_id)
        body = {"holder": "Asha Rao", "account_number": "004500998877", "routing": "HDFC0001234"}
        url = f"{API}/providers/bank-details"
        answer = await self.stay.client.post(url, json=body, headers=owner)
        assert answer.status_code == 201, answer.text
        await run_jobs(self.house)
        await self.stay.pass_time(hours=25)  # a new account waits for a day
        return owner

    async def payout(self, owner: Headers, amount: int) -> httpx.Response:
        body = {"amount": {"amount": amount, "currency": "INR"}}
        return await self.stay.client.post(f"{API}/payouts", json=body, headers=owner)

    async def paid_out(self) -> None:
        """What was approved has left, and its bank has said so."""
        for _ in range(2):
            await self.stay.pass_time(minutes=5)

    async def payouts(self, owner: Headers) -> list[tuple[int, str]]:
        found = await self.listed("payouts", owner)
        return [(one["amount"]["amount"], one["state"]) for one in reversed(found)]


async def a_case(stay: Stay) -> Case:
    """The stay is over."""
    await stay.end()
    return Case(stay, await operator(stay.house, stay.client, "moderator"))
