"""Every route as a call that can be made: its path, query and body, with names where ids belong.

The routes come from the application and their rules from the policy table. Only what a call says is
written here; a route that is not, although it needs to be, stops the tests.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
from fastapi import FastAPI

from kalends.core.edge import API_PREFIX, EdgeRoute
from kalends.core.policy import Rule
from tests.fixtures.people import PASSWORD
from tests.security import bank, diaries, sellers

METHODS_THAT_CHANGE = {"POST", "PUT", "PATCH", "DELETE"}
RUPEES = {"amount": 50_000, "currency": "INR"}
SESSION = {"email": "nobody@example.com", "password": "wrong-words-77"}
TIMES = {"start_time": "{start}", "end_time": "{end}"}
ADDONS = [{"addon_id": "{addon_id}", "quantity": 1}]
RENTAL = {"kind": "rental", "room_id": "{room_id}", **TIMES, "addons": ADDONS, "guests": 3}
PERSON = {"name": "Asha Patil", "phone": "+919876543210"}
REASON = {"reason": "a change of plans"}
HOURS = {
    "weekly": [{"weekday": 0, "opens": "09:00", "closes": "21:00"}],
    "exceptions": [
        {
            "date": "2030-12-25",
            "periods": [{"opens": "10:00", "closes": "12:00"}],
            "reason": "Feast",
        }
    ],
}
ROOM = {
    "name": "Balcony Room",
    "capacity": 40,
    "rate_per_hour": RUPEES,
    "description": "Above the courtyard.",
    "amenities": ["wifi"],
    "photos": ["/photos/balcony.jpg"],
}
VENUE = {
    "name": "Deccan Hall",
    "city": "Pune",
    "address": "1 Deccan Gymkhana, Pune",
    "lat": 18.5,
    "lng": 73.8,
    "description": "By the river.",
    "contact_email": "deccan@venues.test",
    "contact_phone": "+912025550101",
    "photos": ["/photos/deccan.jpg"],
    "capacity": 200,
}
BANK = {"holder": "Asha Patil", "account_number": "004500998877", "routing": "HDFC0001234"}
MOVE = {"new_start_time": "{later}", "new_end_time": "{later_end}", **REASON}

BODIES: dict[str, Any] = {
    "POST /auth/signup": {"email": "{fresh}@example.com", "password": PASSWORD, **PERSON},
    "POST /auth/login": SESSION,
    "POST /auth/refresh": {"refresh_token": "krt_nobody-has-this-one"},
    "POST /auth/reauthenticate": {"password": PASSWORD},
    "POST /auth/password/change": {"old_password": PASSWORD, "new_password": "{fresh}-plum"},
    "PATCH /users/profile": PERSON,
    "POST /admin/bootstrap": {"token": "not-the-token", "name": "Asha", **SESSION},
    "POST /admin/login": SESSION,
    "POST /admin/users": {"email": "{fresh}@example.com", "password": PASSWORD, **PERSON},
    "PATCH /admin/users/{user_id}/suspend": REASON,
    "POST /admin/users/{user_id}/memberships": {
        "provider_id": "{provider_id}",
        "place_id": "{venue_id}",
        "role": "manager",
    },
    "POST /admin/users/{user_id}/roles": {"role": "support"},
    "POST /venues": VENUE | {"time_zone": "Asia/Kolkata"},
    "PATCH /venues/{venue_id}": VENUE | {"time_zone": "Asia/Kolkata"},
    "POST /venues/{venue_id}/rooms": ROOM | {"hours": HOURS},
    "PATCH /rooms/{room_id}": ROOM,
    "PUT /rooms/{room_id}/hours": HOURS,
    "POST /addons": {
        "venue_id": "{venue_id}",
        "room_id": "{room_id}",
        "name": "Projector",
        "price": RUPEES,
    },
    "PATCH /addons/{addon_id}": {"name": "Big projector", "price": RUPEES, "active": True},
    "POST /payments/verify": {
        "gateway_order_id": "{gateway_order_id}",
        "payload": {
            "gateway_order_id": "{gateway_order_id}",
            "gateway_payment_id": "",
            "status": "created",
            "signature": "{signature}",
        },
    },
    "POST /payments/{payment_id}/refund": {"amount": RUPEES, **REASON},
    "POST /providers/bank-details": BANK | {"country": "IN", "provider_id": "{provider_id}"},
    "POST /payouts": {"amount": RUPEES, "provider_id": "{provider_id}"},
    "POST /wallet/top-up": {"amount": RUPEES, "gateway": "sandbox"},
    "POST /admin/wallets/{user_id}/adjust": {**RUPEES, "reason": "goodwill"},
    "PATCH /admin/settings/commission": {
        "basis_points": 1000,
        "provider_id": "{provider_id}",
        **REASON,
    },
    "PATCH /admin/settings/taxes": {
        "name": "gst",
        "base": "commission",
        "basis_points": 1800,
        "valid_from": "2090-04-01",
        "valid_to": "2091-04-01",
        **REASON,
    },
    "POST /quotes": RENTAL,
    "POST /bookings": RENTAL,
    "POST /bookings/{booking_id}/cancel": REASON,
    "PUT /bookings/{booking_id}/reschedule": MOVE,
    "POST /bookings/{booking_id}/reschedule-preview": MOVE,
    "POST /bookings/{booking_id}/participants": {"email": "{guest_email}"},
    "POST /bookings/{booking_id}/pay": {"method": "wallet"},
    "POST /payments/create-order": {"booking_id": "{booking_id}", "purpose": "full"},
    "POST /bookings/{booking_id}/tip": {"amount": RUPEES, "method": "wallet"},
    "POST /bookings/{booking_id}/complete": {"code": "048213"},
    "POST /admin/bookings/{booking_id}/release": REASON,
    "POST /admin/bookings/{booking_id}/cancel": REASON | {"refund_percent": 50},
    "POST /admin/bookings/{booking_id}/force-complete": REASON,
    "POST /reviews": {"booking_id": "{booking_id}", "rating": 5, "comment": "Cool and quiet."},
    "PATCH /admin/reviews/{review_id}/hide": REASON,
    "POST /disputes": {
        "booking_id": "{booking_id}",
        "reason": "other",
        "statement": "The hall was locked.",
        "amount": RUPEES,
    },
    "POST /disputes/{dispute_id}/notes": {"text": "Here is what I saw."},
    "PATCH /admin/disputes/{dispute_id}": {
        "state": "under_review",
        "outcome": {"note": "We look into it.", "refund_amount": RUPEES},
    },
    "POST /favourites": {"room_id": "{room_id}"},
    "POST /admin/settlements/differences/{difference_id}/explain": {"note": "looked at it"},
    **bank.BODIES,
    **sellers.BODIES,
    **diaries.BODIES,
    "POST /dev/clock": {"advance_seconds": 1},
}
# These read the body by themselves, so that the documentation knows no shape of it.
RAW_BODIES: dict[str, Any] = {
    "POST /payments/webhook": {"type": "payment.captured"},
    "POST /payments/webhook/{gateway}": {"type": "payment.captured"},
    **(bank.RAW_BODIES | diaries.RAW_BODIES),
}
QUERIES: dict[str, dict[str, str]] = {
    "GET /addons": {"venue_id": "{venue_id}", "room_id": "{room_id}"},
    "GET /statements": {"provider_id": "{provider_id}"},
    "GET /statements/{month}": {"provider_id": "{provider_id}"},
    "GET /statements/{month}/statement.pdf": {"provider_id": "{provider_id}"},
    "GET /admin/reports/settlement": {"from": "{first_day}", "to": "{last_day}"},
    "GET /admin/settlements/report": {"month": "{month}"},
    "GET /admin/settlements/report.csv": {"month": "{month}"},
    "GET /search/rooms": {"city": "Pune", "capacity": "10"},
    **bank.QUERIES,
    **sellers.QUERIES,
    **diaries.QUERIES,
}
# Whoever makes these calls is somebody else afterwards.
USES_UP_THE_CALLER = {
    "POST /auth/logout",
    "POST /auth/password/change",
    "POST /providers/onboard",
}
# Parameters that choose among a few words instead of naming a thing.
WORDS = {"role": "support", "position": "0", "gateway": "sandbox", "version": "1"}
PERIODS = {"month", "first_day", "last_day"}
NO_THINGS = {
    "fresh",
    "signature",
    "guest_email",
    "start",
    "end",
    "later",
    "later_end",
    *WORDS,
    *PERIODS,
}
_PLACE = re.compile(r"\{(\w+)\}")


class Unknown(AssertionError):
    """A new route needs a line in this file before it can be tested."""


@dataclass(frozen=True)
class Call:
    """One route of the documentation, as it may be called."""

    route: str
    prefix: str
    rule: Rule
    operation: dict[str, Any]
    model: Any = None

    @property
    def method(self) -> str:
        return self.route.split(" ")[0]

    @property
    def path(self) -> str:
        return self.route.split(" ")[1]

    @property
    def changes(self) -> bool:
        return self.method in METHODS_THAT_CHANGE

    @property
    def body(self) -> Any:
        return BODIES.get(self.route, RAW_BODIES.get(self.route))

    @property
    def query(self) -> dict[str, str]:
        return QUERIES.get(self.route, {})

    @cached_property
    def places(self) -> frozenset[str]:
        """The names of the things that this call is about."""
        said = self.path + json.dumps([self.body, self.query])
        return frozenset(_PLACE.findall(said)) - NO_THINGS

    @cached_property
    def timed(self) -> bool:
        """Whether it names a time that nobody else may have."""
        said = json.dumps([self.body, self.query])
        return any(name in said for name in ("{start}", "{end}", "{later}", "{later_end}"))

    @property
    def may_miss(self) -> bool:
        return "404" in self.operation["responses"]

    def parameters(self, place: str) -> list[dict[str, Any]]:
        return [p for p in self.operation.get("parameters", []) if p["in"] == place]

    def takes(self, body: Any) -> bool:
        """Whether the handler would see this body; a raw one always."""
        return self.model is None or not self.model.validate(json.loads(json.dumps(body)))[1]

    def request(self, values: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
        """The arguments of `httpx.AsyncClient.request`."""
        values = {**WORDS, **values}
        body = filled(self.body, values)
        asked: dict[str, Any] = {
            "method": self.method,
            "url": self.prefix + filled(self.path, values),
            "params": filled(self.query, values),
            "headers": {**headers, "X-Confirm-Action": "true"},
        }
        return asked | ({"json": body} if body is not None else {})


async def made(client: httpx.AsyncClient, request: dict[str, Any]) -> httpx.Response:
    return await client.request(**request)


def filled(template: Any, values: Mapping[str, str]) -> Any:
    """The template with every name replaced. Raises KeyError for a thing that is not there."""
    if isinstance(template, str):
        return _PLACE.sub(lambda name: values[name[1]], template)
    if isinstance(template, dict):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(item, values) for item in template]
    return template


def calls_of(app: FastAPI) -> list[Call]:
    """Every documented route. Raises Unknown for one whose body or query nobody has written down."""
    documented = app.openapi()["paths"]
    calls = []
    for route in app.routes:
        if isinstance(route, EdgeRoute) and route.include_in_schema:
            [method] = route.methods
            prefix = API_PREFIX if route.path.startswith(API_PREFIX) else ""
            name = f"{method} {route.path.removeprefix(prefix)}"
            operation = documented[route.path][method.lower()]
            calls.append(Call(name, prefix, route.rule, operation, route.body_field))
    for call in calls:
        _check(call)
    return calls


def _check(call: Call) -> None:
    if "requestBody" in call.operation and call.route not in BODIES:
        raise Unknown(f"{call.route} takes a body: write one into BODIES")
    needed = {p["name"] for p in call.parameters("query") if p["required"]}
    if not needed <= call.query.keys():
        raise Unknown(f"{call.route} needs a query: write {needed} into QUERIES")
