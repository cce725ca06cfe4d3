"""From a wish to be paid to money in escrow."""

from dataclasses import replace

import pytest

from kalends import ledger, payments
from kalends.core.errors import GatewayUnavailable, NotFound
from kalends.core.house import House, Ports
from kalends.core.ids import new_id
from kalends.core.states import MACHINES
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    SUBJECT,
    ask_again,
    balance,
    books_are_right,
    captured,
    fund,
    inr,
    now,
    ordered,
    person,
    request,
    rows,
)


@pytest.mark.req("S-017")
async def test_a_payment_waits_with_an_order_at_the_gateway(house: House) -> None:
    payment = await ordered(house, await person(house))
    assert (payment.state, payment.sequence, payment.amount) == ("created", 1, inr(100))
    assert payment.checkout == {"url": f"https://pay.example/{payment.gateway_order_id}"}
    assert await balance(house, ledger.escrow(SUBJECT)) == 0
    await books_are_right(house)


async def test_placing_an_order_again_finds_the_first(house: House, provider: FakeGateway) -> None:
    payment = await ordered(house, await person(house))
    assert await payments.place_order(house, payment.id) == payment
    assert len(provider.orders) == 1


async def test_an_order_whose_answer_was_lost_is_found_again(
    house: House, provider: FakeGateway
) -> None:
    async with open_unit(house) as unit:
        payment = await payments.request_payment(unit, request(await person(house)))
    lost = await provider.create_order(reference=str(payment.id), amount=payment.amount)
    placed = await payments.place_order(house, payment.id)
    assert placed.gateway_order_id == lost.order_id


async def test_an_order_for_no_payment_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        await payments.place_order(house, new_id())


async def test_a_silent_gateway_is_a_clear_answer(house: House, provider: FakeGateway) -> None:
    async with open_unit(house) as unit:
        payment = await payments.request_payment(unit, request(await person(house)))
    provider.down = True
    with pytest.raises(GatewayUnavailable):
        await payments.place_order(house, payment.id)


async def test_an_unknown_gateway_is_refused(house: House) -> None:
    async with open_unit(house) as unit:
        with pytest.raises(payments.UnknownGateway):
            await payments.request_payment(unit, request(new_id(), gateway="bank"))


async def test_a_marketplace_without_gateways_takes_wallets_only(house: House) -> None:
    assert payments.default_gateway(house) == "sandbox"
    alone = replace(house, ports=Ports({}, house.ports.mail))
    with pytest.raises(payments.UnknownGateway):
        payments.default_gateway(alone)


async def test_the_same_wish_returns_the_open_payment(house: House) -> None:
    payer = await person(house)
    first = await ordered(house, payer)
    assert (await ordered(house, payer)).id == first.id


async def test_another_amount_replaces_the_open_payment(house: House) -> None:
    payer = await person(house)
    first = await ordered(house, payer)
    second = await ordered(house, payer, 80)
    assert (second.sequence, second.amount) == (2, inr(80))
    assert (await now(house, first)).state == "expired"


async def test_an_expired_payment_has_no_order_placed(house: House) -> None:
    async with open_unit(house) as unit:
        payment = await payments.request_payment(unit, request(await person(house)))
        await payments.expire_payments(unit, SUBJECT)
    assert (await payments.place_order(house, payment.id)).gateway_order_id is None


async def test_a_payment_expires_by_itself(house: House, pass_time: object) -> None:
    payment = await ordered(house, await person(house))
    await pass_time(hours=23)
    assert (await now(house, payment)).state == "created"
    await pass_time(hours=2)
    assert (await now(house, payment)).state == "expired"


async def test_captured_money_lies_in_escrow(house: House, provider: FakeGateway) -> None:
    payment = await captured(house, provider, await person(house))
    assert payment.state == "captured"
    assert payment.captured_at is not None
    async with open_unit(house, read_only=True) as unit:
        assert await payments.captured_of(unit, SUBJECT) == inr(100)
        assert await payments.refunded_of(unit, SUBJECT) == inr(0)
        assert await payments.escrow_of(unit, SUBJECT) == inr(100)
        other = await payments.money_of(unit, [SUBJECT, "booking:other"])
    assert other["booking:other"] == (inr(0), inr(0))
    assert await balance(house, ledger.gateway("sandbox")) == 100
    await books_are_right(house)


@pytest.mark.req("M-223", "C-31")
async def test_a_failed_payment_moves_no_money_and_can_still_succeed(
    house: House, provider: FakeGateway
) -> None:
    payment = await ordered(house, await person(house))
    provider.decline(payment.gateway_order_id)
    assert (await ask_again(house)).changed == 1
    assert (await now(house, payment)).state == "failed"
    assert await rows(house, "SELECT 1 FROM ledger_entries") == []
    provider.pay(payment.gateway_order_id)
    await ask_again(house)
    assert (await now(house, payment)).state == "captured"
    await books_are_right(house)


async def test_two_payments_of_one_subject_both_lie_in_escrow(
    house: House, provider: FakeGateway
) -> None:
    payer = await person(house)
    first = await ordered(house, payer)
    second = await ordered(house, payer, 80)
    provider.pay(first.gateway_order_id)
    provider.pay(second.gateway_order_id)
    await ask_again(house)
    assert await balance(house, ledger.escrow(SUBJECT)) == 180
    await books_are_right(house)


@pytest.mark.req("H-047", "C-39")
async def test_the_wallet_pays_at_once(house: House) -> None:
    payer = await person(house)
    await fund(house, payer, 150)
    waiting = await ordered(house, payer)
    async with open_unit(house) as unit:
        paid = await payments.pay_from_wallet(unit, request(payer))
        told = [type(event).__name__ for event in unit.emitted]
    assert (paid.state, paid.gateway, paid.amount) == ("captured", "wallet", inr(100))
    assert "PaymentCaptured" not in told
    assert (await now(house, waiting)).state == "expired"
    assert await balance(house, ledger.wallet(payer)) == 50
    assert await balance(house, ledger.escrow(SUBJECT)) == 100
    await books_are_right(house)


async def test_an_empty_wallet_pays_nothing(house: House) -> None:
    payer = await person(house)
    await fund(house, payer, 99)

    async def pay() -> None:
        async with open_unit(house) as unit:
            await payments.pay_from_wallet(unit, request(payer))

    with pytest.raises(ledger.InsufficientFunds):
        await pay()
    assert await rows(house, "SELECT 1 FROM payments") == []
    assert await balance(house, ledger.wallet(payer)) == 99


@pytest.mark.req("M-026", "M-223")
async def test_every_step_of_a_payment_is_in_its_history(
    house: House, provider: FakeGateway
) -> None:
    payment = await captured(house, provider, await person(house))
    history = await rows(
        house,
        "SELECT transition, from_state, to_state, actor_kind FROM payment_transitions "
        "WHERE subject_id = :id ORDER BY seq",
        id=payment.id,
    )
    assert [tuple(step) for step in history] == [
        ("request", None, "created", "customer"),
        ("capture", "created", "captured", "gateway"),
    ]


def test_both_machines_are_known_to_the_timekeeper() -> None:
    assert {"payment", "refund"} <= set(MACHINES)
