"""A refund that its gateway refused: an operator tries again, or gives it to the wallet. One way only."""

import asyncio
from collections import Counter
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from kalends import ledger
from kalends.core.gateways import GatewayRefund, RefundStatus
from kalends.core.house import House
from kalends.payments.rules.refunds import gateway_key
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import Run, balance, inr
from tests.payments.refund_case import API, Case, a_case, kind, promoted
from tests.payments.refunding import one_refund, provider_and_books_agree, refunding, send


@pytest.fixture
def house(house: House) -> House:
    return refunding(house)


@pytest.fixture
async def case(
    house: House, client: httpx.AsyncClient, app: FastAPI, provider: FakeGateway
) -> Case:
    return await a_case(house, client, app, provider)


async def failed_refund(house: House, case: Case, provider: FakeGateway) -> str:
    made = await one_refund(house, case.payer, 50)
    provider.refuses = "instrument_closed"
    await send(house, made)
    provider.refuses = None
    return str(made.id)


async def test_an_operator_tries_a_failed_refund_again_at_once(
    house: House, case: Case, provider: FakeGateway, run_jobs: Run
) -> None:
    failed = await failed_refund(house, case, provider)
    provider.refund_status = RefundStatus.processed
    done = await case.decide(case.one, failed, "retry")
    assert (done.json()["state"], done.json()["attempt"]) == ("processing", 2)
    again = await case.decide(case.one, failed, "retry")
    assert (again.status_code, kind(again)) == (409, "transition-not-allowed")
    await run_jobs(house)
    detail = (await case.http.get(f"{API}/admin/refunds", headers=case.one)).json()["items"][0]
    assert (detail["state"], detail["attempt"], detail["failure"]) == ("completed", 2, None)
    await provider_and_books_agree(house, provider)


async def test_an_operator_gives_a_failed_refund_to_the_wallet_for_good(
    house: House, case: Case, provider: FakeGateway, run_jobs: Run
) -> None:
    failed = await failed_refund(house, case, provider)
    done = await case.decide(case.one, failed, "divert-to-wallet")
    assert (done.json()["state"], done.json()["destination"]) == ("completed", "wallet")
    assert await balance(house, ledger.wallet(case.payer)) == 50
    for what in ("divert-to-wallet", "retry"):
        assert (await case.decide(case.one, failed, what)).status_code == 409
    await run_jobs(house)
    assert provider.refunds == {}
    lines = await case.http.get(f"{API}/wallet/me/transactions", headers=case.mine)
    assert [line["type"] for line in lines.json()["items"]] == ["REFUND"]
    await provider_and_books_agree(house, provider)


async def test_a_failed_refund_retried_and_diverted_at_once_goes_one_way(
    house: House, case: Case, provider: FakeGateway, run_jobs: Run
) -> None:
    failed = await failed_refund(house, case, provider)
    provider.refund_status = RefundStatus.processed
    turns = [case.decide(case.one, failed, "retry") for _ in range(5)]
    turns += [case.decide(case.other, failed, "divert-to-wallet") for _ in range(5)]
    answers = await asyncio.gather(*turns)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
    await run_jobs(house)
    given = (await balance(house, ledger.wallet(case.payer)), 100 - provider.total())
    assert given in {(50, 0), (0, 50)}
    await provider_and_books_agree(house, provider)


async def test_an_operator_cannot_divert_money_to_their_own_wallet(
    house: House, case: Case, provider: FakeGateway
) -> None:
    failed = await failed_refund(house, case, provider)
    await promoted(house, case)
    answer = await case.decide(case.mine, failed, "divert-to-wallet")
    assert (answer.status_code, kind(answer)) == (409, "another-operator-decides")


async def test_what_the_bank_has_made_after_all_is_not_given_to_the_wallet_as_well(
    house: House, case: Case, provider: FakeGateway, run_jobs: Run
) -> None:
    failed = await failed_refund(house, case, provider)
    paid = case.payment.gateway_order_id
    assert paid is not None
    provider.refund_status = RefundStatus.processed
    bank = str((await provider.fetch(paid)).payment_id)
    await provider.refund(payment_id=bank, amount=inr(50), key=gateway_key(UUID(failed), 1))
    refused = await case.decide(case.one, failed, "divert-to-wallet")
    assert (refused.status_code, kind(refused)) == (409, "refund-may-arrive")
    assert await balance(house, ledger.wallet(case.payer)) == 0
    assert (await case.decide(case.one, failed, "retry")).status_code == 200
    await run_jobs(house)
    assert (await case.decide(case.one, failed, "divert-to-wallet")).status_code == 409
    assert len(provider.refunds) == 1
    await provider_and_books_agree(house, provider)


async def test_while_the_bank_does_not_say_nothing_is_given_to_the_wallet(
    house: House, case: Case, provider: FakeGateway
) -> None:
    failed = await failed_refund(house, case, provider)
    provider.down = True
    silent = await case.decide(case.one, failed, "divert-to-wallet")
    assert (silent.status_code, kind(silent)) == (503, "gateway-unavailable")
    assert await balance(house, ledger.wallet(case.payer)) == 0
    provider.down = False
    assert (await case.decide(case.one, failed, "divert-to-wallet")).status_code == 200
    assert await balance(house, ledger.wallet(case.payer)) == 50
    await provider_and_books_agree(house, provider)


async def test_an_answer_counts_for_the_attempts_that_were_asked_about(
    house: House, case: Case, provider: FakeGateway, run_jobs: Run
) -> None:
    """Between the answer and its use the refund was sent once more, and failed once more."""
    failed = await failed_refund(house, case, provider)
    asked = provider.find_refund

    async def while_asking(*, payment_id: str, key: str) -> GatewayRefund | None:
        provider.find_refund = asked  # type: ignore[method-assign]
        provider.refuses = "instrument_closed"
        assert (await case.decide(case.other, failed, "retry")).status_code == 200
        await run_jobs(house)
        return await asked(payment_id=payment_id, key=key)

    provider.find_refund = while_asking  # type: ignore[method-assign]
    refused = await case.decide(case.one, failed, "divert-to-wallet")
    assert (refused.status_code, kind(refused)) == (409, "refund-may-arrive")
    assert await balance(house, ledger.wallet(case.payer)) == 0
    assert (await case.decide(case.one, failed, "divert-to-wallet")).status_code == 200
    await provider_and_books_agree(house, provider)
