"""A customer with money, a hall to book, and the post that arrives."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from kalends import ledger
from kalends.catalog import RoomFacts
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import open_unit
from tests.fixtures.people import Headers, signed_up, user_id_of
from tests.fixtures.places import a_room

API = "/api/v2"
CUSTOMER = "asha@example.com"


@dataclass
class Story:
    """What one customer does over HTTP; `letters` runs the jobs first."""

    house: House
    client: httpx.AsyncClient
    run_jobs: Callable[[House], Awaitable[None]]
    room: RoomFacts
    customer: Headers
    start: datetime
    hours: int = field(default=2)

    async def post(self, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
        return await self.send("POST", path, body, status)

    async def send(self, method: str, path: str, body: Any, status: int = 200) -> dict[str, Any]:
        answer = await self.client.request(method, API + path, json=body, headers=self.customer)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def book(self) -> str:
        """Book the room from `start` for `hours` hours; return the booking's id."""
        end = self.start + timedelta(hours=self.hours)
        body = {
            "room_id": str(self.room.id),
            "start_time": self.start.isoformat(),
            "end_time": end.isoformat(),
        }
        return (await self.post("/bookings", body, 201))["id"]

    async def book_and_pay(self) -> str:
        booking_id = await self.book()
        await self.give_money()
        await self.post(f"/bookings/{booking_id}/pay", {"method": "wallet"})
        return booking_id

    async def give_money(self, amount: int = 1_000_000) -> None:
        user_id = await user_id_of(self.client, self.customer)
        order = ledger.Move(
            key=str(new_id()),
            kind="adjustment",
            debit=ledger.promotions(),
            credit=ledger.wallet(user_id),
            amount=Money(amount, "INR"),
        )
        async with open_unit(self.house) as unit:
            await ledger.move(unit, order)

    async def letters(self, to: str = CUSTOMER) -> list[dict[str, Any]]:
        """Run the jobs, then read the mailbox: the oldest letter first."""
        await self.run_jobs(self.house)
        answer = await self.client.get("/dev/messages", params={"to": to, "limit": 100})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"][::-1]

    async def letter(self, beginning: str, to: str = CUSTOMER) -> dict[str, Any]:
        """The one letter whose subject begins like this."""
        found = [m for m in await self.letters(to) if m["subject"].startswith(beginning)]
        assert len(found) == 1, [m["subject"] for m in await self.letters(to)]
        return found[0]


@pytest.fixture
async def story(house: House, client: httpx.AsyncClient, run_jobs: Any) -> Story:
    """Asha, and a hall in Pune three days ahead, at 10:00 local time."""
    room = await a_room(house)
    customer = await signed_up(client, CUSTOMER)
    async with open_unit(house) as unit:
        day = unit.now + timedelta(days=4)
    start = day.replace(hour=4, minute=30, second=0, microsecond=0)
    return Story(house, client, run_jobs, room, customer, start)
