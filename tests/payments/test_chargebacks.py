"""Card disputes: who bears what a gateway takes back, and that a won one restores it exactly."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from kalends import ledger, payments
from kalends.core.checks import CHECKS
from kalends.core.gateways import About
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments.errors import RefundExceedsCapture
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import operator, signed_up
from tests.payments.disputing import CLOSED, LOST, OPEN, WON, Sale, a_sale, borne_by
from tests.payments.money import balance, captured, deliver, inr, person, process_all, rows
from tests.payments.payout_words import with_payout


@pytest.fixture
async def sale(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Sale:
    return await a_sale(house, client, provider)


async def test_what_is_still_in_escrow_is_taken_from_there(sale: Sale) -> None:
    await sale.hear(OPEN, 100)
    assert (await sale.escrow(), await sale.borne()) == (0, (100, 0, 0, 0))
    paid = await sale.paid()
    assert (paid.state, paid.charged_back) == ("charged_back", inr(100))
    await sale.agrees()


@pytest.mark.req("X-12")
async def test_what_was_released_comes_from_the_provider_who_may_owe_it(sale: Sale) -> None:
    await sale.released(10)
    await sale.spent()
    await sale.hear(OPEN, 100)
    assert (await sale.has(), await sale.borne()) == (-100, (0, 100, 0, 0))
    await sale.agrees()
    later = await captured(
        sale.house, sale.gateway, await person(sale.house), 300, subject="order:later"
    )
    async with open_unit(sale.house) as unit:
        order = payments.ReleaseOrder(later.subject, sale.provider_id, inr(0), (), "release:later")
        await payments.release_escrow(unit, order)
    assert await sale.has() == 200, "later releases pay it back"
    await sale.agrees()


async def test_where_the_platform_pays_the_provider_never_owes(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    sale = await a_sale(borne_by(house, "platform"), client, provider)
    await sale.released(40)
    await sale.hear(OPEN, 30)
    assert (await sale.has(), await sale.borne()) == (30, (0, 30, 0, 0))
    await sale.hear(OPEN, 100)
    assert (await sale.has(), await sale.borne()) == (0, (0, 60, 40, 0))
    assert await sale.platform_bears() == 40
    await sale.agrees()
    await sale.hear(WON)
    assert (await sale.has(), await sale.platform_bears()) == (60, 0)
    await sale.agrees()


@pytest.mark.parametrize("where", ["in escrow", "released"])
async def test_a_won_dispute_restores_exactly_what_it_took(sale: Sale, where: str) -> None:
    if where == "released":
        await sale.released(10)
    before = (await sale.escrow(), await sale.has())
    await sale.hear(OPEN, 100)
    await sale.hear(WON)
    assert (await sale.escrow(), await sale.has()) == before
    paid = await sale.paid()
    assert (paid.state, paid.charged_back) == ("captured", inr(0))
    assert await sale.history() == ["open", "win"]
    await sale.agrees()


async def test_money_of_a_won_dispute_that_comes_later_is_booked_when_it_comes(sale: Sale) -> None:
    await sale.hear(OPEN, 100)
    await sale.hear(WON, 100)
    assert (await sale.state(), await sale.escrow()) == ("won", 0)
    assert await _disputed(sale), "its money is still kept back"
    await sale.agrees()
    await sale.hear(WON)
    assert await sale.escrow() == 100
    assert not await _disputed(sale)
    await sale.agrees()


async def test_the_second_of_two_events_with_one_status_takes_the_money(sale: Sale) -> None:
    await sale.hear(OPEN)
    assert (await sale.escrow(), (await sale.paid()).state) == (100, "captured")
    await sale.hear(OPEN, 100)
    assert (await sale.escrow(), (await sale.paid()).state) == (0, "charged_back")
    assert await sale.history() == ["open"]
    await sale.agrees()


async def test_a_lost_dispute_stays_lost_and_one_that_closed_takes_nothing(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, sale: Sale
) -> None:
    await sale.hear(OPEN)
    await sale.hear(LOST, 100)
    assert (await sale.state(), await sale.borne()) == ("lost", (100, 0, 0, 0))
    await sale.agrees()
    other = await a_sale(house, client, provider)
    await other.hear(OPEN)
    await other.hear(CLOSED)
    assert await other.escrow() == 100
    assert not await _disputed(other)
    await other.agrees()


async def test_an_appeal_can_win_what_was_lost(sale: Sale) -> None:
    await sale.hear(LOST, 100)
    await sale.hear(OPEN, 100)
    assert await sale.state() == "lost"
    await sale.hear(WON)
    assert (await sale.state(), await sale.escrow()) == ("won", 100)
    await sale.agrees()


async def test_a_dispute_of_a_part_leaves_the_rest_to_be_refunded(sale: Sale) -> None:
    await sale.hear(OPEN, 30, amount=inr(30))
    assert (await sale.paid()).state == "captured"
    with pytest.raises(RefundExceedsCapture, match=r"at most ₹0\.70"):
        await sale.refunded(71)
    await sale.refunded(70)
    assert await sale.escrow() == 0
    await sale.agrees()
    await sale.hear(WON, amount=inr(30))
    assert (await sale.paid()).state == "partially_refunded"
    assert await sale.escrow() == 30
    await sale.agrees()


async def test_while_a_dispute_is_open_its_money_is_not_refunded_as_well(sale: Sale) -> None:
    await sale.hear(OPEN)
    with pytest.raises(RefundExceedsCapture, match=r"at most ₹0\.00"):
        await sale.refunded(1)
    await sale.hear(CLOSED)
    await sale.refunded(100)
    await sale.agrees()


@pytest.mark.parametrize("where", ["in escrow", "released"])
async def test_what_was_refunded_before_is_never_taken_from_the_provider_again(
    sale: Sale, where: str
) -> None:
    if where == "released":
        await sale.released()
    more = {"source": payments.RefundSource.provider, "provider_id": sale.provider_id}
    await sale.refunded(60, **more)
    provider_before = await sale.has()
    await sale.hear(OPEN, 100)
    borne = (0, 40, 0, 60) if where == "released" else (40, 0, 0, 60)
    assert await sale.borne() == borne
    assert await sale.has() == provider_before - borne[1]
    assert await sale.platform_bears() == 60
    assert (await sale.paid()).charged_back == inr(40)
    await sale.agrees()
    await sale.hear(WON)
    assert (await sale.has(), await sale.platform_bears()) == (provider_before, 0)
    await sale.agrees()


async def test_a_dispute_larger_than_its_payment_is_booked_as_it_moved(sale: Sale) -> None:
    await sale.hear(OPEN, 130, amount=inr(130))
    assert await sale.borne() == (100, 0, 0, 30)
    await sale.agrees()


async def test_a_disputed_top_up_comes_out_of_the_wallet_and_what_is_spent_is_ours(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payer = await person(house)
    topped = await captured(
        house, provider, payer, 100, subject=f"wallet:{payer}", purpose="top_up"
    )
    sale = Sale(house, client, provider, topped, payer)
    async with open_unit(house) as unit:
        wallet, fund = ledger.wallet(payer), ledger.promotions()
        spent = ledger.Move("spent:1", "adjustment", wallet, fund, inr(70))
        await ledger.move(unit, spent)
    await sale.hear(OPEN, 100)
    assert await balance(house, ledger.wallet(payer)) == 0
    assert await sale.borne() == (30, 0, 70, 0)
    await sale.agrees()
    await sale.hear(WON)
    assert await balance(house, ledger.wallet(payer)) == 30
    await sale.agrees()


async def test_refunds_and_a_dispute_at_once_debit_the_provider_once(sale: Sale) -> None:
    await sale.released()
    sale.says(OPEN, 100)
    await sale.tell()
    more = {"source": payments.RefundSource.provider, "provider_id": sale.provider_id}
    found = await asyncio.gather(
        process_all(sale.house),
        *(sale.refunded(60, **more) for _ in range(4)),
        return_exceptions=True,
    )
    refunds = [one for one in found[1:] if one is None]
    assert all(isinstance(one, RefundExceedsCapture) for one in found[1:] if one is not None)
    assert len(refunds) <= 1
    assert await sale.has() == -100 + 100
    assert await sale.platform_bears() == 60 * len(refunds)
    await sale.agrees()


async def test_a_release_and_a_dispute_at_once_take_the_money_from_where_it_is(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    for _ in range(6):
        sale = await a_sale(house, client, provider)
        sale.says(OPEN, 100)
        await sale.tell()
        await asyncio.gather(process_all(house), sale.released())
        assert (await sale.escrow(), await sale.has()) == (0, 0)
        await sale.agrees()


async def test_operators_see_who_bears_what(
    house: House, client: httpx.AsyncClient, sale: Sale
) -> None:
    await sale.hear(OPEN, 100, reason="fraudulent")
    url = "/api/v2/admin/chargebacks"
    boss = await operator(house, client, "support")
    found = (await client.get(url, params={"state": "open"}, headers=boss)).json()["items"]
    assert [(one["taken"]["amount"], one["reason"]) for one in found] == [(100, "fraudulent")]
    assert found[0]["from_origin"] == {"amount": 100, "currency": "INR"}
    assert (await client.get(url, params={"state": "won"}, headers=boss)).json()["items"] == []
    assert (await client.get(url, headers=await signed_up(client))).status_code == 403


async def test_the_checker_finds_what_a_dispute_did_not_book(sale: Sale) -> None:
    await sale.hear(OPEN, 100)
    async with open_unit(sale.house) as unit:
        forged = text("UPDATE chargebacks SET taken = 90, from_origin = 90")
        await unit.session.execute(forged)
        found = await CHECKS["B10"].find(unit)
    assert len(found) == 2, "the dispute, and its payment"


async def test_promised_payouts_wait_while_it_is_disputed_and_fall_with_the_money(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    sale = await a_sale(with_payout(house, milestones=("completion",)), client, provider)
    async with open_unit(sale.house) as unit:
        facts = (sale.payment.subject, "1", sale.provider_id, inr(100), inr(0))
        await payments.create_milestone_payouts(unit, payments.MilestoneOrder(*facts))
    await sale.hear(OPEN)
    assert await _payouts(sale) == ["held"]
    await sale.hear(CLOSED)
    assert await _payouts(sale) == ["locked"]
    other = sale.gateway.dispute(str(sale.payment.gateway_order_id), LOST, deducted=100)
    sale.gateway.disputes["disp_2"] = replace(other, dispute_id="disp_2")
    sale.says(CLOSED)
    await deliver(client, sale.gateway.news(About.dispute, "disp_2", "lost"))
    await process_all(sale.house)
    assert (await _payouts(sale), await sale.escrow()) == (["cancelled"], 0)
    await sale.agrees()


async def _payouts(sale: Sale) -> list[str]:
    return [row.state for row in await rows(sale.house, "SELECT state FROM payouts")]


async def _disputed(sale: Sale) -> bool:
    async with open_unit(sale.house, read_only=True) as unit:
        return await payments.card_disputed(unit, sale.payment.subject)


async def test_disputes_that_only_a_statement_tells_are_found_without_reading_every_line(
    house: House,
) -> None:
    """The reconciler asks every five minutes, and lines are kept for ever."""
    years = """
        INSERT INTO settlement_lines
            (id, gateway, day, movement_id, kind, object_id, amount, fee, currency, at)
        SELECT gen_random_uuid(), 'sandbox', current_date - n / 10, 'm' || n, 'payment', 'o' || n,
            100, 0, 'INR', now() - n * interval '1 hour'
        FROM generate_series(1, 5000) n
    """
    plan = """
        EXPLAIN SELECT object_id FROM settlement_lines
        WHERE kind = 'dispute' AND at >= now() - interval '14 days'
    """
    async with open_unit(house) as unit:
        await unit.session.execute(text(years))
        await unit.session.execute(text("ANALYZE settlement_lines"))
        told = "\n".join((await unit.session.execute(text(plan))).scalars())
    assert "ix_settlement_lines_kind_at" in told
