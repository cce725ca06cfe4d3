"""The story of IndiStylo: a salon in Bengaluru, two services in one visit, commission and GST."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..scene import until
from ..teller import Teller, rupees
from .cast import CONFIRM, Cast, enter, verified_bank, when
from .shapes import Account, Seller

SALON, HOUR = "Jasmine Lane Salon", 15
VISIT = ("Haircut and wash", "Manicure")
SHORTLY, WORK = timedelta(minutes=10), timedelta(minutes=80)
BANK = {"holder": "Padma Venkatesh", "account_number": "004500998812", "routing": "HDFC0001234"}
Booking = dict[str, Any]


@dataclass
class Visit:
    """What is wanted, where, and of whom."""

    cast: Cast
    salon: Seller
    wanted: dict[str, Any]

    @property
    def ramya(self) -> Account:
        return self.salon.staff[0]


async def tell(teller: Teller) -> None:
    """Tell the whole story. Raises StoryBroken when the marketplace answers wrongly."""
    cast = await enter(teller, "indistylo")
    await verified_bank(cast, cast.place.seller(SALON), BANK)
    visit = await _look(cast)
    booking = await _book(visit)
    await _give_one_back(visit, booking)
    await _day(visit, booking)
    await _pay_out(visit)


async def _look(cast: Cast) -> Visit:
    salon, ananya = cast.place.seller(SALON), cast.place.customers[0]
    cast.teller.chapter(f"{ananya.name} plans a visit")
    await cast.speaks(ananya)
    provider = (await cast.finds(salon, "hair"))["provider_id"]
    menu, team = await cast.menu(provider), await cast.team(provider)
    services = [
        {"service_id": menu[name]["id"], "staff_id": team[member.name]}
        for name, member in zip(VISIT, salon.staff, strict=False)
    ]
    start = cast.at(3, HOUR, salon.zone)
    day = f"date={start.date()}&service_id={menu[VISIT[0]]['id']}"
    free = await cast.sees("When is somebody free?", f"providers/{provider}/availability?{day}")
    cast.teller.say(f"{sum(len(found['slots']) for found in free['days'])} times that day")
    wanted = {"kind": "appointment", "services": services, "start_time": when(start)}
    return Visit(cast, salon, wanted)


async def _book(visit: Visit) -> Booking:
    """Two professionals, one after the other, one payment; nobody has to say yes."""
    cast = visit.cast
    quote = await cast.does("Hair, then nails?", "quotes", visit.wanted)
    cast.teller.say(rupees(quote["total"]))
    wanted = visit.wanted | {"quote_token": quote["token"]}
    booking: Booking = await cast.does("Book both", "bookings", wanted)
    await cast.pays(booking)
    return await until(cast.scene, booking, "confirmed")


async def _give_one_back(visit: Visit, booking: Booking) -> None:
    """The nails after all not: that line's share goes back the way it came."""
    cast, path = visit.cast, f"bookings/{booking['id']}"
    cast.teller.chapter("No nails after all")
    reason = {"reason": "No time for both"}
    left = await cast.does("Give the manicure back", f"{path}/lines/1/cancel", reason)
    cast.teller.say(f"{left['number']} goes on with {rupees(left['price']['total'])}")


async def _day(visit: Visit, booking: Booking) -> None:
    cast, path = visit.cast, f"bookings/{booking['id']}"
    cast.teller.chapter("The day itself")
    await cast.until_time(datetime.fromisoformat(booking["start_time"]) - SHORTLY)
    await cast.speaks(visit.ramya)
    await cast.does("Begin", f"{path}/start")
    steps = {"items": [{"position": 0, "done": True}, {"position": 1, "done": True}]}
    await cast.changes("Tick the checklist off", f"{path}/checklist", steps)
    await cast.scene.let_pass(WORK)
    await cast.does("Done", f"{path}/complete")
    await until(cast.scene, booking, "released")


async def _pay_out(visit: Visit) -> None:
    """The payout was asked for by itself; an operator approves what is left after commission and GST."""
    cast = visit.cast
    cast.teller.chapter("What the salon gets")
    await cast.speaks(visit.salon.owner)
    balance = await cast.sees("What was earned?", "wallet/balance")
    for name, amount in balance.items():
        if isinstance(amount, dict) and "currency" in amount:
            cast.teller.say(f"{name.replace('_', ' ')}: {rupees(amount)}")
    listed = await cast.sees("And the payout?", "payouts")
    payout = listed["items"][0]
    await cast.speaks(cast.place.operator)
    cast.teller.headers |= CONFIRM
    await cast.does("Approve it", f"admin/payouts/{payout['id']}/approve")
