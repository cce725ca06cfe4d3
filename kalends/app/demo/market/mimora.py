"""The story of Mimora: an artist at the door in Pune, asked in turn, on the way, let in by a code."""

from datetime import datetime, timedelta
from typing import Any

from ..scene import until
from ..teller import Teller, rupees
from .cast import Cast, enter, paid_out
from .shapes import Account, Seller

FIRST, SERVICE, WEDDING = "Asha Mehndi", "Both hands", "Bridal mehndi"
HOME = {"address": "7 Paud Road, Kothrud, Pune", "lat": 18.5072, "lng": 73.8121}
TWO_MINUTES, A_WEEK = timedelta(minutes=3), timedelta(days=7, hours=1)
SOON, HOUR, TRIAL_DAYS, WEDDING_DAYS = 2, 15, 3, 20
TRIAL = timedelta(minutes=35)
BANK = {"account_number": "004500998855", "routing": "HDFC0001234"}
Booking = dict[str, Any]


async def tell(teller: Teller) -> None:
    """Tell the whole story. Raises StoryBroken when the marketplace answers wrongly."""
    cast = await enter(teller, "mimora")
    booking, artist = await _asked_in_turn(cast)
    await _on_the_way(cast, booking, artist)
    await _the_code(cast, booking, artist)
    await paid_out(cast, artist, BANK | {"holder": artist.owner.name})
    await _without_haste(cast)


async def _asked_in_turn(cast: Cast) -> tuple[Booking, Seller]:
    """The first artist does not answer, the next one does."""
    first, ritika = cast.place.seller(FIRST), cast.place.customers[0]
    cast.teller.chapter(f"{ritika.name} wants mehndi, the day after tomorrow")
    await cast.speaks(ritika)
    provider = (await cast.finds(first, "mehndi"))["provider_id"]
    wish = await _wish(cast, provider, SERVICE, SOON)
    wish |= {"mode": "instant", "max_price": {"amount": 200_000, "currency": "INR"}}
    asked = await cast.does("Ask her", "enquiries", wish)
    cast.teller.say(f"{first.name} has {asked['offer']['seconds_left']} seconds to say yes")
    await cast.scene.let_pass(TWO_MINUTES)
    path = f"enquiries/{asked['id']}"
    turn = await cast.waits(path, lambda now: bool(now["offer"]) and _who(now) != first.name)
    artist = cast.place.seller(_who(turn))
    cast.teller.say(f"nobody answered; now it is the turn of {artist.name}")
    await cast.speaks(artist.owner)
    taken = await cast.does(f"{artist.owner.name} says yes", f"{path}/accept")
    await cast.speaks(ritika)
    booking = await cast.sees("It is a booking now", f"bookings/{taken['booking_id']}")
    cast.teller.say(f"{booking['number']}: {rupees(booking['price']['total'])}, the way included")
    await cast.pays(booking)
    return await until(cast.scene, booking, "confirmed"), artist


async def _on_the_way(cast: Cast, booking: Booking, artist: Seller) -> None:
    cast.teller.chapter("On the way")
    start = datetime.fromisoformat(booking["start_time"])
    await cast.until_time(start - timedelta(minutes=50))
    await until(cast.scene, booking, "preparing")
    await cast.speaks(artist.owner)
    for what, step in (("Check in", "check-in"), ("Set out", "start"), ("I am here", "arrived")):
        now = await cast.does(what, f"journeys/{booking['id']}/{step}")
        cast.teller.say(str(now["label"]))
    await cast.until_time(start)
    await cast.does("Begin", f"bookings/{booking['id']}/start")


async def _the_code(cast: Cast, booking: Booking, artist: Seller) -> None:
    """The customer's code ends the work and opens the escrow."""
    ritika, path = cast.place.customers[0], f"journeys/{booking['id']}"
    cast.teller.chapter("The code")
    await cast.scene.let_pass(timedelta(minutes=55))
    await cast.speaks(ritika)
    code = (await cast.does("Show me the code", f"{path}/generate-otp"))["code"]
    await cast.speaks(artist.owner)
    await cast.does(f"{artist.owner.name} enters it", f"{path}/verify-otp", {"code": code})
    await until(cast.scene, booking, "rating_pending")
    cast.teller.say("the money has left escrow for the artist")
    await cast.scene.let_pass(A_WEEK)
    await until(cast.scene, booking, "closed")


async def _without_haste(cast: Cast) -> None:
    """Asked weeks ahead and tried out; a price is talked about; then the artist falls ill, all goes back."""
    asha, juhi = cast.place.seller(FIRST), cast.place.customers[1]
    cast.teller.chapter(f"{juhi.name} plans a wedding, without haste")
    await cast.speaks(juhi)
    provider = (await cast.finds(asha, "mehndi"))["provider_id"]
    trial = cast.local(TRIAL_DAYS, HOUR)
    tried = {"date": trial.date().isoformat(), "time": f"{trial:%H:%M}", "duration_min": 30}
    wish = await _wish(cast, provider, WEDDING, WEDDING_DAYS) | {"mode": "flexi", "trial": tried}
    path = f"enquiries/{(await cast.does('Ask her', 'enquiries', wish))['id']}"
    await cast.speaks(asha.owner)
    terms = {"price": {"amount": 850_000, "currency": "INR"}, "note": "For both families"}
    offered = await cast.does("Other terms", f"{path}/proposals", terms)
    await cast.speaks(juhi)
    version = offered["proposals"][-1]["version"]
    await cast.does("Agreed", f"{path}/proposals/{version}/accept")
    await cast.speaks(asha.owner)
    taken = await cast.does("And yes", f"{path}/accept")
    await _tried(cast, taken["booking_id"], trial)
    await _ill(cast, taken["booking_id"], asha.owner)


async def _tried(cast: Cast, booking_id: str, trial: datetime) -> None:
    """The trial takes place, and she likes it."""
    await cast.speaks(cast.place.customers[1])
    booking = await cast.sees("It is a booking now", f"bookings/{booking_id}")
    cast.teller.say(f"{booking['number']}: {rupees(booking['price']['total'])}, after a trial")
    await cast.until_time(trial + TRIAL)
    await until(cast.scene, booking, "trial_completed")
    await cast.does("I like it", f"bookings/{booking_id}/trial", {"go_on": True})
    await cast.pays(booking)
    await until(cast.scene, booking, "confirmed")


async def _ill(cast: Cast, booking_id: str, artist: Account) -> None:
    await cast.speaks(artist)
    reason = {"reason": "I have broken my wrist"}
    done = await cast.does("She falls ill", f"bookings/{booking_id}/cancel", reason)
    cast.teller.say(f"{done['refund']['percent']} % go back")


async def _wish(cast: Cast, provider: str, service: str, days: int) -> dict[str, Any]:
    """The body of an enquiry, at home, in the wall time there."""
    menu = await cast.menu(provider)
    local = cast.local(days, HOUR)
    return {
        "provider_id": provider,
        "service_ids": [menu[service]["id"]],
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "location": HOME,
        "travel_option": "client_location",
    }


def _who(enquiry: dict[str, Any]) -> str:
    return str(enquiry["offer"]["provider"]["name"])
