"""An event from its draft to the vendors' last payout, over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from kalends.bookings.service.diary import bookings_of_person
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity import memberships_of
from tests.fixtures.deals import API
from tests.fixtures.events import Party, a_party, a_vendor, served
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import operator, signed_up, user_id_of

PRICES = [500_001, 120_000, 79_999]
TOTAL = sum(PRICES)


@pytest.fixture
async def party(house: House, loopback: Loopback) -> AsyncIterator[Party]:
    async with served(house, loopback) as (market, client):
        yield await a_party(market, client, PRICES)


async def test_a_draft_is_in_nobodys_calendar_but_the_organisers(party: Party) -> None:
    async def diary(who: dict[str, str]) -> list[str]:
        person = await user_id_of(party.client, who)
        async with open_unit(party.house, read_only=True) as unit:
            found = await bookings_of_person(unit, person, await memberships_of(unit, person))
        return [str(one.id) for one in found]

    await party.draft()
    for vendor in party.vendors:
        assert await diary(vendor.headers) == []
    assert await diary(party.me) == [party.id]
    await party.submit()
    for vendor in party.vendors:
        assert await diary(vendor.headers) == [party.id]


@pytest.mark.req(
    "S-015", "S-016", "S-024", "S-025", "S-026", "S-027", "S-028", "S-029", "S-054", "S-055", "S-057",
    "S-058", "S-059", "S-060", "S-062", "S-064", "S-065", "S-066", "S-067", "S-090", "C-34", "C-36",
)  # fmt: skip
async def test_an_event_is_agreed_paid_in_parts_and_paid_out_by_milestones(party: Party) -> None:
    await _agreed_after_a_counter(party)
    await _deposit_is_promised(party)
    await _reservation_is_asked_for(party)
    await party.pay("balance")
    rows = await party.payouts()
    assert sum(row["gross"] for row in rows if row["state"] == "locked") == await party.escrow()
    assert {len([r for r in rows if r["line"] == line]) for line in party.lines} == {4}
    await party.until(party.start)
    assert await party.state() == "in_progress"
    await party.pass_time(hours=6)
    ended = await party.read()
    assert ended["state"] == "released"
    assert ended["actual_start"] < ended["actual_end"]
    rows = await party.payouts()
    assert {r["state"] for r in rows if r["milestone"] == "completion"} == {"eligible"}
    total = TOTAL + 10_000
    commission = sum(row["commission"] for row in rows)
    whole = [PRICES[0], PRICES[1] + 10_000, PRICES[2]]
    assert commission == sum((price * 10 + 50) // 100 for price in whole)
    assert sum(row["gross"] for row in rows) == total
    await _each_vendor_is_reviewed(party)
    await party.sound()


async def _each_vendor_is_reviewed(party: Party) -> None:
    body = {"amount": {"amount": 5_000, "currency": "INR"}, "method": "wallet"}
    tip = await party.client.post(f"{API}/bookings/{party.id}/tip", json=body, headers=party.me)
    assert (tip.status_code, tip.json()["type"]) == (409, "/problems/nothing-to-thank-for")

    async def review(provider_id: str | None) -> tuple[int, str | None]:
        about = {"subject_type": "provider", "subject_id": provider_id} if provider_id else {}
        body = {"booking_id": party.id, "rating": 4, **about}
        answer = await party.client.post(f"{API}/reviews", json=body, headers=party.me)
        return answer.status_code, answer.json().get("subject_id")

    stranger = await a_vendor(party.client, "service", 1_000)
    assert await review(None) == (409, None)  # of whom?
    assert await review(stranger.provider_id) == (409, None)
    for vendor in party.vendors:
        assert await review(vendor.provider_id) == (201, vendor.provider_id)


async def _agreed_after_a_counter(party: Party) -> None:
    drafted = await party.draft()
    assert (drafted["state"], drafted["price"]["total"]["amount"]) == ("draft", TOTAL)
    await party.read(party.vendors[0].headers, 404)  # nobody has been asked yet
    assert (await party.submit())["state"] == "awaiting_provider"
    await party.vendor(0, "approve")
    offer = {"price": {"amount": PRICES[1] + 10_000, "currency": "INR"}, "note": "it is a Sunday"}
    mine = await party.vendor(1, "counter", offer)
    assert [line["id"] for line in mine["details"]["lines"]] == [party.lines[1]]
    await party.vendor(2, "approve")
    assert await party.state() == "awaiting_provider"
    stale = {"price": {"amount": PRICES[1], "currency": "INR"}}
    refused = await party.organiser(1, "accept-counter", stale, 409)
    assert (refused["type"], refused["price"]) == ("/problems/offer-changed", offer["price"])
    ready = await party.organiser(1, "accept-counter", {"price": offer["price"]})
    assert (ready["state"], ready["price"]["total"]["amount"]) == (
        "awaiting_payment",
        TOTAL + 10_000,
    )
    assert [i["purpose"] for i in ready["payment_schedule"]] == ["deposit", "balance"]


async def _deposit_is_promised(party: Party) -> None:
    await party.pay()
    booking = await party.read()
    deposit = booking["payment_schedule"][0]["amount"]["amount"]
    assert (booking["state"], booking["paid"]["amount"]) == ("confirmed", deposit)
    assert sum(line["paid"]["amount"] for line in booking["details"]["lines"]) == deposit
    rows = await party.payouts()
    assert {(row["state"], row["milestone"]) for row in rows} == {
        ("locked", "reservation"),
        ("locked", "completion"),
    }
    assert sum(row["gross"] for row in rows) == deposit == await party.escrow()
    await party.sound()


async def _reservation_is_asked_for(party: Party) -> None:
    rows = await party.payouts()
    wanted = next(
        r for r in rows if r["line"] == party.lines[0] and r["milestone"] == "reservation"
    )
    url = f"{API}/payouts/{wanted['id']}/request"
    assert (await party.client.post(url, headers=party.vendors[1].headers)).status_code == 404
    asked = await party.client.post(url, headers=party.vendors[0].headers)
    assert asked.status_code == 200, asked.text
    assert asked.json()["state"] == "eligible"
    assert await party.earned(0) == wanted["amount"]
    await party.sound()


@pytest.mark.req("S-016", "S-045")
async def test_a_vendor_sees_its_own_part_and_no_other(party: Party) -> None:
    await party.approved()
    await party.pay()
    headers, client = party.vendors[1].headers, party.client
    mine = await party.read(headers)
    listed = (await client.get(f"{API}/bookings", headers=headers)).json()["items"]
    assert [one["id"] for one in listed] == [party.id]
    for seen in (mine, listed[0]):
        assert [line["id"] for line in seen["details"]["lines"]] == [party.lines[1]]
        assert seen["price"]["total"]["amount"] == PRICES[1]
        assert [line["subtotal"]["amount"] for line in seen["lines"]] == [PRICES[1]]
        assert seen["paid"]["amount"] == seen["details"]["lines"][0]["paid"]["amount"] > 0
        assert (seen["payment_schedule"], seen["due"], seen["actions"]) == ([], None, [])
        told = str(seen)
        others = [party.vendors[n].provider_id for n in (0, 2)]
        assert all(other not in told.replace(seen["provider"]["id"], "") for other in others)
        assert str(PRICES[0]) not in told
    for step in ("cancel", "lines/" + party.lines[0] + "/approve"):
        body = {"reason": "rain"} if step == "cancel" else None
        url = f"{API}/bookings/{party.id}/{step}"
        refused = await client.post(url, json=body, headers=headers)
        assert refused.status_code in {404, 409}
    await party.read(await signed_up(client), 404)
    boss = await operator(party.house, client)
    assert len((await party.read(boss))["details"]["lines"]) == 3


@pytest.mark.req("S-045", "S-054")
async def test_an_event_needs_a_subscription_and_a_venue(party: Party) -> None:
    stranger = await signed_up(party.client)
    mine, party.me = party.me, stranger
    assert (await party.draft(402))["type"] == "/problems/subscription-required"
    party.me = mine
    lines = [party.vendors[1].line()]
    assert (await party.draft(422, lines=lines))["type"] == "/problems/venue-required"
    wrong = [party.vendors[0].line(role="service")]
    await party.draft(422, lines=wrong)
    await party.draft(404, lines=[party.vendors[0].line(service_id=party.vendors[1].service_id)])
    await party.draft()
    await party.client.post(f"{API}/subscriptions/cancel", headers=mine)
    await party.pass_time(hours=24 * 29)
    assert (await party.submit(200))["state"] == "awaiting_provider"
    await party.organiser(0, "remove", None, 422)


@pytest.mark.req("S-099", "S-100", "X-10")
async def test_operators_end_events_and_the_organiser_gets_back_by_tier(
    party: Party,
) -> None:
    boss = await operator(party.house, party.client) | {"X-Confirm-Action": "true"}
    await party.approved()
    await party.pay()
    deposit = (await party.read())["paid"]["amount"]
    shown = await party.client.get(
        f"{API}/bookings/{party.id}/cancellation-preview", headers=party.me
    )
    assert shown.json()["refund"]["percent"] == 75
    before = await party.purse()
    done = await party.ask(
        "cancel", party.me, {"reason": "rain", "preview_token": shown.json()["preview_token"]}
    )
    back = done["refund"]["amount"]["amount"]
    assert back + done["refund"]["fee"]["amount"] == deposit
    assert abs(back - deposit * 75 / 100) < len(PRICES)
    assert await party.purse() - before == back
    assert await party.escrow() == 0
    assert [n for n in range(3) if await party.earned(n) > 0] == [0, 1, 2]
    assert {line["state"] for line in done["booking"]["details"]["lines"]} == {"cancelled"}
    await party.sound()
    await _ended_by_an_operator(party, boss)


async def _ended_by_an_operator(party: Party, boss: dict[str, str]) -> None:
    await party.approved()
    await party.pay()
    url = f"{API}/admin/bookings/{party.id}/force-complete"
    ended = await party.client.post(url, json={"reason": "over"}, headers=boss)
    assert ended.json()["state"] == "completed"
    assert ended.json()["actual_start"] is None  # nobody saw it begin
    assert ended.json()["actual_end"] is not None
    await party.pass_time()
    assert await party.state() == "released"
    party.start += timedelta(days=2)  # its time stays its own
    await party.approved()
    url = f"{API}/admin/bookings/{party.id}/cancel"
    body = {"reason": "flooded", "refund_percent": 100}
    unsure = {k: v for k, v in boss.items() if k != "X-Confirm-Action"}
    assert (await party.client.post(url, json=body, headers=unsure)).status_code == 428
    ended = await party.client.post(url, json=body, headers=boss)
    assert ended.json()["booking"]["state"] == "cancelled"
    await party.sound()
