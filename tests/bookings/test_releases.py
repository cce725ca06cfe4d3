"""What lets the money go to the provider: each rule over HTTP, and a hold that stops them all."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from kalends.bookings import freeze_booking, unfreeze_booking
from kalends.core.stops import MONEY_OUT, set_stop
from kalends.core.unit import open_unit
from tests.fixtures.audit import audited
from tests.fixtures.deals import API
from tests.fixtures.people import operator, signed_up
from tests.fixtures.stays import PRICE, Stay

NewStay = Callable[..., Awaitable[Stay]]
CONFIRMED = {"X-Confirm-Action": "true"}
FROZEN, PAUSED = "/problems/booking-frozen", "/problems/release-paused"


@pytest.mark.req("C-29", "M-028", "M-031", "G-052")
@pytest.mark.parametrize("rule", ["end_time", "completion"])
async def test_the_money_follows_the_end_at_once(new_stay: NewStay, rule: str) -> None:
    stay = await new_stay(rule)
    await stay.begin()
    assert (await stay.state(), await stay.held(), await stay.earned()) == ("confirmed", PRICE, 0)
    await stay.end()
    assert (await stay.state(), await stay.held(), await stay.earned()) == ("released", 0, PRICE)
    refused = await stay.post("confirm-release", stay.me)
    assert refused.json()["type"] == "/problems/transition-not-allowed"
    await stay.expect_green()


@pytest.mark.req("G-053", "G-054", "C-29")
async def test_the_customers_word_releases_at_once(new_stay: NewStay) -> None:
    stay = await new_stay("customer_confirm")
    early = await stay.post("confirm-release", stay.me)
    assert early.json()["state"] == "confirmed"
    await stay.end()
    waiting = await stay.read()
    assert (waiting["state"], waiting["actions"]) == ("pending_clearance", ["confirm_release"])
    assert await stay.earned() == 0
    assert (await stay.post("confirm-release", await signed_up(stay.client))).status_code == 404
    assert (await stay.post("confirm-release", stay.boss)).status_code == 404
    done = await stay.post("confirm-release", stay.me)
    assert (done.json()["state"], await stay.earned()) == ("released", PRICE)
    assert (await stay.post("confirm-release", stay.me)).status_code == 409
    await stay.expect_green()


@pytest.mark.req("G-055")
async def test_without_the_customers_word_the_money_goes_after_a_day(new_stay: NewStay) -> None:
    stay = await new_stay("customer_confirm")
    await stay.end()
    await stay.pass_time(hours=23, minutes=58)
    assert (await stay.state(), await stay.earned()) == ("pending_clearance", 0)
    await stay.pass_time(minutes=2)
    assert (await stay.state(), await stay.earned()) == ("released", PRICE)
    await stay.expect_green()


async def test_an_operators_word_is_waited_for_as_long_as_it_takes(new_stay: NewStay) -> None:
    stay = await new_stay("operator")
    await stay.end()
    await stay.pass_time(hours=24 * 30)
    assert (await stay.state(), await stay.earned()) == ("pending_clearance", 0)
    assert (await stay.post("confirm-release", stay.me)).status_code == 409
    url, body = f"{API}/admin/bookings/{stay.id}/release", {"reason": "checked by phone"}
    boss = await operator(stay.house, stay.client)
    assert (await stay.client.post(url, json=body, headers=boss)).status_code == 428
    done = await stay.client.post(url, json=body, headers=boss | CONFIRMED)
    assert (done.json()["state"], await stay.earned()) == ("released", PRICE)
    assert await audited(stay.house) == ["booking.released"]
    await stay.expect_green()


@pytest.mark.req("M-030")
async def test_the_customers_code_completes_and_releases(new_stay: NewStay) -> None:
    stay = await new_stay("otp")
    code = (await stay.post("completion-code", stay.me)).json()["code"]
    early = await stay.post("complete", stay.boss, {"code": code})
    assert early.json()["type"] == "/problems/transition-not-allowed"
    await stay.begin()
    assert (await stay.post("complete", stay.me, {"code": code})).status_code == 409
    done = await stay.post("complete", stay.boss, {"code": code})
    assert done.json()["state"] == "completed", done.text
    await stay.pass_time(seconds=1)
    assert (await stay.state(), await stay.earned()) == ("released", PRICE)
    again = await stay.post("complete", stay.boss, {"code": code})
    assert again.json()["type"] == "/problems/no-code-here"
    await stay.expect_green()


async def test_the_money_waits_for_the_code_after_the_end_too(new_stay: NewStay) -> None:
    stay = await new_stay("otp")
    await stay.end()
    await stay.pass_time(hours=48)
    assert (await stay.state(), await stay.earned()) == ("pending_clearance", 0)
    code = (await stay.post("completion-code", stay.me)).json()["code"]
    done = await stay.post("complete", stay.boss, {"code": code})
    assert (done.json()["state"], await stay.earned()) == ("released", PRICE)
    await stay.expect_green()


async def test_a_code_can_be_guessed_at_five_times(new_stay: NewStay) -> None:
    stay = await new_stay("otp")
    await stay.begin()
    code = (await stay.post("completion-code", stay.me)).json()["code"]
    wrong = {"code": f"{(int(code) + 1) % 10**6:06}"}
    for left in (4, 3, 2, 1, 0):
        refused = await stay.post("complete", stay.boss, wrong)
        assert refused.json()["type"] == "/problems/wrong-code"
        assert refused.json()["tries_left"] == left
    assert (await stay.post("complete", stay.boss, {"code": code})).status_code == 409
    fresh = (await stay.post("completion-code", stay.me)).json()["code"]
    assert (await stay.post("complete", stay.boss, {"code": fresh})).status_code == 200


async def test_a_new_code_replaces_the_old_one_and_only_the_customer_gets_one(
    new_stay: NewStay,
) -> None:
    stay = await new_stay("otp")
    await stay.begin()
    old = (await stay.post("completion-code", stay.me)).json()["code"]
    assert (await stay.post("completion-code", stay.boss)).status_code == 404
    new = old
    while new == old:
        new = (await stay.post("completion-code", stay.me)).json()["code"]
    assert (await stay.post("complete", stay.boss, {"code": old})).status_code == 409
    assert (await stay.post("complete", stay.boss, {"code": new})).status_code == 200


async def test_where_no_code_is_used_there_is_none(new_stay: NewStay) -> None:
    stay = await new_stay("customer_confirm")
    none = "/problems/no-code-here"
    assert (await stay.post("completion-code", stay.me)).json()["type"] == none
    await stay.begin()
    refused = await stay.post("complete", stay.boss, {"code": "123456"})
    assert refused.json()["type"] == "/problems/transition-not-allowed"


async def _freeze(stay: Stay, by: str | None = "dispute:1") -> None:
    change = freeze_booking if by else unfreeze_booking
    async with open_unit(stay.house) as unit:
        await change(unit, UUID(stay.id), by or "dispute:1")


async def test_a_hold_keeps_the_timer_from_releasing(new_stay: NewStay) -> None:
    stay = await new_stay("end_time")
    await _freeze(stay)
    await stay.end()
    await stay.pass_time(hours=30)
    assert (await stay.state(), await stay.earned()) == ("completed", 0)
    await _freeze(stay, None)
    await stay.pass_time(minutes=11)
    assert (await stay.state(), await stay.earned()) == ("released", PRICE)
    await stay.expect_green()


async def test_a_hold_refuses_everybody_who_could_release(new_stay: NewStay) -> None:
    stay = await new_stay("customer_confirm")
    await stay.end()
    await _freeze(stay)
    assert (await stay.read())["actions"] == []
    assert (await stay.post("confirm-release", stay.me)).json()["type"] == FROZEN
    boss = await operator(stay.house, stay.client)
    url, body = f"{API}/admin/bookings/{stay.id}/release", {"reason": "x"}
    refused = await stay.client.post(url, json=body, headers=boss | CONFIRMED)
    assert refused.json()["type"] == FROZEN
    await stay.pass_time(hours=48)
    assert (await stay.state(), await stay.earned()) == ("pending_clearance", 0)
    await _freeze(stay, None)
    assert (await stay.post("confirm-release", stay.me)).json()["state"] == "released"
    await stay.expect_green()


async def test_a_hold_refuses_the_code_without_costing_a_try(new_stay: NewStay) -> None:
    stay = await new_stay("otp")
    await stay.begin()
    code = (await stay.post("completion-code", stay.me)).json()["code"]
    await _freeze(stay)
    for _ in range(6):
        assert (await stay.post("complete", stay.boss, {"code": code})).json()["type"] == FROZEN
    await _freeze(stay, None)
    assert (await stay.post("complete", stay.boss, {"code": code})).status_code == 200


async def test_a_hold_belongs_to_who_made_it(new_stay: NewStay) -> None:
    stay = await new_stay()
    await _freeze(stay)
    await _freeze(stay)
    await _freeze(stay, "dispute:2")
    async with open_unit(stay.house) as unit:
        await unfreeze_booking(unit, UUID(stay.id), "dispute:3")
        await unfreeze_booking(unit, UUID(stay.id), "dispute:2")
    await stay.end()
    assert await stay.state() == "completed"
    await _freeze(stay, None)
    await stay.pass_time(minutes=11)
    assert await stay.state() == "released"


async def test_people_are_told_when_no_money_goes_out(new_stay: NewStay) -> None:
    stay = await new_stay("customer_confirm")
    await stay.end()
    async with open_unit(stay.house) as unit:
        await set_stop(unit, MONEY_OUT, "the books are being checked")
    refused = await stay.post("confirm-release", stay.me)
    assert (refused.status_code, refused.json()["type"]) == (409, PAUSED)
    async with open_unit(stay.house) as unit:
        await set_stop(unit, MONEY_OUT, None)
    assert (await stay.post("confirm-release", stay.me)).json()["state"] == "released"
