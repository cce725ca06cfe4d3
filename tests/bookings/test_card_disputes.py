"""A cardholder disputes the payment of a booking: its money waits for the card network's word."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments import left_of
from tests.bookings.conftest import NewStay
from tests.fixtures.deals import API, scalar
from tests.fixtures.people import operator
from tests.fixtures.stays import PRICE, Stay

RunJobs = Callable[[House], Awaitable[None]]
HELD = "SELECT held_by FROM bookings WHERE id = :id"


async def _disputed(stay: Stay, run_jobs: RunJobs, amount: int | None = None) -> str:
    """The bank takes the money back; its name of the dispute."""
    payment = await scalar(
        stay.house,
        "SELECT gateway_payment_id FROM payments WHERE subject = 'booking:' || :id",
        id=stay.id,
    )
    body = {"amount": amount} if amount else {}
    answer = await stay.client.post(f"/sandbox/payments/{payment}/dispute", json=body)
    assert answer.status_code == 201, answer.text
    await run_jobs(stay.house)
    return str(answer.json()["dispute_id"])


async def _ended(stay: Stay, run_jobs: RunJobs, dispute: str, *, won: bool) -> None:
    answer = await stay.client.post(f"/sandbox/disputes/{dispute}/end", json={"won": won})
    assert answer.status_code == 200, answer.text
    await run_jobs(stay.house)


async def test_a_disputed_booking_waits_and_is_released_when_the_dispute_is_won(
    new_stay: NewStay, run_jobs: RunJobs
) -> None:
    stay = await new_stay()
    dispute = await _disputed(stay, run_jobs)
    assert await scalar(stay.house, HELD, id=stay.id) == "card_dispute"
    await stay.end()
    await stay.pass_time(hours=2)
    assert (await stay.state(), await stay.earned()) == ("completed", 0)
    await _ended(stay, run_jobs, dispute, won=True)
    await stay.pass_time(minutes=11)
    assert (await stay.state(), await stay.earned()) == ("released", PRICE)
    await stay.expect_green()


async def test_of_a_lost_dispute_only_the_rest_is_released(
    new_stay: NewStay, run_jobs: RunJobs
) -> None:
    stay = await new_stay()
    dispute = await _disputed(stay, run_jobs, 10_000)
    await stay.end()
    await _ended(stay, run_jobs, dispute, won=False)
    await stay.pass_time(minutes=11)
    assert (await stay.state(), await stay.earned()) == ("released", PRICE - 10_000)
    await stay.expect_green()


async def test_what_was_released_is_taken_from_the_provider_and_comes_back(
    new_stay: NewStay, run_jobs: RunJobs
) -> None:
    stay = await new_stay()
    await stay.end()
    dispute = await _disputed(stay, run_jobs)
    assert await stay.earned() == 0
    await _ended(stay, run_jobs, dispute, won=True)
    assert await stay.earned() == PRICE
    assert await scalar(stay.house, HELD, id=stay.id) is None
    await stay.expect_green()


async def test_money_that_comes_back_to_a_booking_that_let_go_of_its_own_follows_it(
    new_stay: NewStay, run_jobs: RunJobs
) -> None:
    stay = await new_stay()
    dispute = await _disputed(stay, run_jobs)
    async with open_unit(stay.house) as unit:  # as if the news had come a moment after the release
        await unit.session.execute(text("UPDATE bookings SET held_by = NULL"))
    await stay.end()
    assert (await stay.state(), await stay.earned()) == ("released", 0)
    await _ended(stay, run_jobs, dispute, won=True)
    assert await stay.earned() == PRICE
    await stay.expect_green()


async def test_while_it_is_disputed_nobody_cancels_or_moves_it(
    new_stay: NewStay, run_jobs: RunJobs
) -> None:
    stay = await new_stay()
    await _disputed(stay, run_jobs)
    assert "cancel" not in (await stay.read())["actions"]
    for who in (stay.me, stay.boss):
        refused = await stay.post("cancel", who, {"reason": "rain"})
        assert refused.json()["type"] == "/problems/booking-frozen"
    preview = await stay.client.get(
        f"{API}/bookings/{stay.id}/cancellation-preview", headers=stay.me
    )
    assert preview.json()["type"] == "/problems/booking-frozen"


@pytest.mark.parametrize("first", ["room", "card"])
async def test_a_complaint_and_a_card_dispute_hold_beside_each_other(
    new_stay: NewStay, run_jobs: RunJobs, first: str
) -> None:
    stay = await new_stay("operator")
    await stay.end()
    body = {"booking_id": stay.id, "reason": "other", "statement": "It was not clean."}
    if first == "room":
        opened = await stay.client.post(f"{API}/disputes", json=body, headers=stay.me)
        assert opened.status_code == 201
    dispute = await _disputed(stay, run_jobs)
    if first == "card":
        refused = await stay.client.post(f"{API}/disputes", json=body, headers=stay.me)
        assert refused.json()["reason"] == "nothing_left"
    await _ended(stay, run_jobs, dispute, won=True)
    held = await scalar(stay.house, HELD, id=stay.id)
    assert (held or "").startswith("dispute:") == (first == "room")
    async with open_unit(stay.house) as unit:
        assert (await left_of(unit, f"booking:{stay.id}")).amount == PRICE
    await stay.expect_green()


async def test_a_complaint_and_a_card_dispute_debit_the_provider_once(
    new_stay: NewStay, run_jobs: RunJobs
) -> None:
    stay = await new_stay()
    await stay.end()
    body = {"booking_id": stay.id, "reason": "other", "statement": "It was not clean."}
    opened = await stay.client.post(f"{API}/disputes", json=body, headers=stay.me)
    assert (opened.status_code, await stay.earned()) == (201, 0)
    await _ended(stay, run_jobs, await _disputed(stay, run_jobs), won=False)
    assert await stay.earned() == -PRICE, "what is set aside comes to it when the complaint ends"
    boss = await operator(stay.house, stay.client) | {"X-Confirm-Action": "true"}
    url = f"{API}/admin/disputes/{opened.json()['id']}"
    said = [
        await stay.client.patch(url, json={"state": state}, headers=boss)
        for state in ("under_review", "refunded", "resolved")
    ]
    assert [answer.status_code for answer in said] == [200, 409, 200]
    assert said[1].json()["type"] == "/problems/nothing-to-give-back"
    assert (await stay.earned(), await stay.wallet()) == (0, 0)
    await stay.expect_green()
