"""One customer's story, told over HTTP: search, quote, book, pay, move, cancel, refund; and one that settles."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .city import world
from .teller import StoryBroken, Teller, rupees

API = "/api/v2"
AHEAD = timedelta(days=9)
HOUR = timedelta(hours=1)


@dataclass
class Scene:
    """Where the story plays: who tells it, what time it is there, and where the first visitor looks."""

    teller: Teller
    now: datetime
    me: dict[str, Any]


async def tell(teller: Teller) -> None:
    """Tell the whole story. Raises StoryBroken when the marketplace answers wrongly."""
    now = datetime.fromisoformat((await teller.http.get("/dev/clock")).json()["now"])
    hero = next(p for p in world(now.date()).people if "customer" in p.roles)
    teller.chapter(f"{hero.name} looks for a hall")
    signed = await teller.ask(
        "Sign in", f"POST {API}/auth/login", {"email": hero.email, "password": hero.password}
    )
    teller.headers = {"Authorization": f"Bearer {signed['access_token']}"}
    scene = Scene(teller, now, signed["user"])
    cancelled = await _book_and_pay(scene, now + AHEAD)
    await _rival(scene, cancelled)
    await _move(scene, cancelled)
    await _cancel(scene, cancelled)
    settled = await _book_and_pay(scene, now + timedelta(days=1))
    await _settle(scene, settled)


async def _book_and_pay(scene: Scene, day: datetime) -> dict[str, Any]:
    teller = scene.teller
    room, slot = await _search(scene, day)
    start = max(datetime.fromisoformat(slot["start"]), scene.now + HOUR)
    start = (start + timedelta(minutes=29)).replace(minute=0, second=0, microsecond=0) + HOUR
    wanted = {
        "room_id": room["room_id"],
        "start_time": _stamp(start),
        "end_time": _stamp(start + 2 * HOUR),
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
    return await _pay(scene, booking)


async def _search(scene: Scene, day: datetime) -> tuple[dict[str, Any], dict[str, str]]:
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


async def _pay(scene: Scene, booking: dict[str, Any]) -> dict[str, Any]:
    teller = scene.teller
    order = await teller.ask(
        "Open a payment", f"POST {API}/payments/create-order", {"booking_id": booking["id"]}
    )
    teller.say(f"pay {rupees(order['amount'])} at {order['checkout']['url']}")
    await teller.ask(
        "Pay on the bank's page",
        f"POST /sandbox/checkout/{order['gateway_order_id']}",
        {"instrument": "success"},
    )
    teller.say("the bank sends a signed webhook; a job applies it")
    return await _until(scene, booking, "confirmed")


async def _rival(scene: Scene, booking: dict[str, Any]) -> None:
    """Somebody else wants the same time, and is refused by the database."""
    teller = scene.teller
    other = world(scene.now.date()).people[-1]
    mine = teller.headers
    signed = await teller.http.post(
        f"{API}/auth/login", json={"email": other.email, "password": other.password}
    )
    teller.headers = {"Authorization": f"Bearer {signed.json()['access_token']}"}
    wanted = {
        "room_id": booking["resource"]["id"],
        "start_time": booking["start_time"],
        "end_time": booking["end_time"],
    }
    refused = await teller.ask(
        f"{other.name} wants the same time", f"POST {API}/bookings", wanted, refused=409
    )
    near = ", ".join(f"{s['start'][:10]} {s['start'][11:16]}" for s in refused["nearest"])
    teller.say(f"{refused['detail']}: {near} (UTC)")
    teller.headers = mine


async def _move(scene: Scene, booking: dict[str, Any]) -> None:
    start = datetime.fromisoformat(booking["start_time"]) + HOUR
    body = {
        "new_start_time": _stamp(start),
        "new_end_time": _stamp(start + 3 * HOUR),
        "reason": "More guests than we thought",
    }
    moved = await scene.teller.ask(
        "Move it an hour later, and take an hour more",
        f"PUT {API}/bookings/{booking['id']}/reschedule",
        body,
    )
    change = moved["reschedule_history"][-1]["difference"]
    scene.teller.say(f"still {moved['number']}; {rupees(change)} more, taken from the wallet")


async def _cancel(scene: Scene, booking: dict[str, Any]) -> None:
    teller = scene.teller
    teller.chapter("Plans change")
    shown = await teller.ask(
        "See what a cancellation gives back",
        f"GET {API}/bookings/{booking['id']}/cancellation-preview",
    )
    refund = shown["refund"]
    teller.say(
        f"{refund['percent']} %: {rupees(refund['amount'])} back, {rupees(refund['fee'])} kept by the venue"
    )
    body = {"reason": "The speaker fell ill", "preview_token": shown["preview_token"]}
    done = await teller.ask("Cancel", f"POST {API}/bookings/{booking['id']}/cancel", body)
    teller.say(f"{done['booking']['number']} is {done['booking']['state']}")
    wallet = await teller.ask("Look into the wallet", f"GET {API}/wallet/me")
    teller.say(f"{rupees(wallet['balance'])}; the refund is there")


async def _settle(scene: Scene, booking: dict[str, Any]) -> None:
    teller = scene.teller
    teller.chapter("The one that takes place")
    ahead = datetime.fromisoformat(booking["end_time"]) - scene.now + timedelta(minutes=5)
    seconds = int(ahead.total_seconds())
    await teller.ask("Let the time pass", "POST /dev/clock", {"advance_seconds": seconds})
    done = await _until(scene, booking, "released")
    teller.say(f"{done['number']} took place; its money left escrow for the venue")
    review = {
        "booking_id": booking["id"],
        "rating": 5,
        "comment": "Clean, cool and quiet. We will come again.",
    }
    await teller.ask("Review it", f"POST {API}/reviews", review)


async def _until(scene: Scene, booking: dict[str, Any], state: str) -> dict[str, Any]:
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


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
