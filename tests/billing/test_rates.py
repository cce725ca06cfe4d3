"""Commission and taxes change on their day, for whom they are meant, with a row in the audit log."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from kalends.billing import FeeTerms, terms_for
from kalends.bookings import get_booking
from kalends.bookings.rules.policy import Policy
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from tests.fixtures.audit import audited
from tests.fixtures.deals import API, at_hour, booked, marketplace_time, rental, scalar, stamp
from tests.fixtures.people import Headers, operator, signed_up
from tests.fixtures.places import a_room, a_venue

COMMISSION, TAXES = f"{API}/admin/settings/commission", f"{API}/admin/settings/taxes"


class Office:
    """A super admin at the settings."""

    def __init__(self, house: House, client: httpx.AsyncClient, headers: Headers) -> None:
        self.house, self.client = house, client
        self.headers = headers | {"X-Confirm-Action": "true"}

    async def set(self, url: str, status: int = 200, **body: Any) -> dict[str, Any]:
        change = {"reason": "agreed with the venues", **body}
        answer = await self.client.patch(url, json=change, headers=self.headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def read(self, url: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(url, headers=self.headers)).json()
        return found

    async def terms(
        self,
        provider_id: UUID | None = None,
        category: str | None = None,
        at: datetime | None = None,
    ) -> FeeTerms:
        async with open_unit(self.house, read_only=True) as unit:
            return await terms_for(unit, provider_id, category, at or unit.now)

    async def today(self, days: int = 0) -> date:
        return (await marketplace_time(self.house) + timedelta(hours=5.5, days=days)).date()


@pytest.fixture
async def office(house: House, client: httpx.AsyncClient) -> Office:
    return Office(house, client, await operator(house, client))


async def test_without_a_row_the_profile_decides(office: Office) -> None:
    fees = office.house.profile.fees
    assert await office.terms() == FeeTerms(fees.commission_bp, fees.taxes)
    assert await office.read(COMMISSION) == {"basis_points": 0, "rates": []}
    assert await office.read(TAXES) == {"taxes": [], "rates": []}


async def test_the_most_specific_commission_wins(office: Office) -> None:
    hall, other = [(await a_venue(office.house)).provider_id for _ in range(2)]
    await office.set(COMMISSION, basis_points=1000)
    await office.set(COMMISSION, basis_points=1200, category="wedding")
    await office.set(COMMISSION, basis_points=800, provider_id=str(hall))
    wanted = {(None, None): 1000, (other, None): 1000, (None, "wedding"): 1200}
    wanted |= {(other, "wedding"): 1200, (hall, None): 800, (hall, "wedding"): 800}
    for (provider, category), basis_points in wanted.items():
        found = await office.terms(provider, category)
        assert found.commission_bp == basis_points, (provider, category)


async def test_a_commission_begins_at_its_moment_and_the_later_word_counts(office: Office) -> None:
    soon = await marketplace_time(office.house) + timedelta(hours=3)
    for basis_points in (1500, 1800):
        await office.set(COMMISSION, basis_points=basis_points, valid_from=stamp(soon))
    assert (await office.terms()).commission_bp == 0
    assert (await office.terms(at=soon - timedelta(seconds=1))).commission_bp == 0
    assert (await office.terms(at=soon)).commission_bp == 1800
    assert (await office.read(COMMISSION))["basis_points"] == 0


async def test_a_tax_holds_from_its_day_until_its_day(office: Office) -> None:
    first, after = await office.today(10), await office.today(20)
    days = {"valid_from": first.isoformat(), "valid_to": after.isoformat()}
    await office.set(TAXES, name="gst", base="commission", basis_points=1800, **days)
    now = await marketplace_time(office.house)
    rates = [(await office.terms(at=now + timedelta(days=n))).taxes for n in (9, 10, 19, 20)]
    assert [[t.basis_points for t in taxes] for taxes in rates] == [[], [1800], [1800], []]
    listed = (await office.read(TAXES))["rates"]
    assert [(r["name"], r["valid_from"], r["valid_to"]) for r in listed] == [
        ("gst", first.isoformat(), after.isoformat())
    ]


@pytest.mark.parametrize("url", [COMMISSION, TAXES])
async def test_what_has_been_sold_cannot_be_changed(office: Office, url: str) -> None:
    past: dict[str, Any] = {"valid_from": stamp(await marketplace_time(office.house))}
    if url == TAXES:
        past = {"name": "gst", "base": "price", "valid_from": str(await office.today(-1))}
    refused = await office.set(url, 422, basis_points=100, **past)
    assert refused["type"] == "/problems/rate-in-the-past"


async def test_rates_that_leave_the_provider_less_than_nothing_are_refused(office: Office) -> None:
    await office.set(COMMISSION, basis_points=9000)
    day = {"valid_from": str(await office.today(3))}
    tax = {"name": "gst", "base": "commission", **day}
    refused = await office.set(TAXES, 422, basis_points=1800, **tax)
    assert refused["type"] == "/problems/rates-exceed-price"
    await office.set(TAXES, basis_points=1000, **tax)
    refused = await office.set(COMMISSION, 422, basis_points=9500)
    assert refused["day"] == day["valid_from"]
    assert await scalar(office.house, "SELECT count(*) FROM tax_rates") == 1


@pytest.mark.req("C-32", "I-058")
async def test_a_changed_commission_is_audited_with_what_it_was(office: Office) -> None:
    await office.set(COMMISSION, basis_points=1000)
    await office.set(COMMISSION, basis_points=1250, reason="a better server")
    await office.set(
        TAXES,
        name="gst",
        base="commission",
        basis_points=1800,
        valid_from=str(await office.today()),
    )
    assert (await audited(office.house))[-3:] == [
        "commission.changed",
        "commission.changed",
        "tax.changed",
    ]
    query = (
        "SELECT detail FROM audit_log WHERE action = 'commission.changed' ORDER BY seq DESC LIMIT 1"
    )
    detail = await scalar(office.house, query)
    assert (detail["before"], detail["after"]) == (1000, 1250)
    assert detail["reason"] == "a better server"


async def test_only_a_super_admin_who_confirms_sets_a_rate(
    office: Office, house: House, client: httpx.AsyncClient
) -> None:
    body = {"basis_points": 1000, "reason": "a test"}
    support = await operator(house, client, "support")
    assert (await client.get(COMMISSION, headers=support)).status_code == 200
    confirmed = support | {"X-Confirm-Action": "true"}
    assert (await client.patch(COMMISSION, json=body, headers=confirmed)).status_code == 403
    office.headers.pop("X-Confirm-Action")
    await office.set(COMMISSION, 428, **body)
    assert await scalar(house, "SELECT count(*) FROM commission_rates") == 0


async def test_a_rate_for_nobody_is_not_found(office: Office) -> None:
    await office.set(COMMISSION, 404, basis_points=100, provider_id=str(new_id()))


@pytest.mark.req("C-32")
async def test_a_booking_keeps_the_terms_of_the_moment_it_was_made(
    office: Office, house: House, client: httpx.AsyncClient
) -> None:
    await office.set(COMMISSION, basis_points=1000)
    today = {"valid_from": str(await office.today())}
    await office.set(TAXES, name="gst", base="commission", basis_points=1800, **today)
    room, guest = await a_room(house), await signed_up(client)
    body = rental(room.id, await at_hour(house))
    booking_id = UUID((await booked(client, guest, body))["id"])
    await office.set(COMMISSION, basis_points=2000)
    async with open_unit(house, read_only=True) as unit:
        policy = Policy.read((await get_booking(unit, booking_id)).policy)
    assert policy.commission_bp == 1000
    [gst] = policy.taxes
    assert (gst.basis_points, gst.valid_from) == (1800, await office.today())
    assert Policy.read(policy.write()) == policy


def test_a_policy_that_was_stored_before_taxes_had_days_is_still_read(house: House) -> None:
    start = datetime.fromisoformat("2026-11-21T10:00:00+00:00")
    stored = Policy.of(house.profile, now=start, start=start + timedelta(days=1)).write()
    stored["taxes"] = [{"name": "gst", "base": "commission", "basis_points": 1800}]
    del stored["commission_base"], stored["price_tax_bp"]
    policy = Policy.read(stored)
    assert [t.valid_on(start.date()) for t in policy.taxes] == [True]
    assert (policy.commission_base, policy.price_tax_bp) == ("price", 0)
