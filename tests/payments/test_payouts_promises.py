"""What milestones promise is kept apart from refunds, releases and debts; disputes hold it."""

import asyncio
import contextlib
from uuid import UUID

import httpx
import pytest

from kalends import payments
from kalends.core.errors import Problem
from kalends.core.house import House
from kalends.core.stops import MONEY_OUT, set_stop
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.milestone_words import Event, an_event
from tests.payments.money import books_are_right, inr, rows
from tests.payments.payout_words import claw_back, history

DISPUTE = "dispute:0193a1b2-0000-7000-8000-000000000009"


@pytest.fixture
async def event(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Event:
    return await an_event(house, client, provider)


async def test_a_release_leaves_what_milestones_promise(event: Event) -> None:
    await event.promise(6_000)
    async with open_unit(event.seller.house) as unit:
        rest = payments.ReleaseOrder(event.subject, event.seller.id, inr(0), (), "release:rest")
        assert await payments.release_escrow(unit, rest) == inr(4_000)
    assert await event.escrow() == 6_000
    await event.complete()
    await books_are_right(event.seller.house)


async def test_what_is_cancelled_can_be_refunded_to_the_last_unit(event: Event) -> None:
    await event.promise(6_000)
    await event.promise(4_000, line="2")
    async with open_unit(event.seller.house) as unit:
        freed = await payments.cancel_milestones(unit, event.subject, "cancelled", line="1")
    assert freed == inr(6_000)
    await event.give_back(6_000)
    assert await event.states() == ["cancelled", "cancelled", "locked", "locked"]
    await event.complete()
    assert await event.escrow() == 1_200
    await books_are_right(event.seller.house)


async def test_a_refund_and_a_milestone_at_once_never_share_a_rupee(event: Event) -> None:
    _, completion = await event.promise()

    async def cancelled() -> int:
        with contextlib.suppress(Problem):
            async with open_unit(event.seller.house) as unit:
                freed = await payments.cancel_milestones(unit, event.subject, "cancelled")
                order = payments.RefundOrder(
                    event.subject, event.payer, freed, "cancelled", "cancel:1"
                )
                await payments.refund(unit, order)
                return freed.amount
        return 0

    given_back, _ = await asyncio.gather(cancelled(), event.complete())
    state = (await event.states())[1]
    assert (given_back, state) in {(10_000, "cancelled"), (3_000, "cancelled")}
    available, _ = await event.seller.money()
    assert (given_back, available) in {(10_000, 0), (3_000, 6_174)}
    assert completion.amount.amount == 6_174
    assert await event.escrow() == 0
    await books_are_right(event.seller.house)


async def test_what_an_undecided_refund_asks_for_stays_locked_until_it_is_decided(
    event: Event,
) -> None:
    reservation, completion = await event.promise()
    async with open_unit(event.seller.house) as unit:
        order = payments.RefundOrder(
            event.subject, event.payer, inr(8_000), "unhappy", "ask:1", within_policy=False
        )
        [asked] = await payments.refund(unit, order)
    assert await event.complete() == []
    refused = await event.request(reservation.id)
    assert refused.json()["type"] == "/problems/milestone-not-covered"
    async with open_unit(event.seller.house) as unit:
        from kalends.core.principal import ActorKind
        from kalends.core.states import Order, fire
        from kalends.payments.processes import REFUNDS

        order = Order(ActorKind.operator, "no")
        await fire(unit, REFUNDS, asked.id, "reject", order)
    assert (await event.request(completion.id)).json()["state"] == "eligible"
    await books_are_right(event.seller.house)


@pytest.mark.req("C-35", "S-080")
async def test_a_dispute_holds_locked_and_eligible_milestones_and_lets_them_go_back(
    event: Event,
) -> None:
    reservation, completion = await event.promise()
    await event.request(reservation.id)
    wish = payments.PayoutHold(DISPUTE, "the cake never came", subject=event.subject)
    async with open_unit(event.seller.house) as unit:
        assert len(await payments.hold_payouts(unit, wish)) == 2
    assert await event.states() == ["held", "held"]
    assert await event.complete() == []
    refused = await event.seller.decide(str(completion.id), "release")
    assert refused.json()["type"] == "/problems/held-by-dispute"
    await books_are_right(event.seller.house)
    async with open_unit(event.seller.house) as unit:
        assert len(await payments.let_go_payouts(unit, DISPUTE)) == 2
    assert await event.states() == ["eligible", "locked"]
    assert (await event.request(completion.id)).json()["state"] == "eligible"
    steps = await history(event.seller.house, str(completion.id))
    assert steps == ["create", "hold_locked", "relock", "unlock"]
    await books_are_right(event.seller.house)


async def test_a_dispute_that_ends_in_a_refund_takes_the_held_ones_back(event: Event) -> None:
    reservation, _ = await event.promise()
    await event.request(reservation.id)
    wish = payments.PayoutHold(DISPUTE, "the cake never came", subject=event.subject)
    async with open_unit(event.seller.house) as unit:
        await payments.hold_payouts(unit, wish)
        freed = await payments.cancel_milestones(unit, event.subject, "refunded")
    assert freed == inr(7_000)
    assert await event.seller.money() == (2_646, 0)
    assert await event.escrow() == 7_000
    async with open_unit(event.seller.house) as unit:
        assert await payments.let_go_payouts(unit, DISPUTE) == []
    await books_are_right(event.seller.house)


@pytest.mark.req("X-12")
async def test_what_a_provider_owes_is_netted_from_its_next_milestone(event: Event) -> None:
    reservation, _ = await event.promise()
    await claw_back(event.seller.house, event.seller.id, 3_000)
    asked = (await event.request(reservation.id)).json()
    assert (asked["state"], asked["withheld"]["amount"]) == ("cancelled", 2_646)
    assert await event.seller.money() == (-354, 0)
    await event.complete()
    assert await event.seller.money() == (0, 6_174 - 354)
    [_, completion] = await rows(
        event.seller.house, "SELECT amount, withheld FROM payouts ORDER BY id"
    )
    assert tuple(completion) == (6_174 - 354, 354)
    await books_are_right(event.seller.house)


async def test_nothing_is_unlocked_while_money_is_stopped(event: Event) -> None:
    reservation, _ = await event.promise()
    async with open_unit(event.seller.house) as unit:
        await set_stop(unit, MONEY_OUT, "checks B5 found rows")
    refused = await event.request(reservation.id)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "600")
    assert await event.escrow() == 10_000


async def test_a_payout_on_request_waits_for_no_milestone(
    event: Event, provider: FakeGateway
) -> None:
    from tests.payments.payout_words import earn

    await earn(event.seller.house, provider, event.seller.id, 20_000)
    payout_id = UUID(await event.seller.asked())
    assert (await event.request(payout_id)).status_code == 409
