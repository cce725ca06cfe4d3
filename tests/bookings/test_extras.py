"""What was added to a booking on the way: asked for when it is over, and passed on when it comes."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest

from kalends.bookings import LineFacts, get_booking
from kalends.bookings.repository import bookings
from kalends.core.money import Money
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, paid_at_sandbox, scalar, with_money
from tests.fixtures.people import user_id_of
from tests.fixtures.stays import PRICE, Stay

NewStay = Callable[..., Awaitable[Stay]]
EXTRA = 7000


async def _add(stay: Stay, amount: int = EXTRA) -> None:
    """Somebody stayed longer, as a kind of booking with extras would write it down."""
    async with open_unit(stay.house) as unit:
        booking = await get_booking(unit, UUID(stay.id))
        price = Money(amount, "INR")
        line = LineFacts("extra", uuid4(), "Another half hour", 1, price, price)
        await bookings.replace_lines(unit, booking.id, [*booking.lines, line])
        total = booking.total.amount + amount
        await bookings.change(unit, booking.id, total=total, extra=amount)


def _letters(template: str) -> str:
    return f"SELECT count(*) FROM messages WHERE template = '{template}'"  # noqa: S608 - our own word


@pytest.mark.req("G-089", "X-35", "C-34")
async def test_an_extra_is_asked_for_at_the_end_and_released_with_the_rest(
    new_stay: NewStay, run_jobs
) -> None:
    stay = await new_stay("customer_confirm")
    await stay.begin()
    await _add(stay)
    assert await scalar(stay.house, _letters("payment_due")) == 0
    await stay.end()
    assert await scalar(stay.house, _letters("payment_due")) == 1
    owing = await stay.read()
    assert owing["due"]["amount"] == EXTRA
    assert [(p["purpose"], p["state"]) for p in owing["payment_schedule"]] == [
        ("full", "paid"),
        ("extra", "due"),
    ]
    await paid_at_sandbox(stay.client, stay.me, stay.id)
    await run_jobs(stay.house)
    paid = await stay.read()
    assert (paid["state"], paid["due"], paid["paid"]["amount"]) == (
        "pending_clearance",
        None,
        PRICE + EXTRA,
    )
    assert await stay.earned() == 0
    await stay.post("confirm-release", stay.me)
    assert await stay.earned() == PRICE + EXTRA
    await stay.expect_green()


@pytest.mark.req("X-35")
async def test_the_release_does_not_wait_for_an_extra_which_follows_when_it_is_paid(
    new_stay: NewStay, run_jobs
) -> None:
    stay = await new_stay("end_time")
    await stay.begin()
    await _add(stay)
    await stay.end()
    assert (await stay.state(), await stay.earned()) == ("released", PRICE)
    await with_money(stay.house, await user_id_of(stay.client, stay.me), PRICE)
    body = {"booking_id": stay.id, "purpose": "extra"}
    tab = await stay.client.post(f"{API}/payments/create-order", json=body, headers=stay.me)
    paid = await stay.post("pay", stay.me, {"method": "wallet"})
    assert paid.json()["paid"]["amount"] == PRICE + EXTRA, paid.text
    assert await stay.earned() == PRICE + EXTRA
    page = f"/sandbox/checkout/{tab.json()['gateway_order_id']}"
    await stay.client.post(page, json={"instrument": "success"})
    await run_jobs(stay.house)
    assert await stay.earned() == PRICE + EXTRA, "the other tab is given back"
    assert await stay.held() == 0
    assert await stay.wallet() == PRICE
    await stay.expect_green()
