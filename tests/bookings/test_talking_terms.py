"""Asking without a clock: terms are talked over, tried out, and paid for when they are agreed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.fixtures.asking import ZONE, Street
from tests.fixtures.deals import marketplace_time, paid_at_sandbox

LESS, MORE = (
    {"price": {"amount": amount, "currency": "INR"}, "note": "for the two of us"}
    for amount in (180_000, 190_000)
)


@pytest.mark.req("M-013", "M-015", "M-017", "M-215", "M-216", "M-217", "M-220", "X-33")
async def test_terms_are_proposed_by_either_side_and_the_last_accepted_ones_are_paid(
    street,
) -> None:
    artist = await street.artist(type="flexi")
    asked = await street.ask(artist, hours=240, mode="flexi")
    assert asked["offer"]["expires_at"] is None
    proposed = await street.done(f"enquiries/{asked['id']}/proposals", LESS)
    assert proposed["proposals"][0]["state"] == "proposed"
    own = await street.post(f"enquiries/{asked['id']}/proposals/1/accept")
    assert own.status_code == 409
    await street.pass_time(hours=20)
    await street.done(f"enquiries/{asked['id']}/proposals/1/accept", None, artist.headers)
    taken = await street.done(f"enquiries/{asked['id']}/accept", None, artist.headers)
    booking = await street.see(f"bookings/{taken['booking_id']}")
    assert (booking["kind"], booking["price"]["total"]["amount"]) == ("flexi", 180_000)
    await street.done(f"enquiries/{asked['id']}/proposals", MORE, artist.headers)
    await street.done(f"enquiries/{asked['id']}/proposals/2/accept")
    booking = await street.see(f"bookings/{taken['booking_id']}")
    assert booking["price"]["total"]["amount"] == 190_000
    await street.pass_time(hours=23)
    await paid_at_sandbox(street.client, street.me, booking["id"])
    await street.settle()
    assert await street.state(booking["id"]) == "confirmed"
    await street.expect_green()


@pytest.mark.req("M-014", "M-217", "M-218", "M-219", "C-04")
async def test_a_trial_comes_first_and_the_customer_says_whether_it_goes_on(street) -> None:
    main, trial = await _with_trial(street, 5000)
    assert await street.state(main) == "trial_booked"
    await paid_at_sandbox(street.client, street.me, trial)
    await street.settle()
    assert await street.state(trial) == "confirmed"
    await street.pass_time(hours=50)
    assert await street.state(main) == "trial_completed"
    done = await street.done(f"bookings/{main}/trial", {"go_on": True})
    assert done["state"] == "awaiting_payment"
    await paid_at_sandbox(street.client, street.me, main)
    await street.settle()
    assert await street.state(main) == "confirmed"
    refused, _ = await _with_trial(street, 0)
    await street.pass_time(hours=50)
    done = await street.done(f"bookings/{refused}/trial", {"go_on": False})
    assert done["state"] == "cancelled"
    await street.expect_green()


@pytest.mark.req("M-014")
async def test_an_unpaid_trial_ends_both_and_a_cancelled_booking_its_trial(street) -> None:
    main, trial = await _with_trial(street, 5000)
    await street.pass_time(hours=25)
    assert (await street.state(trial), await street.state(main)) == ("expired", "cancelled")
    main, trial = await _with_trial(street, 5000)
    await paid_at_sandbox(street.client, street.me, trial)
    await street.settle()
    await street.done(f"bookings/{main}/cancel", {"reason": "another plan"})
    await street.settle()
    assert await street.state(trial) == "cancelled"
    await street.expect_green()


async def _with_trial(street: Street, price: int) -> tuple[str, str]:
    """A booking that was agreed on with a trial two days ahead, and the trial."""
    artist = await street.artist(type="flexi")
    local = ((await marketplace_time(street.house)) + timedelta(hours=48)).astimezone(ZONE)
    trial: dict[str, Any] = {
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "duration_min": 60,
    }
    if price:
        trial["price"] = {"amount": price, "currency": "INR"}
    asked = await street.ask(artist, hours=240, mode="flexi", trial=trial)
    taken = await street.done(f"enquiries/{asked['id']}/accept", None, artist.headers)
    return taken["booking_id"], taken["trial_booking_id"]
