"""What artists and customers are written: whose turn it is, who is at the door, and the code that ends it."""

import re
from typing import Any

import pytest

from tests.fixtures.asking import Street
from tests.fixtures.deals import paid_at_sandbox


async def _letters(street: Street, words: str) -> list[Any]:
    await street.settle()
    found = (await street.client.get("/dev/messages", params={"limit": 100})).json()["items"]
    return [one for one in found if words in one["subject"]]


@pytest.mark.req("M-008", "M-055", "M-215")
async def test_an_artist_is_asked_by_letter_and_the_customer_gets_the_code_at_the_door(
    street,
) -> None:
    first, second = await street.artist(km=1), await street.artist(km=2)
    asked = await street.ask(first)
    assert len(await _letters(street, "Somebody asks for you")) == 1
    await street.done(f"enquiries/{asked['id']}/decline", None, first.headers)
    assert len(await _letters(street, "Somebody asks for you")) == 2
    await street.done(f"enquiries/{asked['id']}/decline", None, second.headers)
    assert len(await _letters(street, "Nobody is free")) == 1
    booking_id = await street.paid(second, hours=30)
    await street.until_start(booking_id, minutes=-60)
    assert len(await _letters(street, "Coming up")) == 1
    for step in ("check-in", "start", "arrived"):
        await street.done(f"journeys/{booking_id}/{step}", None, second.headers)
    (told,) = await _letters(street, "At your door")
    code = re.search(r"this code: (\d{6})", told["text"])
    assert code
    await street.done(f"bookings/{booking_id}/start", None, second.headers)
    done = await street.done(f"journeys/{booking_id}/verify-otp", {"code": code[1]}, second.headers)
    assert done["state"] == "completed"
    await street.expect_green()


async def test_every_dearer_artist_is_asked_about_and_the_chosen_one_told_of_the_payment(
    street,
) -> None:
    first = await street.artist(km=1)
    dearer = [await street.artist(km=km, price=price) for km, price in ((2, 220_000), (3, 260_000))]
    asked = await street.ask(first)
    await street.done(f"enquiries/{asked['id']}/decline", None, first.headers)
    assert len(await _letters(street, "Your word is needed")) == 1
    await street.done(f"enquiries/{asked['id']}/consent", {"agree": True})
    await street.done(f"enquiries/{asked['id']}/decline", None, dearer[0].headers)
    assert len(await _letters(street, "Your word is needed")) == 2
    await street.done(f"enquiries/{asked['id']}/consent", {"agree": True})
    taken = await street.done(f"enquiries/{asked['id']}/accept", None, dearer[1].headers)
    await paid_at_sandbox(street.client, street.me, taken["booking_id"])
    assert len(await _letters(street, "Your job stands")) == 1
    await street.done(f"bookings/{taken['booking_id']}/cancel", {"reason": "another plan"})
    assert len(await _letters(street, "No longer wanted")) == 1
