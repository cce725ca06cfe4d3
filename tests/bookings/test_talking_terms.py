"""Asking without a clock: terms are talked over, tried out, and paid for when they are agreed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kalends.bookings.service.enquiries.proposals import MOST
from tests.fixtures.asking import ZONE, Street
from tests.fixtures.deals import marketplace_time, paid_at_sandbox, scalar

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
    await street.settle()
    await street.done(f"enquiries/{asked['id']}/proposals/2/accept")
    await street.settle()
    for subject in ("Other terms are proposed", "Your terms are agreed on"):
        assert await _told(street, subject) == 2
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
    assert await _told(street, "Your trial is over") == 1
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


async def test_a_customer_who_ends_the_booking_pays_for_the_trial_by_its_own_tier(street) -> None:
    main, trial = await _paid_trial(street)
    await street.until_start(trial, minutes=-60)
    await street.done(f"bookings/{main}/cancel", {"reason": "another plan"})
    await street.settle()
    ended = await street.see(f"bookings/{trial}")
    assert (ended["state"], ended["paid"]["amount"]) == ("cancelled", 5000)
    assert ended["refunded"]["amount"] < 5000
    main, trial = await _paid_trial(street)
    await street.until_start(trial, minutes=30)  # it is under way
    await street.done(f"bookings/{main}/cancel", {"reason": "another plan"})
    await street.pass_time(hours=1)
    assert await street.state(trial) != "cancelled"
    assert (await street.see(f"bookings/{trial}"))["refunded"]["amount"] == 0
    await street.expect_green()


async def test_an_artist_who_ends_the_booking_gives_the_trial_back_in_full(street) -> None:
    main, trial = await _paid_trial(street)
    artist = street.artists[-1]
    await street.until_start(trial, minutes=-60)
    await street.done(f"bookings/{main}/cancel", {"reason": "I am ill"}, artist.headers)
    await street.settle()
    assert (await street.see(f"bookings/{trial}"))["refunded"]["amount"] == 5000
    await street.expect_green()


async def test_money_for_a_trial_that_was_not_paid_in_time_goes_back(street) -> None:
    main, trial = await _with_trial(street, 5000)
    order = await street.done("payments/create-order", {"booking_id": trial})
    await street.pass_time(hours=25)
    assert await street.state(trial) == "expired"
    page = f"/sandbox/checkout/{order['gateway_order_id']}"
    await street.client.post(page, json={"instrument": "success"})
    await street.settle()
    assert (await street.state(trial), await street.state(main)) == ("expired", "cancelled")
    shown = await street.see(f"bookings/{trial}")
    assert shown["paid"]["amount"] == shown["refunded"]["amount"]
    await street.expect_green()


async def test_other_terms_keep_the_time_until_the_new_start(street) -> None:
    main, _ = await _with_trial(street, 0)
    artist, booking = street.artists[-1], await street.see(f"bookings/{main}")
    later = datetime.fromisoformat(booking["start_time"]) + timedelta(days=2)
    local = later.astimezone(ZONE)
    new = {"date": local.date().isoformat(), "time": f"{local:%H:%M}"}
    asked = booking["details"]["enquiry_id"]
    await street.done(f"enquiries/{asked}/proposals", new)
    await street.done(f"enquiries/{asked}/proposals/1/accept", None, artist.headers)
    until = await scalar(
        street.house,
        "SELECT min(expires_at) FROM allocations WHERE booking_id = :id AND active",
        id=main,
    )
    assert until == later
    await street.expect_green()


async def test_proposals_are_bounded(street) -> None:
    artist = await street.artist(type="flexi")
    asked = await street.ask(artist, hours=240, mode="flexi")
    for n in range(MOST):
        side = street.me if n % 2 else artist.headers
        await street.done(f"enquiries/{asked['id']}/proposals", LESS, side)
    refused = await street.post(f"enquiries/{asked['id']}/proposals", LESS)
    assert refused.json()["type"] == "/problems/too-many-changes"


async def _told(street: Street, subject: str) -> int:
    found = (await street.client.get("/dev/messages", params={"limit": 100})).json()["items"]
    return sum(subject in one["subject"] for one in found)


async def _paid_trial(street: Street) -> tuple[str, str]:
    main, trial = await _with_trial(street, 5000)
    await paid_at_sandbox(street.client, street.me, trial)
    await street.settle()
    return main, trial


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
