"""Whatever is given back, asked for, decided and told in whatever order: never more than was captured."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from kalends import ledger, payments
from kalends.core.errors import TransitionNotAllowed
from kalends.core.gateways import RefundStatus
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.principal import SYSTEM, ActorKind, Principal
from kalends.core.unit import Unit, open_unit
from kalends.payments.service import decide_refund
from kalends.payments.service.divert_refund import divert_refund
from kalends.payments.service.refund_apply import apply_refund
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import balance, captured, fund, inr, person, request
from tests.payments.refunding import (
    ORIGINAL,
    WALLET,
    key_of,
    provider_and_books_agree,
    refunding,
    send,
)

OPERATOR = Principal(ActorKind.operator, new_id(), frozenset({"moderator"}))
REFUSALS = (ledger.InsufficientFunds, payments.RefundExceedsCapture, TransitionNotAllowed)
CAPTURED = 100


@dataclass(frozen=True)
class Wish:
    amount: int
    destination: payments.Destination
    by_rule: bool


@dataclass(frozen=True)
class Word:
    """`about` picks one of the refunds that there are."""

    said: str
    about: int


STEPS = st.lists(
    st.one_of(
        st.builds(
            Wish,
            amount=st.integers(1, 90),
            destination=st.sampled_from([ORIGINAL, WALLET]),
            by_rule=st.booleans(),
        ),
        st.builds(
            Word,
            said=st.sampled_from(
                ["send", "refuse", "processed", "failed", "approve", "reject", "retry", "divert"]
            ),
            about=st.integers(0, 5),
        ),
    ),
    max_size=14,
)


@settings(max_examples=20)
@given(steps=STEPS)
async def test_never_more_is_given_back_than_was_captured(
    house: House, provider: FakeGateway, steps: list[Wish | Word]
) -> None:
    house, subject = refunding(house), f"order:{new_id()}"
    payer = await person(house)
    await captured(house, provider, payer, 60, subject=subject)
    await fund(house, payer, 40)
    async with open_unit(house) as unit:
        await payments.pay_from_wallet(unit, request(payer, 40, subject=subject, purpose="extra"))
    for step in steps:
        if isinstance(step, Wish):
            order = payments.RefundOrder(
                subject,
                payer,
                inr(step.amount),
                "cancelled",
                f"cancel:{new_id()}",
                destination=step.destination,
                within_policy=step.by_rule,
            )
            await _unless_refused(
                house, SYSTEM, lambda unit, order=order: payments.refund(unit, order)
            )
        else:
            await _say(house, provider, subject, step)
        await _expect_no_more_than_captured(house, subject)
    await _settle(house, provider, subject)
    await _expect_no_more_than_captured(house, subject)
    await provider_and_books_agree(house, provider)


async def _say(house: House, provider: FakeGateway, subject: str, word: Word) -> None:
    known = await _refunds(house, subject)
    if not known:
        return
    refund = known[word.about % len(known)]
    decisions: dict[str, Callable[[Unit], Awaitable[object]]] = {
        "approve": lambda unit: decide_refund.approve_refund(unit, refund.id),
        "reject": lambda unit: decide_refund.reject_refund(unit, refund.id, "it was used"),
        "retry": lambda unit: decide_refund.retry_refund(unit, refund.id),
    }
    if word.said == "divert":
        with suppress(*REFUSALS):
            await divert_refund(house, OPERATOR, refund.id)
        return
    if word.said in decisions:
        await _unless_refused(house, OPERATOR, decisions[word.said])
        return
    key = key_of(refund, max(refund.attempt, 1))
    made = provider.refunds.get(key)
    if word.said in {"processed", "failed"} and made and made.status is not RefundStatus.failed:
        provider.end_refund(key, RefundStatus(word.said))
    provider.refuses = "not_now" if word.said == "refuse" else None
    await send(house, refund)
    provider.refuses = None


async def _settle(house: House, provider: FakeGateway, subject: str) -> None:
    """Everything that waits at the bank arrives, and we hear of everything."""
    for refund in await _refunds(house, subject):
        await send(house, refund)
    for key, made in provider.refunds.items():
        if made.status is RefundStatus.pending:
            provider.end_refund(key, RefundStatus.processed)
    for refund in await _refunds(house, subject):
        await send(house, refund)
        made = provider.refunds.get(key_of(refund, max(refund.attempt, 1)))
        if made is not None:
            async with open_unit(house) as unit:
                await apply_refund(unit, refund.id, made)


async def _unless_refused(
    house: House, who: Principal, act: Callable[[Unit], Awaitable[object]]
) -> None:
    try:
        async with open_unit(house, who) as unit:
            await act(unit)
    except REFUSALS:
        return


async def _refunds(house: House, subject: str) -> list[payments.RefundFacts]:
    async with open_unit(house, read_only=True) as unit:
        return await payments.refunds_of(unit, subject)


async def _expect_no_more_than_captured(house: House, subject: str) -> None:
    async with open_unit(house, read_only=True) as unit:
        paid, back = (await payments.money_of(unit, [subject]))[subject]
    assert paid == inr(CAPTURED)
    assert await balance(house, ledger.escrow(subject)) == CAPTURED - back.amount >= 0
