"""What an event's money leaves on paper: each vendor's invoices, ours for the commission, credit notes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API
from tests.fixtures.events import RULES, Party, a_party, served
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import Headers, operator

PRICES = [500_001, 120_000, 79_999]
OURS = {"legal_name": "Feasts Private Limited", "tax_id": "27AAPFU0939F1ZV", "price_tax_bp": 1800}
VENUE = {"legal_name": "Palace Hotels Ltd", "tax_id": "29AAGCB7383J1Z4", "address": "3 MG Road"}
CATERER = {"legal_name": "Thali Caterers LLP", "tax_id": "27AAPFU0939F1ZV", "address": "1 FC Road"}
TIERS = [{"over_hours": 48, "percent": 75}, {"over_hours": 0, "percent": 25}]


@pytest.fixture
async def party(house: House, loopback: Loopback) -> AsyncIterator[Party]:
    rules = {**RULES, "documents": OURS, "cancellation": {"tiers": TIERS}}
    async with served(house, loopback, **rules) as (market, client):
        made = await a_party(market, client, PRICES)
        for vendor, told in zip(made.vendors, (VENUE, CATERER), strict=False):
            path = f"{API}/providers/tax-details"
            answer = await client.put(path, json=told, headers=vendor.headers)
            assert answer.is_success, answer.text
        yield made


async def papers(party: Party, who: Headers, kind: str) -> list[dict[str, Any]]:
    """The documents of this kind that they may read, oldest first, in full."""
    url = f"{API}/bookings/{party.id}/documents"
    listed = (await party.client.get(url, headers=who)).json()["items"]
    found = []
    for one in listed:
        if one["kind"] == kind:
            answer = await party.client.get(f"{API}/documents/{one['id']}", headers=who)
            assert answer.status_code == 200, answer.text
            found.append(answer.json())
    return found


def total(documents: list[dict[str, Any]]) -> int:
    return sum(document["total"]["amount"] for document in documents)


def issuer(document: dict[str, Any]) -> str:
    return str(document["issuer"]["name"])


def taxes(documents: list[dict[str, Any]]) -> set[str]:
    return {tax["name"] for document in documents for tax in document["taxes"]}


def numbers(documents: list[dict[str, Any]]) -> list[int]:
    return sorted(int(document["number"].rpartition("-")[2]) for document in documents)


async def reserve(party: Party, n: int) -> dict[str, Any]:
    """The n-th vendor asks for its reservation; returns the payout."""
    rows = [r for r in await party.payouts() if r["line"] == party.lines[n]]
    wanted = next(r for r in rows if r["milestone"] == "reservation" and r["state"] == "locked")
    url = f"{API}/payouts/{wanted['id']}/request"
    answer = await party.client.post(url, headers=party.vendors[n].headers)
    assert answer.status_code == 200, answer.text
    await party.pass_time()
    return wanted


async def test_every_vendors_line_has_its_own_invoices_and_ours_for_the_commission(
    party: Party,
) -> None:
    await party.approved()
    await party.pay()
    assert await papers(party, party.me, "tax_invoice") == []  # nothing has been earned yet
    payout = await reserve(party, 0)
    [first] = await papers(party, party.me, "tax_invoice")
    assert (first["title"], first["total"]["amount"]) == ("Tax invoice", payout["gross"])
    assert issuer(first) == VENUE["legal_name"]
    service = (await party.read())["details"]["lines"][0]["service"]["name"]
    assert [x["description"] for x in first["lines"]] == [f"{service}: paid at the reservation"]
    await party.pay("balance")
    await party.until(party.start)
    await party.pass_time(hours=6)
    await _invoices_add_up_to_what_was_released(party)
    await _commission_is_invoiced_to_each(party)
    await party.sound()


async def _invoices_add_up_to_what_was_released(party: Party) -> None:
    released = [r for r in await party.payouts() if r["state"] != "locked"]
    seen = await papers(party, party.me, "tax_invoice")
    shown = [{"CGST", "SGST"}, {"IGST"}, set[str]()]  # all are supplied where the venue is
    for n, vendor in enumerate(party.vendors):
        mine = await papers(party, vendor.headers, "tax_invoice")
        of_line = [r for r in released if r["line"] == party.lines[n]]
        assert total(mine) == sum(r["gross"] for r in of_line) > 0
        assert numbers(mine) == list(range(1, len(of_line) + 1))
        assert taxes(mine) == shown[n]
        assert all(document in seen for document in mine)
    assert [issuer(x) for x in seen].count(VENUE["legal_name"]) == 3  # its reservation was earlier
    assert len(seen) == len(released)


async def _commission_is_invoiced_to_each(party: Party) -> None:
    released = [r for r in await party.payouts() if r["state"] != "locked"]
    assert await papers(party, party.me, "commission_invoice") == []
    every = []
    for n, vendor in enumerate(party.vendors):
        mine = await papers(party, vendor.headers, "commission_invoice")
        of_line = [r for r in released if r["line"] == party.lines[n]]
        fees = sum(r["commission"] + sum(tax for _, tax in r["taxes"]) for r in of_line)
        assert total(mine) == fees > 0
        assert {issuer(x) for x in mine} == {OURS["legal_name"]}
        every += mine
    assert numbers(every) == list(range(1, len(released) + 1))  # one series of ours, no gap
    assert taxes(await papers(party, party.vendors[0].headers, "commission_invoice")) == {"IGST"}
    ours = await papers(party, party.vendors[1].headers, "commission_invoice")
    assert taxes(ours) == {"CGST", "SGST"}
    assert ours[0]["recipient"]["tax_id"] == CATERER["tax_id"]


async def test_a_cancelled_event_credits_each_line_against_what_had_been_written_for_it(
    party: Party,
) -> None:
    """The venue has had half of its share: that comes back against its invoice, the rest against receipts."""
    await party.approved()
    await party.pay()
    payout = await reserve(party, 0)
    share = 2 * payout["gross"]
    done = await party.ask("cancel", party.me, {"reason": "rain"})
    await party.pass_time()
    back = done["refund"]["amount"]["amount"]
    notes = await papers(party, party.me, "credit_note")
    assert total(notes) == back
    [by_venue] = [x for x in notes if issuer(x) == VENUE["legal_name"]]
    assert abs(by_venue["total"]["amount"] - (share * 75 // 100 - share // 2)) <= 1
    [invoice] = [
        x
        for x in await papers(party, party.me, "tax_invoice")
        if x["lines"][0]["description"].endswith("reservation")
    ]
    assert by_venue["references"] == [invoice["number"]]
    assert taxes([by_venue]) == {"CGST", "SGST"}
    receipt = (await papers(party, party.me, "receipt"))[0]
    others = [x for x in notes if x is not by_venue]
    assert {issuer(x) for x in others} == {OURS["legal_name"]}
    assert {ref for x in others for ref in x["references"]} == {receipt["number"]}
    assert await papers(party, party.vendors[0].headers, "credit_note") == [by_venue]
    await _what_is_kept_is_invoiced(party, done, payout)


async def _what_is_kept_is_invoiced(
    party: Party, done: dict[str, Any], payout: dict[str, Any]
) -> None:
    [note] = await papers(party, party.me, "cancellation_note")
    assert note["total"]["amount"] == done["refund"]["fee"]["amount"]
    fees = [
        x
        for x in await papers(party, party.me, "tax_invoice")
        if x["lines"][0]["description"] == "Cancellation fee"
    ]
    assert {issuer(x) for x in fees} == {CATERER["legal_name"], party_name(done, 2)}
    assert (
        total(fees) + payout["gross"] > done["refund"]["fee"]["amount"]
    )  # the venue gave some back
    await party.sound()


def party_name(done: dict[str, Any], n: int) -> str:
    return str(done["booking"]["details"]["lines"][n]["provider"]["name"])


async def test_what_is_on_paper_stays_when_everything_is_asked_for_again(party: Party) -> None:
    await party.approved()
    await party.pay()
    await reserve(party, 1)
    before = await papers(party, party.me, "tax_invoice")
    boss = await operator(party.house, party.client)
    assert await papers(party, boss, "tax_invoice") == before
    assert await papers(party, party.vendors[0].headers, "tax_invoice") == []
    url = f"{API}/documents/{before[0]['id']}"
    foreign = await party.client.get(url, headers=party.vendors[0].headers)
    assert foreign.status_code == 404
    own = await party.client.get(f"{url}/document.pdf", headers=party.vendors[1].headers)
    assert own.headers["content-type"] == "application/pdf"
    await reserve(party, 0)
    assert before[0] in await papers(party, party.me, "tax_invoice")


@pytest.mark.req("S-019", "M-190")
async def test_the_journal_tells_what_is_held_what_is_the_platforms_and_what_is_paid_out(
    party: Party,
) -> None:
    await party.approved()
    await party.pay()
    deposit = (await party.read())["paid"]["amount"]
    payout = await reserve(party, 1)
    done = await party.ask("cancel", party.me, {"reason": "rain"})
    await party.pass_time()
    lines = """
        SELECT kind, account, CAST(sum(amount) AS bigint) AS amount FROM ledger_lines
        WHERE subject IN (:booking, :payout) GROUP BY kind, account
    """
    named = {"booking": f"booking:{party.id}", "payout": f"payout:{payout['id']}"}
    async with open_unit(party.house, read_only=True) as unit:
        found = await unit.session.execute(text(lines), named)
        told = {(row.kind, row.account): row.amount for row in found}
    assert told["capture", "escrow"] == -deposit
    assert (
        told["refund", "escrow"] + told.get(("clawback", "provider_available"), 0)
        == (done["refund"]["amount"]["amount"])
    )
    assert told["release", "platform_commission"] <= -payout["commission"] < 0
    assert told["payout", "provider_reserved"] == -payout["amount"]
    assert sum(told.values()) == 0
