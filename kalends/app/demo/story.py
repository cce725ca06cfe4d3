"""One customer's story, told over HTTP: search, quote, book, pay, move, cancel, refund; and one that settles."""

from datetime import datetime, timedelta
from typing import Any

from .bank import tell_of_the_bank
from .city import world
from .earnings import tell_of_the_payout
from .scene import API, HOUR, Scene, at_the_bank, book, open_payment, stamp, until
from .teller import Teller, rupees

AHEAD = timedelta(days=9)
_NEWS = {
    "success": "the bank sends a signed webhook; a job applies it",
    "duplicate": "the bank stutters and sends its webhook three times; it counts once",
}


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
    await tell_of_the_bank(scene)
    settled = await _book_and_pay(scene, scene.now + timedelta(days=1), "duplicate")
    await _settle(scene, settled)
    await tell_of_the_payout(scene, settled)


async def _book_and_pay(scene: Scene, day: datetime, instrument: str = "success") -> dict[str, Any]:
    booking = await book(scene, day)
    await at_the_bank(scene, await open_payment(scene, booking), instrument)
    scene.teller.say(_NEWS[instrument])
    return await until(scene, booking, "confirmed")


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
        "new_start_time": stamp(start),
        "new_end_time": stamp(start + 3 * HOUR),
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
    await scene.let_pass(ahead)
    done = await until(scene, booking, "released")
    teller.say(f"{done['number']} took place; its money left escrow for the venue")
    review = {
        "booking_id": booking["id"],
        "rating": 5,
        "comment": "Clean, cool and quiet. We will come again.",
    }
    await teller.ask("Review it", f"POST {API}/reviews", review)
