"""Refunds to the wallet, and releases to the provider."""

import asyncio
import contextlib

import pytest

from kalends import ledger, payments
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    SUBJECT,
    balance,
    books_are_right,
    captured,
    fund,
    inr,
    now,
    person,
    request,
    rows,
)

PROVIDER = new_id()
REFUSALS = (ledger.InsufficientFunds, payments.RefundExceedsCapture)


def order(user: object, amount: int, key: str = "cancel:1") -> payments.RefundOrder:
    return payments.RefundOrder(SUBJECT, user, inr(amount), "cancelled", key)


async def refund(house: House, wish: payments.RefundOrder) -> payments.RefundFacts:
    async with open_unit(house) as unit:
        (done,) = await payments.refund(unit, wish)
    return done


async def release(
    house: House, commission: int = 0, taxes: tuple[tuple[str, int], ...] = ()
) -> object:
    wish = payments.ReleaseOrder(
        SUBJECT,
        PROVIDER,
        inr(commission),
        tuple((name, inr(amount)) for name, amount in taxes),
        "release:1",
    )
    async with open_unit(house) as unit:
        return await payments.release_escrow(unit, wish)


@pytest.mark.req("H-048", "H-147", "H-195", "C-11")
async def test_a_refund_goes_from_escrow_to_the_wallet(house: House, provider: FakeGateway) -> None:
    payer = await person(house)
    payment = await captured(house, provider, payer)
    done = await refund(house, order(payer, 75))
    assert (done.state, done.amount, done.destination) == ("completed", inr(75), "wallet")
    assert await balance(house, ledger.wallet(payer)) == 75
    assert await balance(house, ledger.escrow(SUBJECT)) == 25
    after = await now(house, payment)
    assert (after.state, after.refunded) == ("partially_refunded", inr(75))
    await books_are_right(house)


async def test_a_refund_goes_through_every_state(house: House, provider: FakeGateway) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    await refund(house, order(payer, 75))
    history = await rows(house, "SELECT to_state FROM refund_transitions ORDER BY seq")
    assert [step.to_state for step in history] == [
        "requested",
        "approved",
        "processing",
        "completed",
    ]


async def test_the_same_refund_is_paid_once(house: House, provider: FakeGateway) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    first = await refund(house, order(payer, 40))
    assert await refund(house, order(payer, 40)) == first
    with pytest.raises(payments.RefundConflict):
        await refund(house, order(payer, 41))
    assert await balance(house, ledger.wallet(payer)) == 40


async def test_a_refund_is_spread_over_the_payments(house: House, provider: FakeGateway) -> None:
    payer = await person(house)
    first = await captured(house, provider, payer)
    async with open_unit(house) as unit:
        await payments.request_payment(unit, request(payer, 1, purpose="extra"))
    second = await captured(house, provider, payer, 50, purpose="extra")
    third = await captured(house, provider, payer, 30, purpose="tip")
    await refund(house, order(payer, 120))
    states = [await now(house, payment) for payment in (first, second, third)]
    assert [(p.state, p.refunded.amount) for p in states] == [
        ("refunded", 100),
        ("partially_refunded", 20),
        ("captured", 0),
    ]
    await refund(house, order(payer, 60, "cancel:2"))
    assert await balance(house, ledger.escrow(SUBJECT)) == 0
    await books_are_right(house)


@pytest.mark.req("C-12")
async def test_nothing_is_refunded_of_an_unpaid_subject(house: House) -> None:
    payer = await person(house)
    async with open_unit(house) as unit:
        await payments.request_payment(unit, request(payer))
    with pytest.raises(payments.RefundExceedsCapture):
        await refund(house, order(payer, 1))
    assert await balance(house, ledger.wallet(payer)) == 0


async def test_a_refund_never_exceeds_what_was_captured(
    house: House, provider: FakeGateway
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    with pytest.raises(payments.RefundExceedsCapture, match=r"at most ₹1\.00"):
        await refund(house, order(payer, 101))
    with pytest.raises(ValueError, match="positive"):
        await refund(house, order(payer, 0))


async def test_fifty_refunds_of_sixty_on_a_hundred_pay_one(
    house: House, provider: FakeGateway
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)

    async def attempt(number: int) -> bool:
        with contextlib.suppress(*REFUSALS):
            await refund(house, order(payer, 60, f"cancel:{number}"))
            return True
        return False

    paid = await asyncio.gather(*(attempt(number) for number in range(50)))
    assert sum(paid) == 1
    assert await balance(house, ledger.wallet(payer)) == 60
    await books_are_right(house)


async def test_fifty_payments_from_one_wallet_never_overdraw_it(house: House) -> None:
    payer = await person(house)
    await fund(house, payer, 100)

    async def attempt(number: int) -> bool:
        with contextlib.suppress(*REFUSALS):
            async with open_unit(house) as unit:
                wish = request(payer, 30, subject=f"booking:{number}")
                await payments.pay_from_wallet(unit, wish)
            return True
        return False

    paid = await asyncio.gather(*(attempt(number) for number in range(50)))
    assert sum(paid) == 3
    assert await balance(house, ledger.wallet(payer)) == 10
    await books_are_right(house)


@pytest.mark.req("M-224")
async def test_a_release_settles_everything_that_is_left(
    house: House, provider: FakeGateway
) -> None:
    payer = await person(house)
    await captured(house, provider, payer, 1000)
    await refund(house, order(payer, 100))
    assert await release(house, 90, (("gst", 16), ("tcs", 0))) == inr(794)
    assert await balance(house, ledger.provider_available(PROVIDER)) == 794
    assert await balance(house, ledger.commission()) == 90
    assert await balance(house, ledger.tax("gst")) == 16
    assert await balance(house, ledger.escrow(SUBJECT)) == 0
    await books_are_right(house)


async def test_a_second_release_finds_nothing(house: House, provider: FakeGateway) -> None:
    await captured(house, provider, await person(house))
    assert await release(house) == inr(100)
    assert await release(house) == inr(0)
    assert await balance(house, ledger.provider_available(PROVIDER)) == 100


async def test_deductions_never_exceed_what_is_in_escrow(
    house: House, provider: FakeGateway
) -> None:
    await captured(house, provider, await person(house))
    with pytest.raises(payments.DeductionsExceedEscrow):
        await release(house, 90, (("gst", 16),))
    assert await balance(house, ledger.escrow(SUBJECT)) == 100


async def test_what_was_released_cannot_be_refunded_too(
    house: House, provider: FakeGateway
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    await release(house)
    with pytest.raises(ledger.InsufficientFunds):
        await refund(house, order(payer, 1))
    await books_are_right(house)


async def test_refund_and_release_at_once_share_the_escrow_exactly(
    house: House, provider: FakeGateway
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)

    async def quietly(work: object) -> None:
        with contextlib.suppress(*REFUSALS):
            await work

    await asyncio.gather(quietly(refund(house, order(payer, 75))), quietly(release(house)))
    wallet = await balance(house, ledger.wallet(payer))
    available = await balance(house, ledger.provider_available(PROVIDER))
    assert (wallet, available) in {(75, 25), (0, 100)}
    await books_are_right(house)
