"""How many statements a request sends: a handful, and never one per row."""

from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from kalends.app.asgi import serve
from kalends.core.house import House
from tests.fixtures.deals import API
from tests.fixtures.gateways import with_gateway
from tests.fixtures.people import PASSWORD, signed_up
from tests.performance.statements import counted
from tests.security.calls import Call, calls_of
from tests.security.world import Caller, World

# The caller and the time are one statement; the list itself is another; the place it belongs to a third.
MOST_FOR_A_LIST = 3
# Who asks, what time it is and the page, in one statement.
HOT = {
    "GET /bookings/me": 1,
    "GET /bookings/upcoming": 1,
    "GET /bookings/history": 1,
    "GET /admin/bookings": 1,
    "GET /bookings": 2,  # whose bookings depends on who asks
    "GET /search/rooms": 2,  # the rooms that fit, and what is taken of the first page
}
DEARER_LISTS = {
    "GET /reviews/room/{room_id}": 4,  # its place, and the authors' first names
    "GET /reviews/booking/{booking_id}": 4,
    "GET /favourites": 4,  # the rooms, and how many people like each
    "GET /statements/{month}": 7,  # what there was before, sums, what releases are made of, its document
    "GET /wallet/me/transactions": 5,  # the account, its total, and the states of its payments
    "GET /admin/wallets/{user_id}/transactions": 5,
}
OWN_COUNTS = {
    "providers",
    "services",
    "staff",
    "subscriptions",
    "templates",
    "events",
    "series",
    "waitlist",
}  # counted beside their own tests
SHORT = {
    "GET /admin/payments/parked": 6,
    "GET /statements": 0,
    "GET /admin/chargebacks": 0,
    "GET /admin/settlements": 0,
    "GET /admin/settlements/differences": 2,
    "GET /disputes": 1,
    "GET /enquiries/customer": 1,
    "GET /enquiries/provider/pending": 0,
    "GET /admin/disputes": 2,
    "GET /reviews/booking/{booking_id}": 1,
    "GET /payments/{payment_id}/refunds": 0,
    "GET /refunds/me": 2,
    "GET /admin/refunds": 4,
    "GET /providers/bank-details": 0,  # who asks here runs no provider
}


def _asker(world: World, call: Call) -> Caller:
    above = call.rule.who.value in {"manager", "operator", "moderator", "super_admin"}
    return world.callers["super_admin" if above else "near customer"]


async def _cost(world: World, request: dict[str, Any]) -> tuple[int, httpx.Response]:
    with counted(world.house) as sent:
        answer = await world.client.request(**request)
    assert answer.is_success, answer.text
    return len(sent), answer


def _rows(answer: httpx.Response) -> int:
    if "json" not in answer.headers["content-type"]:
        return answer.text.count("<tr>") - 1
    body = answer.json()
    return len(body["results"] if "results" in body else body["items"])


def _of_a_day(world: World, call: Call) -> dict[str, str]:
    """Late in the evening no hall has time left today."""
    tomorrow = world.start.date() + timedelta(days=1)
    return {"date": str(tomorrow)} if call.route == "GET /search/rooms" else {}


async def test_a_full_page_of_a_list_costs_as_much_as_one_row(crowded: World, app: FastAPI) -> None:
    values = crowded.values(crowded.halves["near"].things)
    halls = [c for c in calls_of(app) if c.rule.feature not in OWN_COUNTS]
    lists = [c for c in halls if any(p["name"] == "limit" for p in c.parameters("query"))]
    assert len(lists) > 20
    wrong = {}
    for call in lists:
        request = call.request(values, _asker(crowded, call).headers)
        query = request.pop("params") | _of_a_day(crowded, call)
        await _cost(crowded, request | {"params": query})  # what is remembered is read once
        one, _ = await _cost(crowded, request | {"params": query | {"limit": "1"}})
        page, answer = await _cost(crowded, request | {"params": query | {"limit": "20"}})
        most = (HOT | DEARER_LISTS).get(call.route, MOST_FOR_A_LIST)
        if _rows(answer) != SHORT.get(call.route, 20) or page != one or page > most:
            wrong[call.route] = {"rows": _rows(answer), "one": one, "page": page}
    assert not wrong


# The rate limits come on top: one statement per twenty requests of an address, one for each sign-in.
MOST = {
    "POST /auth/login": 4,
    "GET /auth/me": 2,
    "GET /rooms/{room_id}": 2,
    "GET /rooms/{room_id}/availability": 3,
    "POST /quotes": 3,
    "POST /bookings": 11,
    "GET /bookings/{booking_id}": 2,
    "GET /bookings/{booking_id}/status": 2,
    "GET /bookings/{booking_id}/timeline": 3,
    "POST /payments/create-order": 23,
    "GET /payments/{payment_id}": 2,
    "POST /bookings/{booking_id}/pay": 33,
    "POST /bookings/{booking_id}/reschedule-preview": 6,
    "PUT /bookings/{booking_id}/reschedule": 26,
    "GET /bookings/{booking_id}/cancellation-preview": 4,
    "POST /bookings/{booking_id}/cancel": 53,
    "GET /links/{link_token}": 7,
    "POST /links/{link_token}": 27,
    "GET /wallet/me": 4,
    "GET /wallet/balance": 2,
    "POST /favourites": 5,
}
DAYS = 62


async def _story(world: World, calls: dict[str, Call]) -> dict[str, int]:
    """What each step of one booking costs, from the sign-in to the money that comes back."""
    half, costs = world.halves["near"], {}
    values = world.values(await world.fresh("near", {"room_id", "addon_id"}))
    for route in MOST:
        request = calls[route].request(values, half.customer.headers)
        if route == "POST /auth/login":
            request["json"] = {"email": half.customer.email, "password": PASSWORD}
        if route.endswith("/availability"):
            first = world.start.date()
            request["params"] = {"date": first, "until": first + timedelta(days=DAYS - 1)}
        costs[route], answer = await _cost(world, request)
        if route == "POST /bookings":
            values["booking_id"] = answer.json()["id"]
    return costs


async def test_every_step_of_a_booking_costs_a_handful(world: World, app: FastAPI) -> None:
    costs = await _story(world, {call.route: call for call in calls_of(app)})
    dearer = {route: cost for route, cost in costs.items() if cost > MOST[route]}
    assert not dearer, costs


async def test_a_webhook_costs_little_while_the_provider_waits(world: World, app: FastAPI) -> None:
    house, gateway = with_gateway(world.house)
    serve(app, house)
    half = world.halves["near"]
    booking_id = await world.new_booking(half.customer, half.room_id)
    body = {"booking_id": booking_id}
    order = await world.post("payments/create-order", body, half.customer.headers)
    gateway.pay(order["gateway_order_id"])
    content, headers = gateway.event(order["gateway_order_id"])
    url = f"{API}/payments/webhook/sandbox"
    request = {"method": "POST", "url": url, "content": content, "headers": headers}
    assert (await _cost(world, request))[0] <= 4
    assert (await _cost(world, request))[0] <= 4  # the same once more


async def test_limits_cost_a_statement_only_now_and_then(
    house: House, client: httpx.AsyncClient
) -> None:
    me = await signed_up(client)
    url = f"{API}/auth/me"
    with counted(house) as sent:
        for _ in range(40):
            assert (await client.get(url, headers=me)).status_code == 200
    assert sum("rate_buckets" in statement for statement in sent) <= 3
