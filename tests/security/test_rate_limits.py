"""The limits of the profile, as a client meets them."""

import time

import httpx
import pytest

from tests.fixtures.deals import API
from tests.fixtures.people import own_address, signed_up

MINUTE = 60


async def _until_refused(
    client: httpx.AsyncClient, method: str, url: str, headers: dict[str, str]
) -> tuple[int, float, httpx.Response]:
    """How many requests were let through in how many seconds, and the refusal."""
    begin, let_in = time.monotonic(), 0
    while True:
        answer = await client.request(method, url, headers=headers)
        if answer.status_code == 429:
            return let_in, time.monotonic() - begin, answer
        assert answer.status_code < 500, answer.text
        let_in += 1


@pytest.mark.req("H-212", "H-217")
async def test_an_address_may_ask_a_thousand_times_a_minute(client: httpx.AsyncClient) -> None:
    url, one, other = f"{API}/venues?limit=0", own_address(), own_address()
    let_in, seconds, refusal = await _until_refused(client, "GET", url, one)
    assert 1000 <= let_in <= 1000 + 1000 / MINUTE * seconds + 1
    assert int(refusal.headers["retry-after"]) >= 1
    assert refusal.json()["type"] == "/problems/too-many-requests"
    assert (await client.get(url, headers=other)).status_code == 422


@pytest.mark.req("H-215", "H-217")
async def test_a_customer_may_ask_for_fifty_bookings_a_minute(client: httpx.AsyncClient) -> None:
    me, other = await signed_up(client), await signed_up(client)
    let_in, seconds, _ = await _until_refused(client, "POST", f"{API}/bookings", me)
    assert 50 <= let_in <= 50 + 50 / MINUTE * seconds + 1
    elsewhere = me | own_address()
    assert (await client.post(f"{API}/bookings", headers=elsewhere)).status_code == 429
    assert (await client.post(f"{API}/bookings", headers=other)).status_code == 422
    assert (await client.get(f"{API}/bookings/me", headers=me)).status_code == 200


@pytest.mark.req("H-217")
async def test_an_answer_says_how_much_is_left(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/search/rooms", headers=own_address())
    assert answer.headers["ratelimit-limit"] == "100"
    assert 90 <= int(answer.headers["ratelimit-remaining"]) < 100
