"""Who lets a payout leave: one operator, two of what is large, and never somebody whose money it is."""

import asyncio

import httpx
import pytest

from kalends import payments
from kalends.app.asgi import serve
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity import add_membership
from kalends.payments.jobs import send_payout_to_gateway
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import operator, user_id_of
from tests.payments.money import books_are_right, rows
from tests.payments.payout_words import (
    API,
    CONFIRMED,
    Seller,
    history,
    paid_seller,
    with_payout,
)

DISPUTE = "dispute:0193a1b2-0000-7000-8000-000000000009"


@pytest.fixture
async def seller(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Seller:
    careful = with_payout(house, second_approval_above=30_000)
    serve(client._transport.app, careful)
    return await paid_seller(careful, client, provider)


@pytest.mark.req("S-068", "S-096", "S-033", "I-029")
async def test_an_operators_approval_makes_an_eligible_payout_leave(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.asked(20_000)
    path = f"{API}/admin/payouts/{payout_id}/approve"
    unconfirmed = await seller.client.post(path, headers=seller.operator)
    assert unconfirmed.status_code == 428
    assert (await seller.decided(payout_id, "approve"))["approved"]
    await send_payout_to_gateway(seller.house, payout_id)
    assert await seller.state(payout_id) == "processing"
    assert [p.amount.amount for p in provider.payouts.values()] == [20_000]


async def test_nothing_leaves_without_an_approval(seller: Seller, provider: FakeGateway) -> None:
    payout_id = await seller.asked(20_000)
    await send_payout_to_gateway(seller.house, payout_id)
    await payments.reconcile(seller.house)
    assert (await seller.state(payout_id), provider.payouts) == ("eligible", {})


async def test_a_large_payout_wants_two_different_operators(
    house: House, seller: Seller, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payout_id = await seller.asked(30_001)
    first = await seller.decided(payout_id, "approve")
    assert (first["approved"], first["approvals"]) == (False, 1)
    again = await seller.decide(payout_id, "approve")
    assert again.json()["type"] == "/problems/another-operator-decides"
    await send_payout_to_gateway(seller.house, payout_id)
    assert provider.payouts == {}
    other = await operator(house, client)
    second = await seller.decide(payout_id, "approve", other)
    assert (second.json()["approved"], second.json()["approvals"]) == (True, 2)
    third = await seller.decide(payout_id, "approve", await operator(house, client))
    assert third.json()["type"] == "/problems/payout-already-approved"


async def test_even_by_rule_a_large_payout_wants_two(
    seller: Seller, provider: FakeGateway, client: httpx.AsyncClient
) -> None:
    automatic = with_payout(seller.house, approval="auto")
    serve(client._transport.app, automatic)
    payout_id = await seller.asked(30_001)
    await send_payout_to_gateway(automatic, payout_id)
    assert not (await seller.read(payout_id))["approved"]
    assert not (await seller.decided(payout_id, "approve"))["approved"]


async def test_nobody_approves_money_of_their_own(
    house: House, seller: Seller, client: httpx.AsyncClient
) -> None:
    payout_id = await seller.asked(20_000)
    partner = await operator(house, client)
    user_id = await user_id_of(client, partner)
    async with open_unit(house) as unit:
        await add_membership(unit, user_id, "owner", seller.id, None)
    refused = await seller.decide(payout_id, "approve", partner)
    assert refused.json()["type"] == "/problems/another-operator-decides"
    support = await operator(house, client, "support")
    assert (await seller.decide(payout_id, "approve", support)).status_code == 403
    assert (await seller.decide(payout_id, "approve", seller.owner)).status_code == 403


async def test_every_decision_is_written_down(seller: Seller) -> None:
    payout_id = await seller.asked(20_000)
    for step in ("hold", "release", "approve", "cancel"):
        await seller.decided(payout_id, step)
    query = "SELECT action FROM audit_log WHERE subject_id = :id ORDER BY seq"
    deeds = [row.action for row in await rows(seller.house, query, id=payout_id)]
    assert deeds == [
        f"payout.{step}" for step in ("requested", "held", "released", "approved", "cancelled")
    ]


@pytest.mark.req("S-034")
async def test_a_held_payout_does_not_leave_and_is_approved_anew(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.asked(20_000)
    await seller.decided(payout_id, "approve")
    assert (await seller.decided(payout_id, "hold"))["state"] == "held"
    await send_payout_to_gateway(seller.house, payout_id)
    await payments.reconcile(seller.house)
    assert (await seller.decide(payout_id, "approve")).status_code == 409
    assert provider.payouts == {}
    assert await seller.money() == (30_000, 20_000)
    freed = await seller.decided(payout_id, "release")
    assert (freed["state"], freed["approved"], freed["approvals"]) == ("eligible", False, 0)
    await send_payout_to_gateway(seller.house, payout_id)
    assert provider.payouts == {}
    await seller.decided(payout_id, "approve")
    await send_payout_to_gateway(seller.house, payout_id)
    assert len(provider.payouts) == 1


async def test_a_held_payout_may_be_taken_back_by_an_operator_only(seller: Seller) -> None:
    payout_id = await seller.asked(20_000)
    await seller.decided(payout_id, "hold")
    path = f"{API}/payouts/{payout_id}/cancel"
    assert (await seller.client.post(path, headers=seller.owner)).status_code == 409
    assert (await seller.decided(payout_id, "cancel"))["state"] == "cancelled"
    assert await seller.money() == (50_000, 0)
    await books_are_right(seller.house)


@pytest.mark.req("C-35", "S-080")
async def test_a_dispute_holds_and_lets_go_and_nobody_else_does(
    house: House, seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.asked(20_000)
    wish = payments.PayoutHold(DISPUTE, "a complaint", provider_id=seller.id)
    for _ in range(2):
        async with open_unit(seller.house) as unit:
            assert [str(one) for one in await payments.hold_payouts(unit, wish)] == [payout_id]
    refused = await seller.decide(payout_id, "release")
    assert refused.json()["type"] == "/problems/held-by-dispute"
    await seller.decided(payout_id, "hold")
    async with open_unit(seller.house) as unit:
        assert await payments.let_go_payouts(unit, DISPUTE) == []
    assert await seller.state(payout_id) == "held"
    await seller.decided(payout_id, "release")
    assert await seller.state(payout_id) == "eligible"
    async with open_unit(seller.house) as unit:
        assert await payments.let_go_payouts(unit, DISPUTE) == []
    assert await history(house, payout_id) == ["request", "hold", "release"]


async def test_what_has_left_can_be_neither_held_nor_cancelled(seller: Seller) -> None:
    payout_id = await seller.sent(20_000)
    for step in ("hold", "cancel", "release", "approve", "retry"):
        refused = await seller.decide(payout_id, step)
        assert refused.json()["type"] == "/problems/transition-not-allowed", step
    async with open_unit(seller.house) as unit:
        wish = payments.PayoutHold(DISPUTE, "a complaint", provider_id=seller.id)
        assert await payments.hold_payouts(unit, wish) == []


async def test_a_hold_is_of_one_thing(seller: Seller) -> None:
    async with open_unit(seller.house) as unit:
        with pytest.raises(ValueError, match="or of a provider"):
            await payments.hold_payouts(unit, payments.PayoutHold(DISPUTE, "of what?"))


async def test_a_decision_about_nothing_finds_nothing(seller: Seller) -> None:
    for step in ("approve", "hold", "release", "cancel", "retry"):
        nobody = "0193a1b2-0000-7000-8000-000000000001"
        assert (await seller.decide(nobody, step)).status_code == 404


async def test_one_operators_two_clicks_are_one_approval(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.asked(20_000)
    answers = await asyncio.gather(*(seller.decide(payout_id, "approve") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    keyed = seller.operator | CONFIRMED | {"Idempotency-Key": "one-click-and-no-more"}
    path = f"{API}/admin/payouts/{payout_id}/hold"
    held = [
        await seller.client.post(path, json={"reason": "wait"}, headers=keyed) for _ in range(2)
    ]
    assert [answer.status_code for answer in held] == [200, 200]
    assert provider.payouts == {}
