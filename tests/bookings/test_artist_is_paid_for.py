"""The money of an instant booking from its order at the gateway on: one that fails confirms nothing."""

import pytest


@pytest.mark.req("M-027", "M-187", "M-205", "M-206")
async def test_a_payment_that_fails_is_kept_and_confirms_nothing_and_one_that_comes_does(
    street,
) -> None:
    booking_id = await street.booked(await street.artist())
    assert await street.state(booking_id) == "awaiting_payment"
    answer = await street.post("payments/create-order", {"booking_id": booking_id})
    order = answer.json()
    assert (answer.status_code, order["amount"]["currency"]) == (201, "INR")
    page, url = f"/sandbox/checkout/{order['gateway_order_id']}", f"payments/{order['payment_id']}"
    assert (await street.see(url))["state"] == "created"
    await street.client.post(page, json={"instrument": "declined"})
    await street.settle()
    failed = await street.see(url)
    assert (failed["state"], failed["captured_at"]) == ("failed", None)
    assert await street.state(booking_id) == "awaiting_payment"
    await street.client.post(page, json={"instrument": "success"})
    await street.settle()
    paid = await street.see(url)
    assert (paid["state"], bool(paid["captured_at"])) == ("captured", True)
    assert await street.state(booking_id) == "confirmed"
    await street.expect_green()
