"""Many ask the same few artists at once, who accept, decline and stay silent while time goes on."""

import asyncio
from random import Random  # noqa: TID251 - a fixed seed: the same rush every time
from typing import Any

import httpx
import pytest

from tests.fixtures.deals import scalar
from tests.fixtures.people import Headers, signed_up

ENQUIRIES, PEOPLE, ROUNDS, HOURS = 50, 10, 14, 5
LIVE = """
    SELECT coalesce(json_agg(json_build_object('enquiry', enquiry_id, 'provider', provider_id)), '[]')
    FROM enquiry_offers WHERE state = 'offered'
"""
TWICE_LIVE = """
    SELECT count(*) FROM (SELECT enquiry_id FROM enquiry_offers WHERE state = 'offered'
                          GROUP BY enquiry_id HAVING count(*) > 1) AS twice
"""
TWICE_BOOKED = """
    SELECT count(*) FROM bookings a JOIN bookings b ON a.provider_id = b.provider_id AND a.id < b.id
    WHERE a.state = 'awaiting_payment' AND b.state = 'awaiting_payment'
      AND tstzrange(a.start_at, a.end_at) && tstzrange(b.start_at, b.end_at)
"""
UNENDED = "SELECT count(*) FROM enquiries WHERE state IN ('pending', 'accepted')"
CONVERTED = "SELECT count(*) FROM enquiries WHERE state = 'converted'"
BOOKED = "SELECT count(*) FROM bookings WHERE process = 'instant'"


@pytest.mark.req("M-007", "M-009", "M-019", "C-05", "C-06")
async def test_every_enquiry_ends_no_two_offers_live_and_nobody_is_booked_twice(street) -> None:
    artists = {one.id: one for one in [await street.artist(km=km) for km in (1, 2, 3)]}
    people = [await signed_up(street.client) for _ in range(PEOPLE)]
    asked = list(artists.values())
    sent = await asyncio.gather(
        *(
            street.ask(asked[n % 3], people[n % PEOPLE], hours=24 + 2 * (n % HOURS))
            for n in range(ENQUIRIES)
        )
    )
    customer_of = {one["id"]: people[n % PEOPLE] for n, one in enumerate(sent)}
    chance = Random(20261121)  # noqa: S311 - not for secrets
    for _ in range(ROUNDS):
        live = await scalar(street.house, LIVE)
        if not live:
            break
        steps = [
            step
            for offer in live
            for step in _steps(offer, artists, customer_of[offer["enquiry"]], chance.random())
        ]
        answers = await asyncio.gather(
            *(street.post(path, None, headers) for path, headers in steps),
            street.pass_time(seconds=50),
        )
        assert {a.status_code for a in answers if isinstance(a, httpx.Response)} <= {200, 409}
        assert await scalar(street.house, TWICE_LIVE) == 0
        assert await scalar(street.house, TWICE_BOOKED) == 0
    assert await scalar(street.house, UNENDED) == 0
    converted = await scalar(street.house, CONVERTED)
    assert 3 <= converted == await scalar(street.house, BOOKED) <= 3 * HOURS
    await street.expect_green()


def _steps(
    offer: dict[str, str], artists: dict[str, Any], customer: Headers, dice: float
) -> list[tuple[str, Headers]]:
    """What is done about this offer in one moment: nothing, something, or two things at once."""
    path, artist = f"enquiries/{offer['enquiry']}", artists[offer["provider"]].headers
    accept, decline = (f"{path}/accept", artist), (f"{path}/decline", artist)
    withdraw = (f"{path}/withdraw", customer)
    choices = [[accept, accept], [accept, decline], [decline], [accept, withdraw], [], []]
    return choices[int(dice * len(choices))]
