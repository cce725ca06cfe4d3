"""Bank accounts: given, sealed, checked with the bank, replaced with a pause."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from kalends import payments
from kalends.app import postgres
from kalends.core.crypto import DecryptionFailed
from kalends.core.gateways import About, CheckStatus, GatewayError
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments.jobs import verify_account_at_gateway
from kalends.payments.repository.bank_accounts import by_id
from kalends.payments.service.bank_accounts import opened
from kalends.payments.service.bank_checks import MAX_CHECKS
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import manager_of, operator, signed_up
from tests.fixtures.places import a_venue
from tests.house.test_schema_drift import DUMP
from tests.payments.money import deliver, process_all, rows
from tests.payments.payout_words import (
    API,
    CONFIRMED,
    IFSC,
    NUMBER,
    Seller,
    a_seller,
    earn,
    long_ago,
    with_account,
)

ACCOUNTS = "SELECT state, reason, name_match FROM bank_accounts ORDER BY id"


@pytest.fixture
async def seller(house: House, client: httpx.AsyncClient) -> Seller:
    return await a_seller(house, client)


async def accounts(seller: Seller) -> list[tuple[str, ...]]:
    return [tuple(row) for row in await rows(seller.house, ACCOUNTS)]


@pytest.mark.req("M-036")
async def test_an_account_is_verified_by_the_bank_before_anything_is_paid(
    seller: Seller, provider: FakeGateway
) -> None:
    await earn(seller.house, provider, seller.id, 50_000)
    given = await seller.give_account()
    assert given.json()["state"] == "pending"
    assert (await seller.ask(50_000)).json()["type"] == "/problems/no-bank-account"
    await verify_account_at_gateway(seller.house, given.json()["id"])
    assert await accounts(seller) == [("verified", None, "same")]
    assert (await seller.ask(50_000)).status_code == 201


async def test_an_account_is_shown_by_its_last_four_digits_only(seller: Seller) -> None:
    given = (await seller.give_account()).json()
    listed = await seller.client.get(f"{API}/providers/bank-details", headers=seller.owner)
    for answer in (given, listed.json()["items"][0]):
        assert answer["last_four"] == NUMBER[-4:]
        assert {"holder", "account_number", "routing"}.isdisjoint(answer)
    assert NUMBER not in listed.text
    assert IFSC not in listed.text


@pytest.mark.req("M-253", "C-61")
async def test_no_dump_of_the_database_holds_an_account_number(
    seller: Seller, cluster: postgres.Cluster, database: str
) -> None:
    import subprocess

    canary = "77CANARY5566"
    await with_account(seller, account_number=canary, holder="Canary Holder")
    command = [DUMP, "--data-only", cluster.dsn(database, "postgres")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "bank_accounts" in said
    assert canary not in said
    assert canary.encode().hex() not in said
    assert "Canary Holder" not in said


async def test_a_sealed_number_opens_in_its_own_row_only(seller: Seller) -> None:
    first = await with_account(seller)
    second = await with_account(seller, account_number="111122223333")
    async with open_unit(seller.house) as unit:
        assert opened(unit, await by_id(unit, UUID(first))).account_number == NUMBER
        swap = "UPDATE bank_accounts SET account_number = (SELECT account_number FROM bank_accounts WHERE id = :one) WHERE id = :other"
        await unit.session.execute(text(swap), {"one": UUID(first), "other": UUID(second)})
        with pytest.raises(DecryptionFailed):
            opened(unit, await by_id(unit, UUID(second)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"routing": "HDFC1001234"},
        {"routing": "HDFC000123"},
        {"routing": "1DFC0001234"},
        {"account_number": "1234"},
        {"account_number": "1234 5678"},
        {"account_number": "१२३४५६७८"},
        {"country": "India"},
        {"routing": "!!", "country": "NG"},
    ],
)
async def test_what_cannot_be_an_account_is_refused_without_repeating_it(
    seller: Seller, wrong: dict[str, str]
) -> None:
    answer = await seller.give_account(**wrong)
    assert answer.status_code == 422
    assert NUMBER not in answer.text
    assert await accounts(seller) == []


async def test_a_code_in_small_letters_is_the_same_code(seller: Seller) -> None:
    answer = await seller.give_account(routing=IFSC.lower(), account_number="ab12345")
    async with open_unit(seller.house) as unit:
        told = opened(unit, await by_id(unit, UUID(answer.json()["id"])))
    assert (told.routing, told.account_number) == (IFSC, "AB12345")


async def test_another_persons_account_is_rejected_and_an_operator_may_know_better(
    seller: Seller,
) -> None:
    account_id = await with_account(seller, holder="Vikram Singh")
    [(state, reason, match)] = await accounts(seller)
    assert (state, match) == ("rejected", "different")
    assert "another name" in reason
    path = f"{API}/admin/bank-accounts/{account_id}/verify"
    answer = await seller.client.post(
        path, json={"reason": "a trade name"}, headers=seller.operator | CONFIRMED
    )
    assert answer.json()["state"] == "verified"
    deeds = await rows(seller.house, "SELECT action, detail FROM audit_log ORDER BY seq DESC")
    assert deeds[0].action == "bank_account.verified"
    assert deeds[0].detail["before"] == "rejected"


async def test_an_account_that_the_bank_does_not_know_is_rejected(
    seller: Seller, provider: FakeGateway
) -> None:
    provider.check_status = CheckStatus.rejected
    await with_account(seller)
    assert (await accounts(seller))[0][0] == "rejected"


async def test_a_bank_that_cannot_tell_is_asked_again_but_not_for_ever(
    seller: Seller, provider: FakeGateway, run_jobs: Callable[[House], Awaitable[None]]
) -> None:
    provider.check_status = CheckStatus.unclear
    await with_account(seller)
    await run_jobs(seller.house)
    await long_ago(seller.house, "bank_accounts")
    await payments.reconcile(seller.house)
    assert (await accounts(seller))[0][0] == "pending"
    assert len(provider.checks) == MAX_CHECKS


async def test_the_banks_late_answer_comes_by_webhook_or_by_asking(
    seller: Seller, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    from dataclasses import replace

    provider.check_status = CheckStatus.pending
    for by_webhook in (True, False):
        await with_account(seller, account_number=f"99887766{by_webhook:d}")
        key, check = list(provider.checks.items())[-1]
        provider.checks[key] = replace(check, status=CheckStatus.verified)
        if by_webhook:
            await deliver(client, provider.news(About.account, check.check_id, "verified"))
            await deliver(client, provider.news(About.account, "fav_of_others", "verified"))
            await process_all(seller.house)
        else:
            await long_ago(seller.house, "bank_accounts")
            assert (await payments.reconcile(seller.house)).changed == 1
    assert [state for state, *_ in await accounts(seller)] == ["replaced", "verified"]
    marks = [r.mark for r in await rows(seller.house, "SELECT mark FROM gateway_inbox ORDER BY id")]
    assert marks == ["processed", "ignored"]


async def test_a_silent_gateway_leaves_the_account_waiting(
    seller: Seller, provider: FakeGateway
) -> None:
    given = (await seller.give_account()).json()
    provider.down = True
    with pytest.raises(GatewayError):
        await verify_account_at_gateway(seller.house, given["id"])
    await long_ago(seller.house, "bank_accounts")
    assert (await payments.reconcile(seller.house)).unanswered == 1
    provider.down = False
    await payments.reconcile(seller.house)
    assert (await accounts(seller))[0][0] == "verified"


async def test_a_new_account_replaces_the_old_one_after_a_pause(
    seller: Seller, provider: FakeGateway, pass_time: Callable[..., Awaitable[None]]
) -> None:
    await earn(seller.house, provider, seller.id, 50_000)
    await with_account(seller)
    await seller.give_account(account_number="5555666677")
    await with_account(seller, account_number="1111222233")
    assert [state for state, *_ in await accounts(seller)] == ["replaced", "replaced", "verified"]
    refused = await seller.ask(50_000)
    assert refused.json()["type"] == "/problems/bank-account-on-hold"
    await pass_time(hours=23, run=False)
    assert (await seller.ask(50_000)).status_code == 409
    await pass_time(hours=2, run=False)
    assert (await seller.ask(50_000)).status_code == 201


async def test_only_who_runs_the_whole_provider_gives_its_account(
    house: House, client: httpx.AsyncClient, seller: Seller
) -> None:
    venue = await a_venue(house)
    strangers = [
        (await signed_up(client), 403),
        (await manager_of(house, client, venue.provider_id, venue.id), 404),
        (await manager_of(house, client, venue.provider_id), 404),
        (await operator(house, client), 404),
    ]
    body = {"holder": "Asha Rao", "account_number": NUMBER, "routing": IFSC}
    for headers, status in strangers:
        answer = await client.post(
            f"{API}/providers/bank-details",
            json=body | {"provider_id": str(seller.id)},
            headers=headers,
        )
        assert answer.status_code == status
    assert await accounts(seller) == []


async def test_who_runs_several_providers_says_which(
    house: House, client: httpx.AsyncClient, seller: Seller
) -> None:
    from kalends.identity import add_membership
    from tests.fixtures.people import user_id_of

    other = (await a_venue(house)).provider_id
    user_id = await user_id_of(client, seller.owner)
    async with open_unit(house) as unit:
        await add_membership(unit, user_id, "owner", other, None)
    assert (await seller.give_account()).json()["type"] == "/problems/which-provider"
    named = await seller.give_account(provider_id=str(other))
    assert named.json()["provider_id"] == str(other)


async def test_an_operators_decision_needs_a_confirmation_and_a_rank(
    house: House, client: httpx.AsyncClient, seller: Seller
) -> None:
    account_id = (await seller.give_account()).json()["id"]
    path, body = f"{API}/admin/bank-accounts/{account_id}/reject", {"reason": "no such bank"}
    support = await operator(house, client, "support")
    assert (await client.post(path, json=body, headers=seller.operator)).status_code == 428
    refused = await client.post(path, json=body, headers=support | CONFIRMED)
    assert refused.status_code == 403
    answer = await client.post(path, json=body, headers=seller.operator | CONFIRMED)
    assert (answer.json()["state"], answer.json()["reason"]) == ("rejected", "no such bank")
    seen = await client.get(f"{API}/admin/bank-accounts?state=rejected", headers=support)
    assert [one["id"] for one in seen.json()["items"]] == [account_id]
