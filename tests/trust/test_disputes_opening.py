"""Who may complain about a booking, when, and what is kept back from then on."""

import asyncio

import pytest

from kalends.core.house import House
from tests.fixtures.deals import API, booked, rental, scalar
from tests.fixtures.people import operator, signed_up
from tests.fixtures.stays import PRICE
from tests.trust.complaints import CONFIRMED, HALF
from tests.trust.conftest import NewCase


@pytest.mark.req("S-022", "S-076", "X-22")
async def test_a_customer_complains_and_the_escrow_is_frozen(new_case: NewCase) -> None:
    case = await new_case("customer_confirm")
    answer = await case.ask(case.stay.me)
    opened = answer.json()
    assert (answer.status_code, opened["state"], opened["role"]) == (201, "open", "customer")
    assert opened["booking_id"] == case.stay.id
    assert opened["claimed"] == {"amount": PRICE, "currency": "INR"}
    refused = await case.stay.post("confirm-release", case.stay.me)
    assert refused.json()["type"] == "/problems/booking-frozen"
    await case.stay.pass_time(hours=48)
    assert await case.money() == (PRICE, 0, 0)
    await case.stay.expect_green()


@pytest.mark.req("S-077")
async def test_a_provider_complains_too(new_case: NewCase) -> None:
    case = await new_case("operator")
    opened = (await case.ask(case.stay.boss, reason="damage")).json()
    assert (opened["role"], opened["reason"]) == ("provider", "damage")
    await case.stay.expect_green()


async def test_money_that_was_released_is_set_aside_as_far_as_it_is_there(
    new_case: NewCase,
) -> None:
    case = await new_case()
    assert await case.money() == (0, PRICE, 0)
    dispute = await case.opened(amount=HALF)
    assert await case.money() == (0, PRICE - HALF, HALF)
    seen = await case.as_operator(dispute)
    assert (seen["held"]["amount"], seen["missing"]["amount"]) == (HALF, 0)
    await case.stay.expect_green()


async def test_what_is_missing_is_recorded(new_case: NewCase, run_jobs) -> None:
    case = await new_case(payout={"approval": "auto"})
    owner = await case.owner_with_account(run_jobs)
    assert (await case.payout(owner, PRICE - 100)).status_code == 201
    await case.paid_out()
    assert await case.payouts(owner) == [(PRICE - 100, "paid")]
    dispute = await case.opened()
    seen = await case.as_operator(dispute)
    amounts = [seen[name]["amount"] for name in ("held", "in_payouts", "missing")]
    assert amounts == [100, 0, PRICE - 100]
    await case.stay.expect_green()


@pytest.mark.req("S-080", "C-35")
async def test_payouts_that_have_not_left_wait_as_far_as_the_money_is_needed(
    new_case: NewCase, run_jobs
) -> None:
    case = await new_case()
    owner = await case.owner_with_account(run_jobs)
    for amount in (15_000, 20_000):
        assert (await case.payout(owner, amount)).status_code == 201
    dispute = await case.opened(amount=HALF)
    assert await case.payouts(owner) == [(15_000, "eligible"), (20_000, "held")]
    seen = await case.as_operator(dispute)
    amounts = [seen[name]["amount"] for name in ("held", "in_payouts", "missing")]
    assert amounts == [5_000, 20_000, 0]
    await case.stay.expect_green()
    await case.decided(dispute, "resolved")
    assert await case.payouts(owner) == [(15_000, "eligible"), (20_000, "eligible")]
    assert await case.money() == (0, 5_000, 35_000)
    await case.stay.expect_green()


@pytest.mark.req("X-22")
async def test_only_within_the_window_after_the_end(new_case: NewCase) -> None:
    case = await new_case(disputes={"window_days": 2})
    await case.stay.pass_time(hours=49)
    refused = (await case.ask(case.stay.me)).json()
    assert (refused["type"], refused["reason"]) == ("/problems/not-disputable", "window_closed")


async def test_not_before_the_booking_is_over(new_case: NewCase) -> None:
    case = await new_case()
    start = "SELECT start_at + interval '30 days' FROM bookings WHERE id = :id"
    later = await scalar(case.house, start, id=case.stay.id)
    fresh = await booked(case.stay.client, case.stay.me, rental(case.stay.room.id, later, 1))
    refused = (await case.ask(case.stay.me, booking_id=fresh["id"])).json()
    assert (refused["type"], refused["reason"]) == ("/problems/not-disputable", "not_completed")


async def test_one_at_a_time_and_for_no_more_than_was_paid(new_case: NewCase) -> None:
    case = await new_case()
    much = {"amount": PRICE + 1, "currency": "INR"}
    refused = (await case.ask(case.stay.me, amount=much)).json()
    assert (refused["type"], refused["left"]) == ("/problems/outcome-impossible", PRICE)
    await case.opened()
    again = await case.ask(case.stay.boss)
    assert again.json()["type"] == "/problems/already-disputed"


async def test_after_a_decision_another_may_be_opened_until_all_is_back(new_case: NewCase) -> None:
    case = await new_case("operator")
    await case.decided(await case.opened(), "adjusted", HALF)
    second = await case.opened()
    assert (await case.as_operator(second))["claimed"]["amount"] == PRICE - HALF
    await case.decided(second, "refunded")
    refused = (await case.ask(case.stay.me)).json()
    assert (refused["type"], refused["reason"]) == ("/problems/not-disputable", "nothing_left")
    assert await case.stay.wallet() == PRICE
    await case.stay.expect_green()


async def test_ten_complaints_at_once_are_one_dispute(new_case: NewCase) -> None:
    case = await new_case()
    answers = await asyncio.gather(*(case.ask(case.stay.me) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert await case.money() == (0, 0, PRICE)
    await case.stay.expect_green()


async def test_a_key_that_is_sent_again_opens_nothing_new(new_case: NewCase) -> None:
    case = await new_case()
    keyed = case.stay.me | {"Idempotency-Key": "the-hall-was-locked"}
    first, second = await case.ask(keyed), await case.ask(keyed)
    assert (first.status_code, first.json()) == (second.status_code, second.json())


async def test_a_disputed_booking_is_not_cancelled_past_its_dispute(
    house: House, new_case: NewCase
) -> None:
    case = await new_case("operator")
    await case.opened()
    boss = await operator(house, case.stay.client)
    url = f"{API}/admin/bookings/{case.stay.id}/cancel"
    body = {"reason": "flood", "refund_percent": 0}
    refused = await case.stay.client.post(url, json=body, headers=boss | CONFIRMED)
    assert refused.json()["type"] == "/problems/booking-frozen"
    assert await case.money() == (PRICE, 0, 0)


async def test_a_stranger_an_operator_and_nobody_cannot_complain(new_case: NewCase) -> None:
    case = await new_case()
    assert (await case.ask(await signed_up(case.stay.client))).status_code == 404
    assert (await case.ask(case.moderator)).status_code == 404
    assert (await case.ask({})).status_code == 401
