"""Invoices of a registered hall: its tax id, and GST divided by where the hall lies."""

from typing import Any

import httpx
import pytest

from kalends.core.checks import run_checks
from kalends.core.clock import advance
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.bookings.test_papers import Drawer, rupees
from tests.conftest import settle
from tests.fixtures.deals import API
from tests.fixtures.people import owner_of, signed_up
from tests.fixtures.places import a_room, a_venue

GST = {"name": "gst", "base": "commission", "basis_points": 1800}
RULES = {
    "fees": {"commission_bp": 1001, "taxes": [GST]},
    "documents": {
        "legal_name": "Halls Private Limited",
        "tax_id": "27AAPFU0939F1ZV",
        "price_tax_bp": 1800,
    },
}
DETAILS = {
    "legal_name": "Ganga Halls Private Limited",
    "tax_id": "29AAGCB7383J1Z4",
    "address": "3 MG Road, Bengaluru",
}


def parts(document: dict[str, Any]) -> list[tuple[str, int, int]]:
    taxes = document["taxes"]
    assert sum(t["amount"]["amount"] for t in taxes) == document["tax"]["amount"]
    return [(t["name"], t["basis_points"], t["amount"]["amount"]) for t in taxes]


@pytest.mark.parametrize(
    ("lies_in", "shown"),
    [
        (None, [("CGST", 900, 5_339), ("SGST", 900, 5_339)]),
        ("29", [("CGST", 900, 5_339), ("SGST", 900, 5_339)]),
        ("27", [("IGST", 1800, 10_678)]),
    ],
)
async def test_a_registered_halls_invoice_has_its_tax_id_and_the_tax_of_its_state(
    house: House, client: httpx.AsyncClient, with_profile: Any, lies_in: str | None, shown: Any
) -> None:
    """700.00 contain 106.78 GST; the commission of 70.07 bears 12.61, from one state to another."""
    market = with_profile(**RULES)

    async def pass_time(hours: int = 0) -> None:
        async with open_unit(market) as unit:
            await advance(unit.session, 3600 * hours)
        await settle(market)

    room = await a_room(market, await a_venue(market, state_code=lies_in))
    owner = await owner_of(market, client, room.provider_id)
    path = f"{API}/providers/tax-details"
    assert (await client.put(path, json=DETAILS, headers=owner)).is_success
    drawer = Drawer(market, client, pass_time, room, await signed_up(client))
    await drawer.book()
    await drawer.pay()
    await drawer.pass_time(hours=8 * 24)
    invoice = await drawer.read("tax_invoice")
    issuer = {"name": DETAILS["legal_name"], "tax_id": DETAILS["tax_id"], "state": "29"}
    assert invoice["issuer"] == issuer | {"address": DETAILS["address"]}
    assert invoice["title"] == "Tax invoice"
    assert (invoice["total"], parts(invoice)) == (rupees(70_000), shown)
    assert invoice["place_of_supply"] == (lies_in or "29")
    ours = await drawer.read("commission_invoice", owner)
    assert ours["recipient"]["tax_id"] == DETAILS["tax_id"]
    assert (ours["total"], parts(ours)) == (rupees(8_268), [("IGST", 1800, 1_261)])
    await client.put(path, json=DETAILS | {"legal_name": "Another"}, headers=owner)
    assert await drawer.read("tax_invoice") == invoice
    text = await drawer.printed(invoice)
    assert "GSTIN 29AAGCB7383J1Z4 State code 29" in text
    async with open_unit(market) as unit:
        assert not await run_checks(unit)
