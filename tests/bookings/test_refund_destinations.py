"""Where the money of a called-off booking goes: the wallet, the way it was paid, or where the customer says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from kalends import ledger
from kalends.catalog import RoomFacts
from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, at_hour, booked, paid_at_sandbox, rental, with_money
from tests.fixtures.people import operator, signed_up, user_id_of
from tests.fixtures.places import a_room
from tests.fixtures.profiles import house_with

RATE = 40000
BACK = RATE * 75 // 100
CONFIRM = {"X-Confirm-Action": "true"}
ORIGINAL, WALLET = "original_method", "wallet"
RunJobs = Callable[[House], Awaitable[None]]
Headers = dict[str, str]


@pytest.fixture
def house(house: House, request: pytest.FixtureRequest) -> House:
    """A marketplace with the refund rules that the test asks for; else the customer chooses."""
    rules = getattr(request, "param", {"destination": "customer_choice"})
    return house_with(house, refund=rules)


def rules(**more: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("house", [more], indirect=True, ids=["rules"])


@dataclass(frozen=True)
class Story:
    """A customer with a booking, and what can be seen of the money."""

    house: House
    http: httpx.AsyncClient
    run_jobs: RunJobs
    room: RoomFacts
    me: Headers
    booking: str

    async def pay(self, instrument: str = "success") -> None:
        await paid_at_sandbox(self.http, self.me, self.booking, instrument)
        await self.run_jobs(self.house)

    async def pay_from_wallet(self) -> None:
        await with_money(self.house, await user_id_of(self.http, self.me), RATE)
        answer = await self.post("pay", {"method": "wallet"})
        assert answer["state"] == "confirmed"

    async def cancel(self, **body: Any) -> dict[str, Any]:
        done = await self.post("cancel", {"reason": "rain"} | body)
        await self.run_jobs(self.house)
        return done["refund"] | {"parts": done["refunds"]}

    async def post(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"{API}/bookings/{self.booking}/{what}"
        answer = await self.http.post(url, json=body, headers=self.me)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def preview(self) -> dict[str, Any]:
        url = f"{API}/bookings/{self.booking}/cancellation-preview"
        found: dict[str, Any] = (await self.http.get(url, headers=self.me)).json()["refund"]
        return found

    async def shown_refunded(self) -> int:
        url = f"{API}/bookings/{self.booking}"
        return int((await self.http.get(url, headers=self.me)).json()["refunded"]["amount"])

    async def mine(self) -> list[tuple[str, str, int]]:
        answer = await self.http.get(f"{API}/refunds/me", headers=self.me)
        return [
            (r["destination"], r["status"], r["amount"]["amount"]) for r in answer.json()["items"]
        ]

    async def decide(self, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """An operator decides about the last refund."""
        who = await operator(self.house, self.http, "moderator")
        listed = await self.http.get(f"{API}/admin/refunds", headers=who)
        path = f"{API}/admin/refunds/{listed.json()['items'][0]['id']}/{what}"
        answer = await self.http.post(path, json=body, headers=who | CONFIRM)
        assert answer.status_code == 200, answer.text
        await self.run_jobs(self.house)
        found: dict[str, Any] = answer.json()
        return found

    async def holds(self, account: ledger.Account) -> int:
        async with open_unit(self.house, read_only=True) as unit:
            return (await ledger.balance(unit, account)).amount

    async def in_wallet(self) -> int:
        return await self.holds(ledger.wallet(await user_id_of(self.http, self.me)))

    async def at_the_bank(self) -> int:
        """What the sandbox really holds, by its own books."""
        totals = (await self.http.get("/sandbox/statement")).json()["totals"]
        return int(totals[0]["balance"]) if totals else 0

    async def everything_adds_up(self) -> None:
        assert await self.holds(ledger.gateway("sandbox")) == await self.at_the_bank()
        async with open_unit(self.house, read_only=True) as unit:
            assert await run_checks(unit) == {}


@pytest.fixture
async def story(house: House, client: httpx.AsyncClient, run_jobs: RunJobs) -> Story:
    room, me = await a_room(house, rate=RATE), await signed_up(client)
    booking = await booked(client, me, rental(room.id, await at_hour(house), 1))
    return Story(house, client, run_jobs, room, me, booking["id"])


@pytest.mark.req("M-033", "I-030", "M-225")
async def test_who_may_choose_gets_it_back_the_way_it_was_paid(story: Story) -> None:
    await story.pay()
    done = await story.cancel(refund_to=ORIGINAL)
    assert (done["destination"], done["amount"]["amount"]) == (ORIGINAL, BACK)
    assert [(part["destination"], part["state"]) for part in done["parts"]] == [
        (ORIGINAL, "approved")
    ]
    assert await story.mine() == [(ORIGINAL, "completed", BACK)]
    assert (await story.in_wallet(), await story.at_the_bank()) == (0, RATE - BACK)
    assert await story.shown_refunded() == BACK
    await story.everything_adds_up()


async def test_who_may_choose_gets_it_into_the_wallet(story: Story) -> None:
    await story.pay()
    assert (await story.cancel(refund_to=WALLET))["destination"] == WALLET
    assert (await story.in_wallet(), await story.at_the_bank()) == (BACK, RATE)
    await story.everything_adds_up()


async def test_who_does_not_say_gets_it_back_the_way_it_was_paid(story: Story) -> None:
    await story.pay()
    assert (await story.preview())["destination"] == ORIGINAL
    assert (await story.cancel())["destination"] == ORIGINAL


@rules(destination="wallet")
async def test_a_wish_does_not_count_where_the_marketplace_decides(story: Story) -> None:
    await story.pay()
    assert (await story.cancel(refund_to=ORIGINAL))["destination"] == WALLET
    assert await story.in_wallet() == BACK


@rules(destination="original_method")
async def test_what_was_paid_from_the_wallet_goes_back_to_it(story: Story) -> None:
    await story.pay_from_wallet()
    assert (await story.preview())["destination"] == WALLET
    done = await story.cancel(refund_to=ORIGINAL)
    assert [(p["destination"], p["amount"]["amount"], p["state"]) for p in done["parts"]] == [
        (WALLET, BACK, "completed")
    ]
    assert done["destination"] == WALLET
    assert await story.in_wallet() == BACK


@rules(destination="original_method")
async def test_money_that_cannot_be_used_goes_back_the_way_it_came(
    story: Story, client: httpx.AsyncClient
) -> None:
    order = await client.post(
        f"{API}/payments/create-order", json={"booking_id": story.booking}, headers=story.me
    )
    await story.cancel()
    page = f"/sandbox/checkout/{order.json()['gateway_order_id']}"
    await client.post(page, json={"instrument": "success"})
    await story.run_jobs(story.house)
    assert await story.mine() == [(ORIGINAL, "completed", RATE)]
    assert (await story.in_wallet(), await story.at_the_bank()) == (0, 0)
    await story.everything_adds_up()


@rules(destination="original_method")
async def test_a_bank_that_sends_it_back_loses_nothing(
    story: Story, pass_time: Callable[..., Awaitable[None]]
) -> None:
    await story.pay("refund-fails")
    await story.cancel()
    await pass_time(minutes=2)
    listed = await story.http.get(
        f"{API}/admin/refunds?state=failed", headers=await operator(story.house, story.http)
    )
    assert [item["failure"] for item in listed.json()["items"]] == ["refused_by_the_customers_bank"]
    assert await story.mine() == [(ORIGINAL, "processing", BACK)]
    await story.decide("divert-to-wallet")
    assert await story.mine() == [(WALLET, "completed", BACK)]
    assert (await story.in_wallet(), await story.at_the_bank()) == (BACK, RATE)
    await story.everything_adds_up()


@rules(destination="original_method", auto_approve=False)
@pytest.mark.req("C-37")
async def test_what_waits_for_an_operator_is_kept_until_the_word_is_said(story: Story) -> None:
    await story.pay()
    done = await story.cancel()
    assert [part["state"] for part in done["parts"]] == ["requested"]
    escrow, earned = _accounts(story)
    assert await story.holds(escrow) == BACK
    assert await story.holds(earned) == RATE - BACK
    assert await story.shown_refunded() == 0
    await story.decide("approve")
    assert await story.holds(escrow) == 0
    assert await story.shown_refunded() == BACK
    assert await story.at_the_bank() == RATE - BACK
    await story.everything_adds_up()


@rules(auto_approve_up_to=BACK - 1)
async def test_what_an_operator_refuses_goes_to_the_provider_after_all(story: Story) -> None:
    await story.pay()
    await story.cancel()
    escrow, earned = _accounts(story)
    assert await story.holds(earned) == RATE - BACK
    await story.decide("reject", {"reason": "the hall was used"})
    assert (await story.holds(escrow), await story.holds(earned)) == (0, RATE)
    assert await story.in_wallet() == 0
    await story.everything_adds_up()


async def test_a_refund_asked_for_while_the_booking_stands_does_not_stop_it(
    story: Story, pass_time: Callable[..., Awaitable[None]]
) -> None:
    await story.pay()
    listed = await story.http.get(
        f"{API}/admin/payments", headers=await operator(story.house, story.http)
    )
    path = f"{API}/payments/{listed.json()['items'][0]['id']}/refund"
    body = {"reason": "it was too loud", "amount": {"amount": 10000, "currency": "INR"}}
    asked = await story.http.post(path, json=body, headers=story.me)
    assert asked.json()["status"] == "requested"
    await pass_time(hours=24 * 9)
    escrow, earned = _accounts(story)
    assert (await story.holds(escrow), await story.holds(earned)) == (10000, RATE - 10000)
    await story.decide("reject", {"reason": "it was not"})
    assert (await story.holds(escrow), await story.holds(earned)) == (0, RATE)
    await story.everything_adds_up()


def _accounts(story: Story) -> tuple[ledger.Account, ledger.Account]:
    provider: UUID = story.room.provider_id
    return ledger.escrow(f"booking:{story.booking}"), ledger.provider_available(provider)
