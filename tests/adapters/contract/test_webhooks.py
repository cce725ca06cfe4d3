"""What providers tell us: believed as it was signed, and understood the same way from every provider."""

import json
from collections.abc import Callable

import pytest

from kalends.core.gateways import (
    About,
    BadSignature,
    CheckStatus,
    GatewayEvent,
    PayoutStatus,
    RefundStatus,
)
from tests.adapters.contract.provider import Ability, Delivery, Outcome, Provider
from tests.adapters.contract.steps import PRICE, account, fresh, money, ordered, paid, payouts

Wanted = Callable[[GatewayEvent], bool]


async def heard(provider: Provider, wanted: Wanted) -> list[GatewayEvent]:
    """The events so far that are wanted, oldest first."""
    events = [provider.adapter.parse_webhook(b, h) for b, h in await provider.webhooks()]
    assert all(event.event_id and event.kind for event in events)
    return [event for event in events if wanted(event)]


async def test_a_payment_is_told_with_its_order_amount_and_status(provider: Provider) -> None:
    order_id = await ordered(provider)
    payment_id = await provider.pay(order_id, Outcome.captured)
    told = await heard(provider, lambda e: e.about is About.payment and e.status == "captured")
    assert told
    for event in told:
        assert (event.order_id, event.amount) == (order_id, money(provider))
        assert event.payment_id in {payment_id, None}


async def test_a_declined_attempt_is_told(provider: Provider) -> None:
    order_id = await ordered(provider)
    await provider.pay(order_id, Outcome.declined)
    told = await heard(provider, lambda e: e.about is About.payment and e.status == "failed")
    assert {event.order_id for event in told} == {order_id}


@pytest.mark.needs("capture")
async def test_reserved_money_is_told(provider: Provider) -> None:
    order_id = await ordered(provider)
    await provider.pay(order_id, Outcome.authorized)
    told = await heard(provider, lambda e: e.about is About.payment and e.status == "authorized")
    assert {event.order_id for event in told} == {order_id}


async def test_the_end_of_a_refund_is_told(provider: Provider) -> None:
    _, payment_id = await paid(provider)
    refund = await provider.adapter.refund(
        payment_id=payment_id, amount=money(provider), key=fresh()
    )
    for ok, status in ((True, RefundStatus.processed), (False, RefundStatus.failed)):
        await provider.end_refund(refund.refund_id, ok=ok)
        told = await heard(provider, lambda e: e.about is About.refund)
        assert {event.object_id for event in told} == {refund.refund_id}
        assert told[-1].status == status
        assert told[-1].amount in {money(provider), None}


@pytest.mark.needs("payouts")
async def test_the_end_of_a_payout_is_told(provider: Provider) -> None:
    await paid(provider, 1_000_000)
    pays, account_id = payouts(provider), await account(provider)
    asked = await pays.check_account(account_id=account_id, key=fresh(), currency=provider.currency)
    await provider.end_check(asked.check_id, CheckStatus.verified, "ASHA RAO")
    checks = await heard(provider, lambda e: e.about is About.account)
    assert asked.check_id in {event.object_id for event in checks}
    payout = await pays.payout(
        account_id=account_id, amount=money(provider), key=fresh(), narration="Kalends payout"
    )
    for status in (PayoutStatus.processed, PayoutStatus.reversed):
        await provider.end_payout(payout.payout_id, status)
    told = await heard(provider, lambda e: e.about is About.payout)
    assert {event.object_id for event in told} == {payout.payout_id}
    assert told[-1].status == PayoutStatus.reversed


@pytest.mark.needs("disputes")
@pytest.mark.parametrize("won", [True, False])
async def test_a_dispute_and_its_end_are_told(provider: Provider, won: bool) -> None:  # noqa: FBT001 - parametrised
    _, payment_id = await paid(provider)
    dispute_id = await provider.open_dispute(payment_id, PRICE)
    await provider.end_dispute(dispute_id, won=won)
    told = await heard(provider, lambda e: e.about is About.dispute)
    assert {event.object_id for event in told} == {dispute_id}
    assert {event.payment_id for event in told} <= {payment_id, None}
    statuses = [event.status for event in told]
    assert statuses[0] == "open"
    assert ("won" if won else "lost") in statuses


@pytest.fixture
async def delivery(provider: Provider) -> Delivery:
    """A webhook about a payment."""
    await paid(provider)
    return (await provider.webhooks())[-1]


async def test_a_changed_body_is_not_believed(provider: Provider, delivery: Delivery) -> None:
    body, headers = delivery
    encoded = json.dumps(json.loads(body), indent=1).encode()
    assert json.loads(encoded) == json.loads(body)
    raised = body.replace(str(PRICE).encode(), str(PRICE + 1).encode())
    assert raised != body
    for changed in (encoded, raised, body + b" ", b"", body[:-1], b"\xff\xfe", b"[" * 10_000):
        with pytest.raises(BadSignature):
            provider.adapter.parse_webhook(changed, headers)


async def test_a_webhook_without_a_good_signature_is_not_believed(
    provider: Provider, delivery: Delivery
) -> None:
    body, headers = delivery
    foreign, signed_by_others = await provider.sign(body, secret="foreign")
    assert foreign == body
    for strange in (
        {},
        signed_by_others,
        dict.fromkeys(headers, ""),
        dict.fromkeys(headers, "é"),
        dict.fromkeys(headers, "0" * 64),
    ):
        with pytest.raises(BadSignature):
            provider.adapter.parse_webhook(body, strange)


async def test_header_names_may_be_written_in_any_case(
    provider: Provider, delivery: Delivery
) -> None:
    body, headers = delivery
    expected = provider.adapter.parse_webhook(body, headers)
    for written in (str.upper, str.lower, str.title):
        sent = {written(name): value for name, value in headers.items()}
        assert provider.adapter.parse_webhook(body, sent) == expected


async def test_the_previous_secret_is_good_while_it_is_replaced(
    provider: Provider, delivery: Delivery
) -> None:
    body, _ = delivery
    for secret in ("current", "previous"):
        event = provider.adapter.parse_webhook(*await provider.sign(body, secret=secret))
        assert event.about is About.payment


async def test_a_webhook_of_last_hour_is_a_replay(provider: Provider, delivery: Delivery) -> None:
    body, _ = delivery
    for age in (3600, -3600):
        old = await provider.sign(body, age_seconds=age)
        if Ability.stale_webhooks in provider.abilities:
            with pytest.raises(BadSignature):
                provider.adapter.parse_webhook(*old)
        else:
            assert provider.adapter.parse_webhook(*old).about is About.payment


async def test_news_of_an_unknown_kind_is_about_something_else(
    provider: Provider, delivery: Delivery
) -> None:
    body, _ = delivery
    event = json.loads(body)
    name = next(name for name in ("type", "event") if name in event)
    event |= {name: "moon.landed"}
    told = provider.adapter.parse_webhook(*await provider.sign(json.dumps(event).encode()))
    assert told.about is About.other
    assert told.kind == "moon.landed"
    assert told.event_id


async def test_a_repeat_is_the_same_event_whatever_stands_beside_it(
    provider: Provider, delivery: Delivery
) -> None:
    """What the signature leaves out may be changed by anybody, and must not make two events of one."""
    body, headers = delivery
    first = provider.adapter.parse_webhook(body, headers)
    for name in [*headers, "x-request-id", "x-event-id", "webhook-id", "idempotency-key"]:
        changed = headers | {name: headers.get(name, "")[:-1] + "x"}
        try:
            again = provider.adapter.parse_webhook(body, changed)
        except BadSignature:
            continue
        assert (again.about, again.order_id, again.object_id, again.status) == (
            first.about,
            first.order_id,
            first.object_id,
            first.status,
        )
        assert again.event_id == first.event_id
