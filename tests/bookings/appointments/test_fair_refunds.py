"""What a cancellation gives back after somebody moved the booking, and what a preview promises."""

import pytest

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import Headers, stamp
from tests.fixtures.salons import Salon

TIERS = [
    {"over_hours": 24, "percent": 100},
    {"over_hours": 4, "percent": 50, "inclusive": True},
    {"over_hours": 0, "percent": 0},
]
RULES = {"cancellation": {"tiers": TIERS}}
ILL = {"reason_code": "ill"}


async def _noon(new_salon: NewSalon) -> Salon:
    """A salon whose clock has just passed noon."""
    salon = await new_salon(**RULES)
    await salon.reach(await salon.at(12, days=1))
    return salon


async def _move(salon: Salon, booking: str, who: Headers, hour: int, days: int) -> None:
    moved = {"new_start_time": stamp(await salon.at(hour, days=days))}
    await salon.act(booking, "reschedule", who, moved, "PUT")


async def _percent(salon: Salon, booking: str) -> int:
    shown = await salon.call("GET", f"bookings/{booking}/cancellation-preview", salon.me)
    return int(shown.json()["refund"]["percent"])


async def test_whoever_is_moved_by_others_leaves_with_everything(new_salon: NewSalon) -> None:
    salon = await _noon(new_salon)
    booking = await salon.paid("cut", await salon.at(10, days=10), "asha")
    await _move(salon, booking, salon.owner, 14, 0)
    assert await _percent(salon, booking) == 100
    rich = await salon.wallet()
    await salon.act(booking, "cancel", salon.me, {"reason": "not then"})
    assert await salon.wallet() == rich + 40000
    await salon.expect_green()


async def test_moving_away_does_not_buy_a_better_tier(new_salon: NewSalon) -> None:
    salon = await _noon(new_salon)
    booking = await salon.paid("cut", await salon.at(14, days=0), "asha")
    assert await _percent(salon, booking) == 0
    await _move(salon, booking, salon.me, 10, 20)
    assert await _percent(salon, booking) == 0
    early = await salon.paid("cut", await salon.at(10, days=10), "asha")
    await _move(salon, early, salon.me, 10, 1)
    assert await _percent(salon, early) == 50
    await _move(salon, early, salon.me, 10, 5)
    assert await _percent(salon, early) == 50


async def test_who_moves_again_after_others_keeps_what_they_had(new_salon: NewSalon) -> None:
    salon = await _noon(new_salon)
    booking = await salon.paid("cut", await salon.at(10, days=10), "asha")
    await _move(salon, booking, salon.owner, 14, 0)
    await _move(salon, booking, salon.me, 10, 5)
    assert await _percent(salon, booking) == 100
    await salon.reach(await salon.at(8, days=5))
    assert await _percent(salon, booking) == 0


async def test_an_unpaid_visit_may_be_moved_without_a_loss(new_salon: NewSalon) -> None:
    salon = await _noon(new_salon)
    booking = await salon.booked("cut", await salon.at(14, days=0), "asha")
    await _move(salon, booking, salon.me, 10, 5)
    await salon.act(booking, "pay", salon.me, {"method": "wallet"})
    assert await _percent(salon, booking) == 100


async def _previewed(salon: Salon, booking: str, who: Headers) -> dict[str, str]:
    shown = await salon.call("GET", f"bookings/{booking}/cancellation-preview", who)
    return {"reason": "as shown", "preview_token": shown.json()["preview_token"]}


@pytest.mark.req("G-083")
async def test_a_preview_holds_for_the_state_and_the_person_that_it_was_made_for(
    new_salon: NewSalon,
) -> None:
    salon = await _noon(new_salon)
    booking = await salon.paid("cut", await salon.at(9, days=1), "asha")
    theirs = await _previewed(salon, booking, salon.owner)
    half = await _previewed(salon, booking, salon.me)
    path = f"bookings/{booking}/cancel"
    assert (await salon.call("POST", path, salon.me, theirs)).status_code == 409
    await salon.act(booking, "decline", salon.accounts["asha"], ILL)
    refused = await salon.call("POST", path, salon.me, half)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/preview-expired")
    whole = await _previewed(salon, booking, salon.me)
    await salon.act(booking, "accept-replacement", salon.me)
    assert (await salon.call("POST", path, salon.me, whole)).status_code == 409
    again = await _previewed(salon, booking, salon.me)
    await salon.pass_time(minutes=5)
    rich = await salon.wallet()
    await salon.act(booking, "cancel", salon.me, again)
    assert await salon.wallet() == rich + 20000
    await salon.expect_green()
