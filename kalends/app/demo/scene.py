"""Where the demo's story plays, and what its people do again and again: find a slot, book it, pay, wait."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .teller import StoryBroken, Teller, rupees

API = "/api/v2"
HOUR = timedelta(hours=1)


@dataclass
class Scene:
    """Where the story plays: who tells it, what time it is there, and where the first visitor looks."""

    teller: Teller
    now: datetime
    me: dict[str, Any]

    async def let_pass(self, ahead: timedelta) -> None:
        """Move the marketplace's clock."""
        seconds = {"advance_seconds": int(ahead.total_seconds())}
        moved = await self.teller.ask("Let the time pass", "POST /dev/clock", seconds)
        self.now = datetime.fromisoformat(moved["now"])


async def book(scene: Scene, day: datetime) -> dict[str, Any]:
    """Look for a hall on that day, ask what it costs and book two hours."""
    teller = scene.teller
    room, slot = await search(scene, day)
    start = max(datetime.fromisoformat(slot["start"]), scene.now + HOUR)
    start = (start + timedelta(minutes=29)).replace(minute=0, second=0, microsecond=0) + HOUR
    wanted = {
        "room_id": room["room_id"],
        "start_time": stamp(start),
        "end_time": stamp(start + 2 * HOUR),
    }
    quote = await teller.ask("Ask what it costs", f"POST {API}/quotes", wanted)
    teller.say(
        f"{rupees(quote['total'])}, fixed until {quote['expires_at'][11:16]} UTC by a signed token"
    )
    booking: dict[str, Any] = await teller.ask(
        "Book it", f"POST {API}/bookings", wanted | {"quote_token": quote["token"]}
    )
    teller.say(
        f"{booking['number']} is {booking['state']}; the slot is held until {booking['hold_expires_at'][11:16]} UTC"
    )
    return booking


async def search(scene: Scene, day: datetime) -> tuple[dict[str, Any], dict[str, str]]:
    teller = scene.teller
    query = (
        f"city=Pune&date={day.date()}&capacity=40&amenities=projector&amenities=air_conditioning"
    )
    found = await teller.ask("Search", f"GET {API}/search/rooms?{query}")
    for room in found["results"][:3]:
        relaxed = f" [dim](relaxed: {', '.join(room['relaxed'])})[/]" if room["relaxed"] else ""
        teller.say(
            f"• {room['name']}, {room['venue']}: {rupees(room['rate_per_hour'])} an hour{relaxed}"
        )
    long = (
        (room, slot) for room in found["results"] for slot in room["available_slots"]
        if _length(slot) >= 5 * HOUR and datetime.fromisoformat(slot["end"]) > scene.now + 5 * HOUR
    )  # fmt: skip
    chosen = next(long, None)
    if chosen is None:
        raise StoryBroken("no room in Pune is free for long enough; is the clock very far ahead?")
    return chosen


async def open_payment(
    scene: Scene, booking: dict[str, Any], purpose: str | None = None
) -> dict[str, Any]:
    """Ask for a payment, of what is due or for a purpose; return the order at the bank."""
    wanted = {"booking_id": booking["id"]} | ({"purpose": purpose} if purpose else {})
    order: dict[str, Any] = await scene.teller.ask(
        "Open a payment", f"POST {API}/payments/create-order", wanted
    )
    scene.teller.say(f"pay {rupees(order['amount'])} at {order['checkout']['url']}")
    return order


async def at_the_bank(scene: Scene, order: dict[str, Any], instrument: str = "success") -> None:
    """Pay on the bank's page with an instrument that works, or does not."""
    page = f"POST /sandbox/checkout/{order['gateway_order_id']}"
    await scene.teller.ask("Pay on the bank's page", page, {"instrument": instrument})


async def until(scene: Scene, booking: dict[str, Any], state: str) -> dict[str, Any]:
    """Wait for what jobs and timers do, at most half a minute."""
    found: dict[str, Any] = {}
    for _ in range(150):
        answer = await scene.teller.http.get(
            f"{API}/bookings/{booking['id']}", headers=scene.teller.headers
        )
        found = answer.json()
        if found.get("state") == state:
            scene.teller.say(f"{found['number']} is {found['state']}")
            return found
        await asyncio.sleep(0.2)
    raise StoryBroken(f"{booking['number']} should be {state} by now but is {found.get('state')}")


def _length(slot: dict[str, str]) -> timedelta:
    return datetime.fromisoformat(slot["end"]) - datetime.fromisoformat(slot["start"])


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
