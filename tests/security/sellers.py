"""Providers, services and staff as calls, and the things that they are about."""

from typing import TYPE_CHECKING, Any

from tests.fixtures.markets import PROVIDER, SERVICE, TEMPLATE

if TYPE_CHECKING:
    from tests.security.world import Half, World

WHY = {"reason": "a clearer picture"}
HOURS = {
    "hours": {"weekly": [{"weekday": 0, "opens": "09:00", "closes": "17:00"}], "exceptions": []},
    "breaks": [{"weekday": 0, "opens": "12:00", "closes": "13:00"}],
}
PROFILE = {name: value for name, value in PROVIDER.items() if name not in {"kind", "hours"}}
OFFER = SERVICE | {"price_unit": "fixed", "staff": ["{staff_id}"]}
MEMBER = {"name": "Ravi", "title": "Artist", "bio": "Ten years.", "skills": ["{service_id}"]}
LINE = {"provider_id": "{provider_id}", "service_id": "{service_id}", "role": "venue"}
BODIES: dict[str, Any] = {
    "POST /bookings/{event_id}/lines/{line_id}/decline": {"note": "We are away."},
    "POST /bookings/{event_id}/lines/{line_id}/counter": {
        "price": {"amount": 60_000, "currency": "INR"},
        "note": "It is a Sunday.",
    },
    "POST /bookings/{event_id}/lines/{line_id}/accept-counter": {
        "price": {"amount": 60_000, "currency": "INR"},
    },
    "POST /bookings/{event_id}/lines/{line_id}/replace": LINE,
    "POST /subscriptions/start": {"plan": "monthly", "method": "gateway"},
    "POST /templates/{template_id}/plan": {"budget": {"amount": 70_000, "currency": "INR"}},
    "POST /admin/templates": TEMPLATE,
    "PATCH /admin/templates/{template_id}": TEMPLATE | {"status": "hidden"},
    "POST /providers/onboard": PROVIDER | {"username": "{fresh}"},
    "PATCH /providers/profile": PROFILE | {"username": "{fresh}"},
    "PUT /providers/tax-details": {
        "legal_name": "Kasba Halls",
        "tax_id": "27AAPFU0939F1ZV",
        "address": "12 Shaniwar Peth, Pune",
        "state": "27",
    },
    "PUT /providers/cancellation-tiers": {
        "tiers": [{"over_hours": 0, "percent": 50, "inclusive": True}]
    },
    "POST /providers/portfolio": {"url": "/photos/new.jpg"},
    "PATCH /admin/providers/{provider_id}/needs-changes": WHY,
    "PATCH /admin/providers/{provider_id}/suspend": WHY,
    "POST /services": OFFER | {"provider_id": "{provider_id}"},
    "PATCH /services/{service_id}": OFFER | {"status": "active"},
    "POST /staff": MEMBER | HOURS | {"provider_id": "{provider_id}"},
    "PATCH /staff/{staff_id}": MEMBER | {"status": "active"},
    "PUT /staff/{staff_id}/hours": HOURS,
    "POST /staff/{staff_id}/time-off": {
        "starts_at": "{start}",
        "ends_at": "{end}",
        "reason": "a wedding",
    },
    "POST /bookings/{booking_id}/no-show": {"absent": "provider", "note": "nobody came"},
    "PATCH /bookings/{booking_id}/checklist": {"items": [{"position": 0, "done": True}]},
    "PATCH /bookings/{booking_id}/add-extra": {
        "items": [{"service_id": "{service_id}", "quantity": 1}]
    },
    "POST /bookings/{booking_id}/lines/{position}/cancel": WHY,
}
BODIES |= {
    "POST /enquiries": {
        "mode": "flexi",
        "provider_id": "{provider_id}",
        "service_ids": ["{flexi_id}"],
        "date": "2090-04-01",
        "time": "10:30",
        "location": {"address": "7 Law College Road, Pune", "lat": 18.52, "lng": 73.85},
        "travel_option": "provider_place",
        "notes": "Red bangles.",
        "reference_images": ["/photos/a.jpg"],
        "max_price": {"amount": 900_000, "currency": "INR"},
        "trial": {
            "date": "2090-03-01",
            "time": "9:00",
            "duration_min": 60,
            "price": {"amount": 5_000, "currency": "INR"},
        },
    },
    "POST /enquiries/{enquiry_id}/decline": WHY,
    "POST /enquiries/{enquiry_id}/withdraw": WHY,
    "POST /enquiries/{enquiry_id}/consent": {"agree": True},
    "POST /enquiries/{enquiry_id}/proposals": {
        "price": {"amount": 210_000, "currency": "INR"},
        "date": "2090-04-02",
        "time": "11:00",
        "note": "An hour later.",
    },
    "POST /bookings/{booking_id}/trial": {"go_on": True},
    "POST /journeys/{booking_id}/verify-otp": {"code": "048213"},
}
QUERIES: dict[str, dict[str, str]] = {
    "GET /providers/tax-details": {"provider_id": "{provider_id}"},
    "PUT /providers/tax-details": {"provider_id": "{provider_id}"},
    "PUT /providers/cancellation-tiers": {"provider_id": "{provider_id}"},
    "DELETE /providers/portfolio": {"url": "/photos/one.jpg"},
    "GET /services/search": {"q": "bridal", "category": "mehndi"},
    "GET /staff": {"provider_id": "{provider_id}"},
    "GET /staff/match": {"service_id": "{service_id}", "start": "{start}"},
    "GET /providers/{provider_id}/availability": {"service_id": "{service_id}"},
    "GET /providers/nearby": {"lat": "18.51", "lng": "73.83", "category": "mehndi"},
    "GET /providers/search": {"q": "hall", "city": "Pune"},
}


async def new_service(world: "World", half: "Half") -> dict[str, str]:
    body = SERVICE | {"provider_id": half.things["provider_id"]}
    return {"service_id": (await world.post("services", body, half.owner.headers))["id"]}


async def new_invitation(world: "World", half: "Half") -> dict[str, str]:
    """The customer is asked to be on the staff."""
    body = {"name": "Ravi", "provider_id": half.things["provider_id"], "email": half.customer.email}
    return {"invitation_id": (await world.post("staff", body, half.owner.headers))["id"]}


async def new_member(world: "World", half: "Half") -> dict[str, str]:
    """Somebody on the staff who is away for a day."""
    body = {"name": "Ravi", "provider_id": half.things["provider_id"]}
    staff_id = (await world.post("staff", body, half.owner.headers))["id"]
    times = world.next_hour()
    span = {"starts_at": times["start"], "ends_at": times["end"]}
    off = await world.post(f"staff/{staff_id}/time-off", span, half.owner.headers)
    return {"staff_id": staff_id, "time_off_id": off["id"]}


async def new_template(world: "World", boss: dict[str, str]) -> dict[str, str]:
    made = await world.post("admin/templates", TEMPLATE, boss)
    return {"template_id": made["id"]}


async def new_event(world: "World", half: "Half") -> dict[str, str]:
    """An event at the half's venue, which has been asked."""
    times, me = world.next_hour(), half.customer.headers
    start = {"plan": "free", "method": "wallet"}
    answer = await world.client.post("/api/v2/subscriptions/start", json=start, headers=me)
    assert answer.status_code in {201, 409}, answer.text
    service = await new_service(world, half)
    line = {"provider_id": half.things["provider_id"], **service, "role": "venue"}
    body = {
        "kind": "event",
        "title": "A feast",
        "start_time": times["start"],
        "end_time": times["end"],
        "lines": [line],
    }
    event = await world.post("bookings", body, me)
    await world.post(f"bookings/{event['id']}/submit", {}, me)
    return {"event_id": event["id"], "line_id": event["details"]["lines"][0]["id"]}


async def new_enquiry(world: "World", half: "Half") -> dict[str, str]:
    """A flexi enquiry of the half's customer to its provider."""
    if boss := world.callers.get("super_admin"):
        # another call may have sent the provider away a moment ago
        path = f"/api/v2/admin/providers/{half.things['provider_id']}"
        headers = boss.headers | {"X-Confirm-Action": "true"}
        for step in ("approve", "activate"):
            await world.client.patch(f"{path}/{step}", headers=headers, json=WHY)
    body = SERVICE | {"provider_id": half.things["provider_id"], "type": "flexi"}
    flexi_id = (await world.post("services", body, half.owner.headers))["id"]
    wish = {
        "mode": "flexi",
        "provider_id": half.things["provider_id"],
        "service_ids": [flexi_id],
        "date": world.next_hour()["start"][:10],
        "time": "10:30",
        "location": {"address": "7 Law College Road, Pune", "lat": 18.52, "lng": 73.85},
        "travel_option": "provider_place",
    }
    enquiry_id = (await world.post("enquiries", wish, half.customer.headers))["id"]
    return {"enquiry_id": enquiry_id, "flexi_id": flexi_id, "version": "1"}


NEW = (new_service, new_member, new_invitation, new_event, new_enquiry)
