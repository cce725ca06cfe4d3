"""What operators decide about disputes, and where the money goes by that: once, to the last unit."""

import pytest
from sqlalchemy import text

from kalends.core.checks import CHECKS
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity import add_membership
from kalends.trust import DisputeState
from tests.fixtures.audit import audited
from tests.fixtures.deals import API
from tests.fixtures.people import operator, user_id_of
from tests.fixtures.stays import PRICE
from tests.trust.complaints import HALF
from tests.trust.conftest import NewCase

# Where the money lies at first: in escrow, or with the provider.
RULES = ["operator", "end_time"]


@pytest.mark.req("S-035")
def test_a_dispute_has_these_states() -> None:
    assert [state.value for state in DisputeState] == [
        "open",
        "under_review",
        "resolved",
        "refunded",
        "adjusted",
    ]


@pytest.mark.req("X-22", "M-137")
@pytest.mark.parametrize("rule", RULES)
async def test_resolved_lets_everything_go(new_case: NewCase, rule: str) -> None:
    case = await new_case(rule)
    before = await case.money()
    done = await case.decided(await case.opened(), "resolved")
    assert (done["state"], done["given_back"]) == ("resolved", None)
    assert await case.money() == before
    assert await case.stay.wallet() == 0
    assert (await case.stay.read())["refunded"]["amount"] == 0
    await case.stay.expect_green()


@pytest.mark.req("X-22", "M-137")
@pytest.mark.parametrize("rule", RULES)
async def test_refunded_gives_all_of_it_back(new_case: NewCase, rule: str, run_jobs) -> None:
    case = await new_case(rule)
    done = await case.decided(await case.opened(), "refunded")
    assert done["given_back"] == {"amount": PRICE, "currency": "INR"}
    assert await case.money() == (0, 0, 0)
    assert await case.stay.wallet() == PRICE
    await run_jobs(case.house)
    assert (await case.stay.read())["refunded"]["amount"] == PRICE
    await case.stay.expect_green()


@pytest.mark.req("X-22", "C-35")
@pytest.mark.parametrize("rule", RULES)
async def test_adjusted_gives_a_part_back_and_the_rest_goes_on(
    new_case: NewCase, rule: str
) -> None:
    case = await new_case(rule)
    await case.decided(await case.opened(), "adjusted", 10_000)
    assert await case.stay.wallet() == 10_000
    rest = PRICE - 10_000
    assert await case.money() == ((rest, 0, 0) if rule == "operator" else (0, rest, 0))
    await case.stay.expect_green()


async def test_the_rest_of_a_frozen_escrow_is_released_by_its_own_clock(new_case: NewCase) -> None:
    case = await new_case("customer_confirm")
    dispute = await case.opened()
    await case.stay.pass_time(hours=72)
    assert await case.stay.state() == "pending_clearance"
    await case.decided(dispute, "adjusted", 10_000)
    await case.stay.pass_time(minutes=11)
    assert (await case.stay.state(), await case.stay.earned()) == ("released", PRICE - 10_000)
    await case.stay.expect_green()


@pytest.mark.req("X-12", "C-35")
async def test_a_refund_takes_back_payouts_that_waited_and_what_left_is_owed(
    new_case: NewCase, run_jobs
) -> None:
    case = await new_case()
    owner = await case.owner_with_account(run_jobs)
    assert (await case.payout(owner, PRICE)).status_code == 201
    dispute = await case.opened()
    assert await case.payouts(owner) == [(PRICE, "held")]
    await case.decided(dispute, "refunded")
    assert await case.payouts(owner) == [(PRICE, "cancelled")]
    assert await case.money() == (0, 0, 0)
    assert await case.stay.wallet() == PRICE
    await case.stay.expect_green()


async def test_what_was_paid_out_already_is_owed(new_case: NewCase, run_jobs) -> None:
    case = await new_case(payout={"approval": "auto"})
    owner = await case.owner_with_account(run_jobs)
    assert (await case.payout(owner, PRICE)).status_code == 201
    await case.paid_out()
    await case.decided(await case.opened(), "refunded")
    assert await case.money() == (0, -PRICE, 0)
    await case.stay.expect_green()


async def test_the_money_goes_back_the_way_that_the_marketplace_says(
    new_case: NewCase, run_jobs
) -> None:
    rules = {"destination": "original_method", "auto_approve_up_to": 0}
    case = await new_case(refund=rules)
    await case.decided(await case.opened(), "refunded")
    query = "SELECT state, destination, decided_by IS NOT NULL AS by_somebody FROM refunds"
    assert await _row(case.house, query) == ("approved", "original_method", True)
    await run_jobs(case.house)
    assert (await _row(case.house, query))[0] == "completed"
    assert await case.stay.wallet() == 0
    await case.stay.expect_green()


@pytest.mark.req("S-079")
async def test_each_step_is_audited_with_what_was_before_and_after(new_case: NewCase) -> None:
    case = await new_case()
    await case.decided(await case.opened(), "adjusted", HALF)
    assert await audited(case.house) == ["dispute.review", "dispute.adjust"]
    query = "SELECT detail FROM audit_log ORDER BY seq DESC LIMIT 1"
    (detail,) = await _row(case.house, query)
    assert (detail["before"], detail["after"]) == ("under_review", "adjusted")
    assert (detail["claimed"], detail["given_back"]) == (PRICE, HALF)
    assert detail["note"] == "We have read both sides."


async def test_a_dispute_is_decided_once_and_only_after_it_was_taken_up(new_case: NewCase) -> None:
    case = await new_case()
    dispute = await case.opened()
    for state, refund in (("resolved", None), ("refunded", None), ("adjusted", HALF)):
        early = await case.decide(dispute, state, refund)
        assert (early.status_code, early.json()["actions"]) == (409, ["review"])
    await case.decided(dispute, "refunded")
    for state in ("under_review", "resolved", "refunded", "adjusted"):
        again = await case.decide(dispute, state, HALF)
        assert (again.status_code, again.json()["actions"]) == (409, [])
    assert await case.stay.wallet() == PRICE


@pytest.mark.parametrize("refund", [None, PRICE, PRICE + 1])
async def test_an_adjustment_is_a_part(new_case: NewCase, refund: int | None) -> None:
    case = await new_case()
    dispute = await case.opened()
    await case.decide(dispute, "under_review")
    refused = await case.decide(dispute, "adjusted", refund)
    assert (refused.status_code, refused.json()["left"]) == (422, PRICE)
    assert await case.money() == (0, 0, PRICE)


async def test_when_all_is_back_already_nothing_goes_back_twice(new_case: NewCase) -> None:
    case = await new_case()
    dispute = await case.opened()
    payment = await _row(case.house, "SELECT id FROM payments")
    answer = await case.stay.client.post(
        f"{API}/payments/{payment[0]}/refund",
        json={"reason": "goodwill"},
        headers=case.moderator,
    )
    assert answer.status_code == 201, answer.text
    assert await case.money() == (0, -PRICE, PRICE)
    await case.decide(dispute, "under_review")
    refused = await case.decide(dispute, "refunded")
    assert refused.json()["type"] == "/problems/nothing-to-give-back"
    assert (await case.decide(dispute, "resolved")).status_code == 200
    assert await case.money() == (0, 0, 0)
    assert await case.stay.wallet() == PRICE
    await case.stay.expect_green()


async def test_who_is_a_party_does_not_decide(house: House, new_case: NewCase) -> None:
    case = await new_case()
    dispute = await case.opened()
    boss = await operator(house, case.stay.client, "moderator")
    await _make_manager(case, boss)
    refused = await case.decide(dispute, "under_review", who=boss)
    assert refused.json()["type"] == "/problems/another-operator-decides"


async def test_support_looks_and_does_not_decide(house: House, new_case: NewCase) -> None:
    case = await new_case()
    dispute = await case.opened()
    support = await operator(house, case.stay.client, "support")
    assert (await case.decide(dispute, "under_review", who=support)).status_code == 403
    assert (await case.read(dispute, support)).status_code == 200
    assert (await case.add_note(dispute, support, "hm, hm")).status_code == 404


async def test_the_checker_finds_a_dispute_that_holds_what_it_does_not_say(
    new_case: NewCase,
) -> None:
    case = await new_case()
    await case.opened()
    async with open_unit(case.house) as unit:
        await unit.session.execute(text("UPDATE disputes SET held = held - 1"))
        assert len(await CHECKS["B10.held"].find(unit)) == 1


async def _make_manager(case, headers) -> None:
    user_id = await user_id_of(case.stay.client, headers)
    async with open_unit(case.house) as unit:
        await add_membership(unit, user_id, "manager", case.stay.room.provider_id, None)


async def _row(house: House, query: str) -> tuple:
    async with open_unit(house, read_only=True) as unit:
        return tuple((await unit.session.execute(text(query))).one())
