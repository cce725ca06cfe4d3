"""What those who serve see: their days, their jobs, and how to reach the customer while there is a reason."""

import pytest

from kalends.core.checks import run_checks
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, at_hour, scalar
from tests.fixtures.markets import a_member, a_provider, joined, market_app, market_of
from tests.fixtures.people import signed_up, user_id_of
from tests.fixtures.visits import a_visit

REVEALS = "SELECT count(*) FROM audit_log WHERE action = 'contact.revealed'"


@pytest.fixture
async def app(house, loopback):
    loopback.app = market_app(market_of(house))
    return loopback.app


@pytest.mark.req("G-068", "G-069", "G-074", "G-075")
async def test_a_member_sees_their_days_and_reaches_the_customer_while_there_is_a_reason(
    house, client, app
):
    _, owner = await a_provider(client)
    ravi = await signed_up(client, "ravi@staff.test")
    member = await a_member(client, owner, email="ravi@staff.test")
    other = await a_member(client, owner, name="Uma")
    member = await joined(client, member, ravi)
    me = await signed_up(client, "asha@home.test")
    mine = await user_id_of(client, me)
    evening = await at_hour(house, hour=19)  # after midnight in Pune
    visit = await a_visit(house, mine, [member], start=evening)
    await a_visit(house, mine, [other], start=evening)
    unpaid = await a_visit(house, mine, [member], start=await at_hour(house, hour=3), paid=False)

    async def days(headers, status=200, **asked):
        answer = await client.get(f"{API}/staff/schedule", params=asked, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    month, day = f"{evening:%Y-%m}", (await at_hour(house, days=8)).date().isoformat()
    assert (await days(ravi, month=day[:7]))["days"] == [{"date": day, "jobs": 1}]
    [job] = (await days(ravi, date=day))["jobs"]
    assert (job["id"], job["time_zone"]) == (visit, "Asia/Kolkata")
    assert (await days(owner, date=day, staff_id=other["id"]))["days"][0]["jobs"] == 1
    await days(ravi, 404, date=day, staff_id=other["id"])
    await days(me, 404, month=month)
    for bad in ({}, {"month": month, "date": day}, {"month": "2026-13"}):
        await days(ravi, 422, **bad)

    shown = await client.post(f"{API}/bookings/{visit}/contact", headers=ravi)
    assert (shown.status_code, shown.json()["email"]) == (200, "asha@home.test")
    early = await client.post(f"{API}/bookings/{unpaid}/contact", headers=ravi)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/contact-withheld")
    assert (await client.post(f"{API}/bookings/{visit}/contact", headers=me)).status_code == 404
    assert await scalar(house, REVEALS) == 1
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}
