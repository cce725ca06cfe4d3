"""Orders and the payments of them, at every provider."""

import asyncio

import pytest

from kalends.core.gateways import BadSignature
from kalends.core.ports import NetworkInsideUnit, open_units
from tests.adapters.contract.provider import Fault, Outcome, Provider
from tests.adapters.contract.steps import (
    LOST,
    NOTHING_HAPPENED,
    PRICE,
    fresh,
    money,
    ordered,
    paid,
    refused,
    unsure,
    without_effect,
)


async def test_the_same_reference_is_the_same_order(provider: Provider) -> None:
    reference, amount = fresh(), money(provider)
    first = await provider.adapter.create_order(reference=reference, amount=amount)
    again = await provider.adapter.create_order(reference=reference, amount=amount)
    assert first == again
    assert first.checkout
    other = await provider.adapter.create_order(reference=fresh(), amount=amount)
    assert other.order_id != first.order_id


async def test_orders_raced_with_one_reference_are_one(provider: Provider) -> None:
    reference = fresh()

    async def order() -> str:
        made = await provider.adapter.create_order(reference=reference, amount=money(provider))
        return made.order_id

    assert len({*await asyncio.gather(*(order() for _ in range(5))), await order()}) == 1


async def test_a_reference_that_was_used_for_another_amount_is_refused(provider: Provider) -> None:
    reference = fresh()
    await provider.adapter.create_order(reference=reference, amount=money(provider))
    await refused(
        lambda: provider.adapter.create_order(
            reference=reference, amount=money(provider, PRICE + 1)
        )
    )


@pytest.mark.parametrize("fault", LOST)
async def test_an_order_whose_answer_got_lost_is_found_again(
    provider: Provider, fault: Fault
) -> None:
    reference, amount = fresh(), money(provider)

    async def order() -> str:
        return (await provider.adapter.create_order(reference=reference, amount=amount)).order_id

    await unsure(provider, fault, order)
    assert await order() == await order()


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
async def test_an_order_that_did_not_get_through_may_be_made_again(
    provider: Provider, fault: Fault
) -> None:
    reference = fresh()

    async def order() -> str:
        made = await provider.adapter.create_order(reference=reference, amount=money(provider))
        return made.order_id

    await without_effect(provider, fault, order)
    assert (await provider.adapter.fetch(await order())).status == "created"


async def test_an_order_is_told_as_it_is_at_every_stage(provider: Provider) -> None:
    order_id, gateway = await ordered(provider), provider.adapter
    created = await gateway.fetch(order_id)
    assert (created.order_id, created.status, created.amount) == (
        order_id,
        "created",
        money(provider),
    )
    payment_id = await provider.pay(order_id, Outcome.captured)
    taken = await gateway.fetch(order_id)
    assert (taken.status, taken.payment_id, taken.amount) == (
        "captured",
        payment_id,
        money(provider),
    )
    await gateway.refund(payment_id=payment_id, amount=money(provider, 10_000), key=fresh())
    part = await gateway.fetch(order_id)
    assert (part.status, part.refunded, part.amount) == (
        "partially_refunded",
        10_000,
        money(provider),
    )
    rest = money(provider, PRICE - 10_000)
    await gateway.refund(payment_id=payment_id, amount=rest, key=fresh())
    whole = await gateway.fetch(order_id)
    assert (whole.status, whole.refunded) == ("refunded", PRICE)


async def test_an_order_that_nobody_made_is_refused(provider: Provider) -> None:
    order_id = await ordered(provider)
    await refused(lambda: provider.adapter.fetch(order_id[:-6] + "Nobody"))


async def test_a_declined_attempt_takes_nothing_and_may_be_followed_by_another(
    provider: Provider,
) -> None:
    before, order_id = await provider.total(), await ordered(provider)
    await provider.pay(order_id, Outcome.declined)
    assert (await provider.adapter.fetch(order_id)).status == "failed"
    assert await provider.total() == before
    payment_id = await provider.pay(order_id, Outcome.captured)
    paid_now = await provider.adapter.fetch(order_id)
    assert (paid_now.status, paid_now.payment_id) == ("captured", payment_id)


async def test_a_wrong_amount_is_admitted(provider: Provider) -> None:
    order_id = await ordered(provider)
    await provider.pay(order_id, Outcome.captured, PRICE + 1)
    assert (await provider.adapter.fetch(order_id)).amount == money(provider, PRICE + 1)


@pytest.mark.needs("capture")
async def test_reserved_money_is_taken_once(provider: Provider) -> None:
    before, order_id = await provider.total(), await ordered(provider)
    payment_id = await provider.pay(order_id, Outcome.authorized)
    reserved = await provider.adapter.fetch(order_id)
    assert (reserved.status, reserved.payment_id, reserved.amount) == (
        "authorized",
        payment_id,
        money(provider),
    )
    assert await provider.total() == before
    for _ in range(2):
        taken = await provider.adapter.capture(
            order_id=order_id, payment_id=payment_id, amount=money(provider)
        )
        assert (taken.status, taken.amount) == ("captured", money(provider))
        assert await provider.total() == before + PRICE
    assert (await provider.adapter.fetch(order_id)).status == "captured"


@pytest.mark.needs("capture")
@pytest.mark.parametrize("fault", LOST)
async def test_a_capture_whose_answer_got_lost_is_seen_by_asking(
    provider: Provider, fault: Fault
) -> None:
    order_id = await ordered(provider)
    payment_id = await provider.pay(order_id, Outcome.authorized)

    async def capture() -> str:
        taken = await provider.adapter.capture(
            order_id=order_id, payment_id=payment_id, amount=money(provider)
        )
        return taken.status

    await unsure(provider, fault, capture)
    assert (await provider.adapter.fetch(order_id)).status == "captured"
    assert await capture() == "captured"


@pytest.mark.needs("capture")
async def test_nothing_is_taken_that_was_not_reserved(provider: Provider) -> None:
    reserved, other = await ordered(provider), await ordered(provider)
    payment_id = await provider.pay(reserved, Outcome.authorized)
    declined = await provider.pay(other, Outcome.declined)
    gateway, amount = provider.adapter, money(provider)
    await refused(lambda: gateway.capture(order_id=other, payment_id=declined, amount=amount))
    too_much = money(provider, PRICE * 2)
    await refused(
        lambda: gateway.capture(order_id=reserved, payment_id=payment_id, amount=too_much)
    )
    assert (await gateway.fetch(reserved)).status == "authorized"


async def test_what_the_browser_brings_back_names_its_order(provider: Provider) -> None:
    order_id, payment_id = await paid(provider)
    other, _ = await paid(provider)
    answer = provider.checkout_answer(order_id, payment_id)
    assert provider.adapter.verify_checkout(answer) == order_id
    for name in [name for name, value in answer.items() if value == order_id]:
        for changed in (other, "", "é\ud800"):
            with pytest.raises(BadSignature):
                provider.adapter.verify_checkout(answer | {name: changed})
    with pytest.raises(BadSignature):
        provider.adapter.verify_checkout({})


@pytest.mark.needs("signed_checkouts")
async def test_nothing_of_what_the_browser_brings_back_may_be_changed(provider: Provider) -> None:
    order_id, payment_id = await paid(provider)
    answer = provider.checkout_answer(order_id, payment_id)
    for name, value in answer.items():
        for changed in ("", value[:-2] + ("aa" if value[-2:] != "aa" else "bb"), "é\ud800"):
            with pytest.raises(BadSignature):
                provider.adapter.verify_checkout(answer | {name: changed})


async def test_no_call_is_made_while_a_unit_is_open(provider: Provider) -> None:
    gateway, amount = provider.adapter, money(provider)
    order_id, payment_id = await paid(provider)
    calls = [
        lambda: gateway.create_order(reference=fresh(), amount=amount),
        lambda: gateway.fetch(order_id),
        lambda: gateway.refund(payment_id=payment_id, amount=amount, key=fresh()),
        lambda: gateway.find_refund(payment_id=payment_id, key=fresh()),
        lambda: gateway.capture(order_id=order_id, payment_id=payment_id, amount=amount),
    ]
    token = open_units.set(1)
    try:
        for call in calls:
            with pytest.raises(NetworkInsideUnit):
                await call()
    finally:
        open_units.reset(token)
    assert (await gateway.fetch(order_id)).refunded == 0
