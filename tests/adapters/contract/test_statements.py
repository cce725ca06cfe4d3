"""Disputes, and the provider's own statement: every movement, and nothing else."""

import pytest

from kalends.core.gateways import CheckStatus, DisputeStatus, MovementKind, PayoutStatus
from tests.adapters.contract.provider import Ability, Outcome, Provider
from tests.adapters.contract.steps import (
    PRICE,
    account,
    fresh,
    money,
    net,
    ordered,
    paid,
    payouts,
    refused,
    statement,
)

# What we began; that a provider says our own key of it, or the order's, lets it be told what it is ours of.
OURS = {MovementKind.capture, MovementKind.refund, MovementKind.payout}


@pytest.mark.needs("disputes")
async def test_a_dispute_that_is_won_leaves_the_money_with_us(provider: Provider) -> None:
    order_id, payment_id = await paid(provider)
    before = await provider.total()
    dispute_id = await provider.open_dispute(payment_id, 20_000)
    opened = await provider.adapter.fetch_dispute(dispute_id)
    assert (opened.dispute_id, opened.payment_id, opened.order_id) == (
        dispute_id,
        payment_id,
        order_id,
    )
    assert (opened.status, opened.amount) == (DisputeStatus.open, money(provider, 20_000))
    assert opened.deducted in {0, 20_000}
    await provider.end_dispute(dispute_id, won=True)
    won = await provider.adapter.fetch_dispute(dispute_id)
    assert (won.status, won.deducted) == (DisputeStatus.won, 0)
    assert await provider.total() == before


@pytest.mark.needs("disputes")
async def test_a_dispute_that_is_lost_takes_the_money(provider: Provider) -> None:
    _, payment_id = await paid(provider)
    before = await provider.total()
    dispute_id = await provider.open_dispute(payment_id, PRICE)
    await provider.end_dispute(dispute_id, won=False)
    lost = await provider.adapter.fetch_dispute(dispute_id)
    assert (lost.status, lost.deducted) == (DisputeStatus.lost, PRICE)
    assert await provider.total() == before - PRICE


async def test_a_dispute_that_nobody_opened_is_refused(provider: Provider) -> None:
    _, payment_id = await paid(provider)
    dispute_id = await provider.open_dispute(payment_id, PRICE)
    await refused(lambda: provider.adapter.fetch_dispute(dispute_id[:-6] + "Nobody"))


async def test_a_declined_or_waiting_order_is_on_no_statement(provider: Provider) -> None:
    before = await statement(provider.adapter)
    await ordered(provider)
    await provider.pay(await ordered(provider), Outcome.declined)
    assert await statement(provider.adapter) == before


async def test_the_statement_adds_up_to_what_lies_there(provider: Provider) -> None:
    """Everything that a provider can do happens once; the lines come to the same as the money."""
    total, lines = await provider.total(), await statement(provider.adapter)
    names = await _everything(provider)
    after = await statement(provider.adapter)
    assert net(after) - net(lines) == await provider.total() - total
    fresh_lines = [line for line in after if line not in lines]
    assert len({line.movement_id for line in fresh_lines}) == len(fresh_lines)
    for kind, (object_id, key) in names.items():
        line = next(x for x in fresh_lines if (x.kind, x.object_id) == (kind, object_id))
        assert line.currency == provider.currency
        assert (line.reference or key) == key
        assert line.reference or line.order_id or kind not in OURS
    again = await statement(provider.adapter)
    assert again == after


async def _everything(provider: Provider) -> dict[MovementKind, tuple[str, str]]:
    """The object and our own key of each kind of movement."""
    reference, done = fresh(), {}
    made = await provider.adapter.create_order(reference=reference, amount=money(provider, 100_000))
    payment_id = await provider.pay(made.order_id, Outcome.captured)
    done[MovementKind.capture] = payment_id, reference
    for kind, ok in ((MovementKind.refund, True), (MovementKind.refund_failed, False)):
        key = fresh()
        amount = money(provider, 10_000)
        refund = await provider.adapter.refund(payment_id=payment_id, amount=amount, key=key)
        await provider.end_refund(refund.refund_id, ok=ok)
        done[kind] = refund.refund_id, key
    if Ability.payouts in provider.abilities:
        done |= await _payouts(provider)
    if Ability.disputes in provider.abilities:
        dispute_id = await provider.open_dispute(payment_id, 30_000)
        await provider.end_dispute(dispute_id, won=False)
        done[MovementKind.dispute] = dispute_id, reference
        other = await provider.open_dispute(payment_id, 5_000)
        await provider.end_dispute(other, won=True)
    return done


async def _payouts(provider: Provider) -> dict[MovementKind, tuple[str, str]]:
    pays, account_id = payouts(provider), await account(provider)
    asked = await pays.check_account(account_id=account_id, key=fresh(), currency=provider.currency)
    await provider.end_check(asked.check_id, CheckStatus.verified, "ASHA RAO")
    done = {}
    for kind in (MovementKind.payout, MovementKind.payout_reversed):
        key, amount = fresh(), money(provider, 20_000)
        payout = await pays.payout(
            account_id=account_id, amount=amount, key=key, narration="Kalends payout"
        )
        await provider.end_payout(payout.payout_id, PayoutStatus.processed)
        if kind is MovementKind.payout_reversed:
            await provider.end_payout(payout.payout_id, PayoutStatus.reversed)
        done[kind] = payout.payout_id, key
    return done
