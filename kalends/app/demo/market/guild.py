"""The story of the guild: a shop with staff in Lagos, an appointment, its money in escrow until a word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..scene import at_the_bank, open_payment, until
from ..teller import Teller, rupees
from .cast import Cast, enter, paid_out, when
from .shapes import Account, Seller

SHOP, SERVICE, EXTRA, HOUR = "Adunni's Braid Room", "Cornrows", "Gel manicure", 13
SHORTLY, WORK = timedelta(minutes=10), timedelta(minutes=85)
A_DAY = timedelta(hours=25)
BANK = {
    "holder": "Adunni Salako",
    "account_number": "0123456789",
    "routing": "058152036",
    "country": "NG",
}
Booking = dict[str, Any]


@dataclass
class Shop:
    """The shop of the story: what it does and who works there, by name, as the API calls them."""

    cast: Cast
    seller: Seller
    menu: dict[str, dict[str, Any]]
    team: dict[str, str]

    @property
    def bisi(self) -> Account:
        return self.seller.staff[0]

    def wish(self, days: int, by: Account | None) -> dict[str, Any]:
        """The body of a booking so many days ahead."""
        named = {"staff_id": self.team[by.name]} if by else {}
        start = when(self.cast.at(days, HOUR, self.seller.zone))
        what = {"kind": "appointment", "service_id": self.menu[SERVICE]["id"], "start_time": start}
        return what | named


async def tell(teller: Teller) -> None:
    """Tell the whole story. Raises StoryBroken when the marketplace answers wrongly."""
    cast = await enter(teller, "guild")
    shop = await _look(cast)
    booking = await _book(shop)
    await _plans_change(shop)
    await _cannot_come(shop)
    await _day(shop, booking)
    await _word(shop, booking)
    await _no_word(shop)
    await paid_out(cast, shop.seller, BANK)


async def _look(cast: Cast) -> Shop:
    seller, amaka = cast.place.seller(SHOP), cast.place.customers[0]
    cast.teller.chapter(f"{amaka.name} wants her hair done")
    await cast.speaks(amaka)
    provider = (await cast.finds(seller, "hair"))["provider_id"]
    shop = Shop(cast, seller, await cast.menu(provider), await cast.team(provider))
    dear = await cast.does(f"{seller.owner.name} in person?", "quotes", shop.wish(2, seller.owner))
    cast.teller.say(f"{rupees(dear['total'])}: the owner is half as dear again")
    return shop


async def _book(shop: Shop) -> Booking:
    """Quote, book, pay; the money waits, and the member says yes. Nobody else gets that hour."""
    cast, wanted = shop.cast, shop.wish(2, shop.bisi)
    quote = await cast.does(f"Or {shop.bisi.name}?", "quotes", wanted)
    cast.teller.say(rupees(quote["total"]))
    booking = await _paid(shop, wanted | {"quote_token": quote["token"]})
    cast.teller.say("paid, but not agreed yet: the money is in escrow")
    await _approved(shop, booking, shop.bisi)
    tunde = cast.place.customers[1]
    await cast.speaks(tunde)
    refused = await cast.does(f"{tunde.name} wants that hour, too", "bookings", wanted, refused=409)
    cast.teller.say(str(refused["detail"]))
    return booking


async def _paid(shop: Shop, wanted: dict[str, Any]) -> Booking:
    booking: Booking = await shop.cast.does("Book it", "bookings", wanted)
    await shop.cast.pays(booking)
    return await until(shop.cast.scene, booking, "awaiting_provider")


async def _approved(shop: Shop, booking: Booking, by: Account) -> None:
    await shop.cast.speaks(by)
    await shop.cast.does(f"{by.name} says yes", f"bookings/{booking['id']}/approve")
    await until(shop.cast.scene, booking, "confirmed")


async def _plans_change(shop: Shop) -> None:
    """Somebody else books, and changes their mind in time."""
    cast, halima = shop.cast, shop.cast.place.customers[2]
    cast.teller.chapter("Plans change")
    await cast.speaks(halima)
    booking = await _paid(shop, shop.wish(4, shop.bisi))
    path = f"bookings/{booking['id']}"
    shown = await cast.sees("What would come back?", f"{path}/cancellation-preview")
    given = {"reason": "My sister will do it", "preview_token": shown["preview_token"]}
    await cast.does("Cancel", f"{path}/cancel", given)
    wallet = await cast.sees("Look into the wallet", "wallet/me")
    cast.teller.say(f"{rupees(wallet['balance'])}: all of it came back")


async def _cannot_come(shop: Shop) -> None:
    """Who was booked falls ill: one customer takes whom the shop proposes, the other the money."""
    cast = shop.cast
    cast.teller.chapter(f"{shop.bisi.name} falls ill")
    zainab, kunle = cast.place.customers[6], cast.place.customers[7]
    first = await _declined(shop, zainab, 30)
    await cast.speaks(zainab)
    await cast.sees("Who else could come?", f"bookings/{first['id']}/replacements")
    taken = await cast.does("Take her", f"bookings/{first['id']}/accept-replacement")
    cast.teller.say(f"{taken['resource']['name']} comes instead, for the same price")
    second = await _declined(shop, kunle, 31)
    await cast.speaks(kunle)
    reason = {"reason": "I would rather wait for her"}
    done = await cast.does("No, thank you", f"bookings/{second['id']}/cancel", reason)
    refund, label = done["refund"], done["booking"]["label"]
    cast.teller.say(f"{label}: {rupees(refund['amount'])}, all of it, is in the wallet")


async def _declined(shop: Shop, customer: Account, days: int) -> Booking:
    """Booked, paid, agreed to, and then given back."""
    await shop.cast.speaks(customer)
    booking = await _paid(shop, shop.wish(days, shop.bisi))
    await _approved(shop, booking, shop.bisi)
    given = {"reason_code": "ill", "note": "A fever"}
    declined: Booking = await shop.cast.does(
        "She cannot", f"bookings/{booking['id']}/decline", given
    )
    replacement = declined["details"]["replacement"]["name"]
    shop.cast.teller.say(f"{declined['label']}: the shop proposes {replacement}")
    return booking


async def _day(shop: Shop, booking: Booking) -> None:
    """The work itself: begun, grown, ticked off, completed."""
    cast, path = shop.cast, f"bookings/{booking['id']}"
    cast.teller.chapter("The day itself")
    await cast.until_time(datetime.fromisoformat(booking["start_time"]) - SHORTLY)
    await cast.speaks(shop.bisi)
    await cast.does("Begin", f"{path}/start")
    wish = {"items": [{"service_id": shop.menu[EXTRA]["id"]}]}
    grown = await cast.changes("And her nails, while she is here", f"{path}/add-extra", wish)
    cast.teller.say(f"now {rupees(grown['price']['total'])}")
    await _finish(shop, booking)


async def _finish(shop: Shop, booking: Booking) -> None:
    cast, path = shop.cast, f"bookings/{booking['id']}"
    steps = {"items": [{"position": 0, "done": True}, {"position": 1, "done": True}]}
    await cast.changes("Tick the checklist off", f"{path}/checklist", steps)
    await cast.scene.let_pass(WORK)
    await cast.does("Done", f"{path}/complete")


async def _word(shop: Shop, booking: Booking) -> None:
    """The customer pays the extra, says that all is well, and tips: the escrow opens at once."""
    cast, path = shop.cast, f"bookings/{booking['id']}"
    cast.teller.chapter("A word from the customer")
    await cast.speaks(cast.place.customers[0])
    await cast.pays(booking)
    await until(cast.scene, booking, "pending_clearance")
    await cast.does("All is well", f"{path}/confirm-release")
    await until(cast.scene, booking, "released")
    tip = {"amount": {"amount": 200_000, "currency": "NGN"}, "method": "gateway"}
    await cast.does("And a tip", f"{path}/tip", tip)
    order = await open_payment(cast.scene, booking, "tip")
    await at_the_bank(cast.scene, order)
    await cast.speaks(shop.bisi)
    mine = await cast.waits("wallet/balance", lambda now: bool(now["tips_only"]["amount"]))
    cast.teller.say(f"{shop.bisi.name} has {rupees(mine['tips_only'])} of tips")


async def _no_word(shop: Shop) -> None:
    """Whoever is free does it; the customer says nothing, and after a day the money goes by itself."""
    cast, seun = shop.cast, shop.cast.place.customers[10]
    cast.teller.chapter("And without a word")
    await cast.speaks(seun)
    booking = await _paid(shop, shop.wish(1, None))
    chosen = booking["resource"]["name"]
    cast.teller.say(f"{chosen} is free and fits best")
    member = next(one for one in shop.seller.staff if one.name == chosen)
    await _approved(shop, booking, member)
    await cast.until_time(datetime.fromisoformat(booking["start_time"]) - SHORTLY)
    await cast.does("Begin", f"bookings/{booking['id']}/start")
    await _finish(shop, booking)
    await until(cast.scene, booking, "pending_clearance")
    await cast.scene.let_pass(A_DAY)
    await until(cast.scene, booking, "released")
