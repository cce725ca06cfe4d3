"""How many statements the webhook of a captured payment costs: storing it, and booking it.

The bank that sends it is the sandbox, in this process; what it asks of the database for itself is not counted.
"""

from collections import Counter
from dataclasses import replace

import httpx
from sqlalchemy import text

from kalends.adapters.sandbox import SandboxGateway
from kalends.adapters.sandbox.jobs import deliver
from kalends.adapters.sandbox.rules import WEBHOOK_PATH
from kalends.app.asgi import create_app
from kalends.core.house import House, Ports
from kalends.core.unit import open_unit
from kalends.payments.jobs import process_gateway_event

from .record import listening
from .works import API, Ask

_BASE = "http://bench"
_BOOKING_JOB = "the job"
_EDGES = frozenset({"BEGIN", "COMMIT", "ROLLBACK"})


class Street(httpx.ASGITransport):
    """The way between the marketplace and its bank. `where` names who is at work now."""

    where = _BOOKING_JOB

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        before, self.where = self.where, request.url.path
        try:
            return await super().handle_async_request(request)
        finally:
            self.where = before


async def webhook_costs(house: House, booking: Ask) -> str:
    """Make this booking, pay for it, and let its webhook in; what that cost, in a sentence."""
    street = Street(create_app(house))
    async with httpx.AsyncClient(transport=street, base_url=_BASE) as http:
        there = _with_bank_next_door(house, http)
        street.app = create_app(there)
        await _pay(http, booking)
        counts: Counter[str] = Counter()
        with listening(house, lambda seen: counts.update([_name(street.where, seen.sql)])):
            await deliver(there, await _only(there, "SELECT id FROM sandbox_deliveries"))
            stored_as = await _only(there, "SELECT id FROM gateway_inbox")
            counts[_BOOKING_JOB] = counts[f"{_BOOKING_JOB} edges"] = 0  # those of getting here
            await process_gateway_event(there, stored_as)
    stored, booked = counts[WEBHOOK_PATH], counts[_BOOKING_JOB]
    units = (counts[f"{WEBHOOK_PATH} edges"] + counts[f"{_BOOKING_JOB} edges"]) // 2
    return (
        f"the webhook of a capture: {stored} statements to store it while the gateway waits, "
        f"{booked} to book it, in {units} transactions"
    )


def _name(where: str, sql: str) -> str:
    return f"{where} edges" if sql in _EDGES else where


def _with_bank_next_door(house: House, http: httpx.AsyncClient) -> House:
    secret = house.settings.sandbox_secret
    assert secret is not None
    bank = SandboxGateway(_BASE, secret.get_secret_value(), http)
    return replace(house, ports=Ports({"sandbox": bank}, house.ports.mail))


async def _pay(http: httpx.AsyncClient, booking: Ask) -> None:
    made = await http.post(booking.path, json=booking.body, headers=booking.headers)
    wish = {"booking_id": made.json()["id"]}
    order = await http.post(f"{API}/payments/create-order", json=wish, headers=booking.headers)
    page = f"/sandbox/checkout/{order.json()['gateway_order_id']}"
    (await http.post(page, json={"instrument": "success"})).raise_for_status()


async def _only(house: House, query: str) -> str:
    async with open_unit(house, read_only=True) as unit:
        return str((await unit.session.execute(text(query))).scalar_one())
