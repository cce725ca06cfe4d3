"""What a booking's money leaves on paper: receipts, invoices, notes, each for whom it concerns."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import pytest
from pypdf import PdfReader

from kalends import payments
from kalends.billing import FeeTerms
from kalends.billing.rules.rates import local_day
from kalends.billing.service.rates import change_commission, change_tax
from kalends.billing.types import NewCommission, NewTax
from kalends.bookings import write_papers
from kalends.catalog import RoomFacts
from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.profile import TaxLine
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, at_hour, booked, paid_at_sandbox, rental, with_money
from tests.fixtures.people import Headers, manager_of, operator, signed_up, user_id_of
from tests.fixtures.places import a_room

HOUR = 3600


@dataclass
class Drawer:
    """A customer's booking of two hours (700.00), its hall, and the papers about it."""

    house: House
    client: httpx.AsyncClient
    pass_time: Any
    room: RoomFacts
    guest: Headers
    booking_id: str = ""

    async def book(self, days: int = 7) -> None:
        body = rental(self.room.id, await at_hour(self.house, days=days), 2)
        self.booking_id = (await booked(self.client, self.guest, body))["id"]

    async def pay(self) -> None:
        await paid_at_sandbox(self.client, self.guest, self.booking_id)
        await self.pass_time()

    async def pay_from_wallet(self) -> None:
        await with_money(self.house, await user_id_of(self.client, self.guest), 1_000_000)
        await self.post("pay", {"method": "wallet"})
        await self.pass_time()

    async def post(self, step: str, body: dict[str, Any]) -> None:
        url = f"{API}/bookings/{self.booking_id}/{step}"
        answer = await self.client.post(url, json=body, headers=self.guest)
        assert answer.status_code == 200, answer.text

    async def listed(self, who: Headers | None = None) -> list[dict[str, Any]]:
        url = f"{API}/bookings/{self.booking_id}/documents"
        answer = await self.client.get(url, headers=who or self.guest)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def read(self, kind: str, who: Headers | None = None) -> dict[str, Any]:
        """The one document of that kind, in full."""
        [found] = [d for d in await self.listed(who) if d["kind"] == kind]
        url = f"{API}/documents/{found['id']}"
        answer = await self.client.get(url, headers=who or self.guest)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def printed(self, document: dict[str, Any], who: Headers | None = None) -> str:
        answer = await self.client.get(document["pdf_url"], headers=who or self.guest)
        assert answer.headers["content-type"] == "application/pdf"
        pages = PdfReader(BytesIO(answer.content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    async def manager(self) -> Headers:
        return await manager_of(self.house, self.client, self.room.provider_id, self.room.venue_id)


@pytest.fixture
async def drawer(house: House, client: httpx.AsyncClient, pass_time: Any) -> Drawer:
    return Drawer(house, client, pass_time, await a_room(house), await signed_up(client))


async def charge(house: House, terms: FeeTerms) -> None:
    async with open_unit(house) as unit:
        await change_commission(unit, NewCommission(terms.commission_bp, "a test"))
        today = local_day(unit.now, house.profile.time_zone)
        for line in terms.taxes:
            dated = line.model_copy(update={"valid_from": today})
            await change_tax(unit, NewTax(dated, "a test"))


def kinds(documents: list[dict[str, Any]]) -> list[str]:
    return [document["kind"] for document in documents]


def rupees(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "INR"}


async def consistent(house: House) -> bool:
    async with open_unit(house) as unit:
        return not await run_checks(unit)


@pytest.mark.parametrize("way", ["pay", "pay_from_wallet"])
async def test_a_payment_has_a_receipt(drawer: Drawer, way: str) -> None:
    await drawer.book()
    assert await drawer.listed() == []
    await getattr(drawer, way)()
    receipt = await drawer.read("receipt")
    assert (receipt["total"], receipt["title"]) == (rupees(70_000), "Receipt")
    assert receipt["words"] == "Rupees seven hundred only"
    text = await drawer.printed(receipt)
    assert f"Receipt {receipt['number']}" in text
    assert "Total INR 700.00" in text
    assert "Paid by " + {"pay": "Online payment", "pay_from_wallet": "Wallet"}[way] in text


@pytest.mark.req("H-101")
async def test_the_release_brings_the_halls_invoice_and_ours_for_the_commission(
    drawer: Drawer, house: House
) -> None:
    gst = TaxLine(name="gst", base="commission", basis_points=1800)
    tds = TaxLine(name="tds", base="price", basis_points=10)
    await charge(house, FeeTerms(1000, (gst, tds)))
    await drawer.book()
    await drawer.pay()
    await drawer.pass_time(hours=8 * 24)
    receipt, invoice = await drawer.read("receipt"), await drawer.read("tax_invoice")
    assert kinds(await drawer.listed()) == ["receipt", "tax_invoice"]
    assert invoice["issuer"]["name"] == "Kasba Hall"
    assert invoice["lines"] == [
        {
            "description": "Courtyard Room",
            "quantity": "2 h",
            "unit_price": rupees(35_000),
            "amount": rupees(70_000),
        }
    ]
    assert invoice["references"] == [receipt["number"]]
    text = await drawer.printed(invoice)
    assert "Issued by Name Kasba Hall Address 12 Shaniwar Peth, Pune 411030" in text
    assert "Courtyard Room 2 h INR 350.00 INR 700.00" in text
    manager = await drawer.manager()
    ours = await drawer.read("commission_invoice", manager)
    assert (ours["taxable"], ours["total"]) == (rupees(7_000), rupees(8_260))
    assert ours["taxes"] == [{"name": "GST", "basis_points": 1800, "amount": rupees(1_260)}]
    assert ours["notes"] == ["Withheld besides: TDS: INR 0.70"]
    assert "Taxable value INR 70.00 GST 18 % INR 12.60 Total INR 82.60" in await drawer.printed(
        ours, manager
    )
    assert await consistent(house)


async def test_a_cancellation_has_its_note_the_refund_a_credit_note_the_fee_an_invoice(
    drawer: Drawer, house: House
) -> None:
    await drawer.book()
    await drawer.pay()
    await drawer.post("cancel", {"reason": "rain"})
    await drawer.pass_time()
    receipt, note = await drawer.read("receipt"), await drawer.read("cancellation_note")
    assert [line["amount"]["amount"] for line in note["lines"]] == [70_000, -52_500]
    assert note["total"] == rupees(17_500)
    assert ["Reason", "rain"] in note["facts"]
    credit = await drawer.read("credit_note")
    assert (credit["total"], credit["references"]) == (rupees(52_500), [receipt["number"]])
    fee = await drawer.read("tax_invoice")
    assert [(n["description"], n["amount"]) for n in fee["lines"]] == [
        ("Cancellation fee", rupees(17_500))
    ]
    assert "Paid INR 700.00" in await drawer.printed(note)
    assert await consistent(house)


async def test_the_credit_note_of_a_line_names_it(drawer: Drawer, house: House) -> None:
    await drawer.book()
    await drawer.pay()
    guest = await user_id_of(drawer.client, drawer.guest)
    back = payments.RefundOrder(
        f"booking:{drawer.booking_id}",
        guest,
        Money(20_000, "INR"),
        "no chairs",
        "line:1",
        line=str(drawer.room.id),
    )
    async with open_unit(house) as unit:
        await payments.refund(unit, back)
        await write_papers(unit, UUID(drawer.booking_id))
    [line] = (await drawer.read("credit_note"))["lines"]
    assert line["description"].startswith("Given back for Courtyard Room, booking BKG-")


async def test_a_booking_that_was_never_paid_leaves_no_paper(drawer: Drawer) -> None:
    await drawer.book()
    await drawer.post("cancel", {"reason": "rain"})
    await drawer.pass_time()
    assert await drawer.listed() == []


async def test_a_move_to_a_dearer_time_has_a_receipt_for_the_difference(drawer: Drawer) -> None:
    await drawer.book()
    await drawer.pay_from_wallet()
    later = await at_hour(drawer.house, days=9)
    body = rental(drawer.room.id, later, 3)
    move = {"new_start_time": body["start_time"], "new_end_time": body["end_time"]}
    url = f"{API}/bookings/{drawer.booking_id}/reschedule"
    answer = await drawer.client.put(url, json=move, headers=drawer.guest)
    assert answer.status_code == 200, answer.text
    await drawer.pass_time()
    assert [d["total"]["amount"] for d in await drawer.listed()] == [70_000, 35_000]


async def test_writing_the_papers_again_writes_nothing(drawer: Drawer, house: House) -> None:
    await drawer.book()
    await drawer.pay()
    before = await drawer.listed()
    for _ in range(2):
        async with open_unit(house) as unit:
            await write_papers(unit, UUID(drawer.booking_id))
    assert await drawer.listed() == before


async def test_a_paper_is_shown_to_its_parties_and_to_operators_only(
    drawer: Drawer, house: House, client: httpx.AsyncClient
) -> None:
    await drawer.book()
    await drawer.pay()
    await drawer.pass_time(hours=8 * 24)
    receipt, invoice = await drawer.read("receipt"), await drawer.read("tax_invoice")
    elsewhere = await a_room(house)
    other = await manager_of(house, client, elsewhere.provider_id, elsewhere.venue_id)
    wanted = {
        "guest": (drawer.guest, 200, 200),
        "manager": (await drawer.manager(), 404, 200),
        "other manager": (other, 404, 404),
        "stranger": (await signed_up(client), 404, 404),
        "support": (await operator(house, client, "support"), 200, 200),
    }
    for who, (headers, *statuses) in wanted.items():
        for document, status in zip((receipt, invoice), statuses, strict=True):
            for url in (f"{API}/documents/{document['id']}", document["pdf_url"]):
                assert (await client.get(url, headers=headers)).status_code == status, who
    assert kinds(await drawer.listed(await drawer.manager())) == ["tax_invoice"]


async def test_an_operator_finds_a_document_by_its_number(
    drawer: Drawer, house: House, client: httpx.AsyncClient
) -> None:
    await drawer.book()
    await drawer.pay()
    support, number = await operator(house, client, "support"), (await drawer.listed())[0]["number"]
    url = f"{API}/admin/documents"
    for query, count in (
        ({}, 1),
        ({"number": number}, 1),
        ({"number": "INVR26-999999"}, 0),
        ({"kind": "receipt"}, 1),
        ({"kind": "credit_note"}, 0),
    ):
        answer = await client.get(url, params=query, headers=support)
        assert len(answer.json()["items"]) == count, query
    assert (await client.get(url, headers=drawer.guest)).status_code == 403
