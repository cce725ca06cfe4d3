"""Providers, services and staff as calls, and the things that they are about."""

from typing import TYPE_CHECKING, Any

from tests.fixtures.markets import PROVIDER, SERVICE

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
BODIES: dict[str, Any] = {
    "POST /providers/onboard": PROVIDER | {"username": "{fresh}"},
    "PATCH /providers/profile": PROFILE | {"username": "{fresh}"},
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
}
QUERIES: dict[str, dict[str, str]] = {
    "DELETE /providers/portfolio": {"url": "/photos/one.jpg"},
    "GET /services/search": {"q": "bridal", "category": "mehndi"},
    "GET /staff": {"provider_id": "{provider_id}"},
    "GET /providers/nearby": {"lat": "18.51", "lng": "73.83", "category": "mehndi"},
    "GET /providers/search": {"q": "hall", "city": "Pune"},
}


async def new_service(world: "World", half: "Half") -> dict[str, str]:
    body = SERVICE | {"provider_id": half.things["provider_id"]}
    return {"service_id": (await world.post("services", body, half.owner.headers))["id"]}


async def new_member(world: "World", half: "Half") -> dict[str, str]:
    """Somebody on the staff who is away for a day."""
    body = {"name": "Ravi", "provider_id": half.things["provider_id"]}
    staff_id = (await world.post("staff", body, half.owner.headers))["id"]
    times = world.next_hour()
    span = {"starts_at": times["start"], "ends_at": times["end"]}
    off = await world.post(f"staff/{staff_id}/time-off", span, half.owner.headers)
    return {"staff_id": staff_id, "time_off_id": off["id"]}
