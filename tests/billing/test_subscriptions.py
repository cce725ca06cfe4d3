"""Organisers subscribe: by wallet or at the gateway, period after period, until they have had enough."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends import ledger
from kalends.billing import SubscriptionRequired, subscribed
from kalends.billing.rules.subscriptions import access_until, anchor_after, period_after
from kalends.billing.service.subscriptions import require_subscription
from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, scalar, with_money
from tests.fixtures.markets import PLANS, market_app, market_of
from tests.fixtures.people import Headers, operator, signed_up, user_id_of

PassTime = Callable[..., Awaitable[None]]
MONTHLY, YEARLY = PLANS[0]["id"], PLANS[1]["id"]
PRICE = int(PLANS[0]["price"])
DAY = 24
_FIRST, _LAST = datetime(2024, 1, 1), datetime(2029, 1, 1)  # noqa: DTZ001 - the zone is the strategy's
ANCHORS = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))


@dataclass
class Organiser:
    house: House
    client: httpx.AsyncClient
    headers: Headers
    id: UUID
    pass_time: PassTime

    async def start(self, status: int = 201, plan: str = MONTHLY, **more: Any) -> dict[str, Any]:
        url = f"{API}/subscriptions/start"
        answer = await self.client.post(url, json={"plan": plan, **more}, headers=self.headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def cancel(self, status: int = 200) -> dict[str, Any]:
        answer = await self.client.post(f"{API}/subscriptions/cancel", headers=self.headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def mine(self) -> dict[str, Any]:
        answer = await self.client.get(f"{API}/subscriptions/me", headers=self.headers)
        found: dict[str, Any] = answer.json()
        return found

    async def pay_at_gateway(self, payment: dict[str, Any]) -> None:
        page = f"/sandbox/checkout/{payment['gateway_order_id']}"
        assert (await self.client.post(page, json={"instrument": "success"})).status_code == 200
        await self.pass_time()

    async def is_let_in(self) -> bool:
        """As the gate of other rooms decides."""
        async with open_unit(self.house, Principal(ActorKind.customer, self.id)) as unit:
            open_ = await subscribed(unit, self.id)
            if open_:
                await require_subscription(unit)
            else:
                with pytest.raises(SubscriptionRequired) as refused:
                    await require_subscription(unit)
                assert (refused.value.status, refused.value.code) == (402, "subscription-required")
        return open_

    async def purse(self) -> int:
        async with open_unit(self.house, read_only=True) as unit:
            return (await ledger.balance(unit, ledger.wallet(self.id))).amount

    async def sound(self) -> bool:
        async with open_unit(self.house, read_only=True) as unit:
            return await run_checks(unit) == {}


@pytest.fixture
async def organiser(house: House, client: httpx.AsyncClient, pass_time: PassTime) -> Organiser:
    headers = await signed_up(client)
    market = market_of(house)
    market_app(market)
    return Organiser(market, client, headers, await user_id_of(client, headers), pass_time)


@pytest.fixture
async def client(house: House, loopback: Any) -> Any:
    loopback.app = market_app(market_of(house))
    transport = httpx.ASGITransport(loopback.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        yield http


@pytest.mark.req("S-010", "S-042", "X-21", "H-251")
async def test_a_subscription_is_paid_renewed_missed_and_ended(organiser: Organiser) -> None:
    mine = await _paid_at_the_gateway(organiser)
    renewed = await _renewed_from_the_wallet(organiser, mine)
    await organiser.pass_time(hours=31 * DAY)  # the wallet is empty: a week of grace
    assert (await organiser.mine())["state"] == "past_due"
    assert await organiser.is_let_in()
    due = await organiser.start()
    await organiser.pay_at_gateway(due["payment"])
    paid = await organiser.mine()
    assert (paid["state"], paid["period_start"]) == ("active", renewed["period_end"])
    for days in (31, 8):  # nobody pays the next one
        await organiser.pass_time(hours=days * DAY)
    assert (await organiser.mine())["state"] == "none"
    assert not await organiser.is_let_in()
    kept = "SELECT -sum(amount) FROM ledger_lines WHERE account = 'platform_commission'"
    assert await scalar(organiser.house, kept) == 3 * PRICE
    assert await organiser.sound()


async def _paid_at_the_gateway(organiser: Organiser) -> dict[str, Any]:
    assert (await organiser.mine())["state"] == "none"
    first = await organiser.start()
    assert (first["state"], first["payment"]["amount"]["amount"]) == ("none", PRICE)
    again = await organiser.start()
    assert again["payment"]["payment_id"] == first["payment"]["payment_id"]
    assert not await organiser.is_let_in()
    await organiser.pay_at_gateway(first["payment"])
    assert (await organiser.mine())["state"] == "active"
    assert await organiser.is_let_in()
    assert (await organiser.start(409))["type"] == "/problems/already-subscribed"
    return await organiser.mine()


async def _renewed_from_the_wallet(organiser: Organiser, mine: dict[str, Any]) -> dict[str, Any]:
    await with_money(organiser.house, organiser.id, PRICE)
    await organiser.pass_time(hours=32 * DAY)
    renewed = await organiser.mine()
    assert (renewed["state"], renewed["period_start"]) == ("active", mine["period_end"])
    assert await organiser.purse() == 0
    return renewed


@pytest.mark.req("S-043", "X-21")
async def test_what_was_paid_for_outlasts_a_cancellation(organiser: Organiser) -> None:
    await with_money(organiser.house, organiser.id, 2 * PRICE)
    active = await organiser.start(method="wallet")
    assert (active["state"], active["payment"]) == ("active", None)
    ended = await organiser.cancel()
    assert (ended["state"], ended["access_until"]) == ("cancelled", active["period_end"])
    assert await organiser.is_let_in()
    await organiser.cancel(409)
    resumed = await organiser.start(plan=YEARLY)
    assert (resumed["state"], resumed["plan"]) == ("active", YEARLY)
    assert resumed["period_end"] == active["period_end"]
    assert await organiser.purse() == PRICE
    await organiser.cancel()
    await organiser.pass_time(hours=32 * DAY)
    assert not await organiser.is_let_in()
    await organiser.cancel(404)
    assert await organiser.purse() == PRICE
    assert await organiser.sound()


async def test_who_is_late_and_takes_another_plan_gets_all_of_its_months(
    organiser: Organiser,
) -> None:
    await with_money(organiser.house, organiser.id, PRICE)
    monthly = await organiser.start(method="wallet")
    await organiser.pass_time(hours=32 * DAY)
    assert (await organiser.mine())["state"] == "past_due"
    await with_money(organiser.house, organiser.id, int(PLANS[1]["price"]))
    yearly = await organiser.start(plan=YEARLY, method="wallet")
    length = _moment(yearly["period_end"]) - _moment(monthly["period_end"])
    assert timedelta(days=364) < length < timedelta(days=367)
    assert await organiser.sound()


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


async def test_what_a_subscription_cost_is_not_refunded_by_an_operator(
    organiser: Organiser,
) -> None:
    order = (await organiser.start())["payment"]
    await organiser.pay_at_gateway(order)
    boss = await operator(organiser.house, organiser.client)
    url = f"{API}/payments/{order['payment_id']}/refund"
    body = {"reason": "they asked nicely"}
    for who in (organiser.headers, boss):
        refused = await organiser.client.post(url, json=body, headers=who)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-refundable")
    assert await organiser.sound()


async def test_money_that_comes_after_the_end_goes_back(organiser: Organiser) -> None:
    order = (await organiser.start())["payment"]
    await organiser.cancel()
    await organiser.pay_at_gateway(order)
    assert await organiser.purse() == PRICE
    assert not await organiser.is_let_in()
    abandoned = await organiser.start(plan=YEARLY)
    await organiser.pass_time(hours=25)
    assert (await organiser.mine())["id"] != abandoned["id"]
    assert (await organiser.start(422, plan="no-such-plan"))["plans"] == [p["id"] for p in PLANS]
    assert await organiser.sound()


async def test_another_plan_before_the_first_payment_is_as_if_it_had_been_the_first(
    organiser: Organiser,
) -> None:
    asked = (await organiser.start())["payment"]
    trial = await organiser.start(plan="trial")
    assert (trial["state"], trial["payment"]) == ("active", None)
    await organiser.pay_at_gateway(asked)  # the page was still open: all of it comes back
    assert await organiser.purse() == PRICE
    for days in (15, 31, 31):  # the trial's plan is paid from the wallet while there is enough
        await organiser.pass_time(hours=days * DAY)
    assert (await organiser.mine())["state"] == "past_due"
    free = await organiser.start(plan="free")
    assert (free["state"], free["payment"]) == ("active", None)
    assert await organiser.sound()


async def test_a_trial_comes_once_and_a_free_plan_costs_nothing(organiser: Organiser) -> None:
    trial = await organiser.start(plan="trial")
    assert (trial["state"], trial["payment"]) == ("active", None)
    await organiser.cancel()
    await organiser.pass_time(hours=15 * DAY)
    assert (await organiser.start(plan="trial"))["payment"] is not None
    await organiser.cancel()
    free = await organiser.start(plan="free")
    assert free["state"] == "active"
    await organiser.pass_time(hours=32 * DAY)
    assert (await organiser.mine())["state"] == "active"
    assert await organiser.sound()


@given(anchor=ANCHORS, months=st.integers(1, 12), periods=st.integers(1, 30))
def test_periods_follow_each_other_on_the_day_of_the_first(
    anchor: datetime, months: int, periods: int
) -> None:
    end, days = anchor, set()
    for _ in range(periods):
        later = period_after(anchor, months, end, "UTC")
        assert timedelta(days=27 * months) < later - end < timedelta(days=32 * months)
        days.add(later.day)
        end = later
    assert max(days) <= anchor.day
    assert end.day == anchor.day or (end + timedelta(days=1)).day == 1


@given(anchor=ANCHORS, plans=st.lists(st.sampled_from([1, 3, 12]), min_size=2, max_size=12))
def test_every_period_is_as_long_as_its_plan_whatever_the_plan_was_before(
    anchor: datetime, plans: list[int]
) -> None:
    end, before = anchor, plans[0]
    for months in plans:
        anchor, before = anchor_after(anchor, end, (before, months)), months
        later = period_after(anchor, months, end, "UTC")
        assert timedelta(days=27 * months) < later - end < timedelta(days=32 * months)
        end = later


def test_who_is_late_has_the_grace_and_who_cancels_has_not() -> None:
    end = datetime(2027, 1, 31, tzinfo=UTC)
    assert access_until("none", None, 7) is None
    assert access_until("active", end, 7) == access_until("past_due", end, 7)
    assert access_until("past_due", end, 7) == end + timedelta(days=7)
    assert access_until("cancelled", end, 7) == end
