"""The story of Strathwell: an organiser in Austin, three vendors who answer, a deposit, two payouts each."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..scene import at_the_bank, open_payment, until
from ..teller import Teller, rupees
from .cast import CONFIRM, Cast, enter, verified_bank, when
from .shapes import Account, Seller

VENUE, CATERER, BAND = "Pecan Street Hall", "Mesquite Table Catering", "Blue Norther Band"
WANTED = {
    VENUE: "The whole house for an evening",
    CATERER: "Dinner for eighty",
    BAND: "Four-piece band",
}
DAYS, HOUR, LENGTH = 45, 17, timedelta(hours=6)
DEARER = 40_000
BANK = {
    "holder": "Walter Emmons",
    "account_number": "4455667788",
    "routing": "021000021",
    "country": "US",
}
TEMPLATE = {
    "title": "A wedding for eighty",
    "summary": "A house, a dinner, a band.",
    "guests": 80,
    "blueprint": [
        {"role": "venue", "title": "The house", "estimate": {"amount": 420_000, "currency": "USD"}},
        {"role": "service", "title": "Dinner", "estimate": {"amount": 560_000, "currency": "USD"}},
        {"role": "service", "title": "Music", "estimate": {"amount": 240_000, "currency": "USD"}},
    ],
}


@dataclass
class Wedding:
    """The event of the story, and its lines by the names of their vendors."""

    cast: Cast
    body: dict[str, Any]
    booking: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)

    @property
    def dana(self) -> Account:
        return self.cast.place.customers[0]

    @property
    def path(self) -> str:
        return f"bookings/{self.booking['id']}"

    def owner(self, vendor: str) -> Account:
        return self.cast.place.seller(vendor).owner


async def tell(teller: Teller) -> None:
    """Tell the whole story. Raises StoryBroken when the marketplace answers wrongly."""
    cast = await enter(teller, "strathwell")
    await _template(cast)
    await verified_bank(cast, cast.place.seller(VENUE), BANK)
    wedding = await _look(cast)
    await _subscribe(wedding)
    await _answers(wedding)
    await _deposit(wedding)
    await _reservation(wedding)
    await _the_rest(wedding)


async def _template(cast: Cast) -> None:
    cast.teller.chapter("A blueprint for everybody")
    await cast.speaks(cast.place.operator)
    await cast.does("Publish a template", "admin/templates", TEMPLATE)


async def _look(cast: Cast) -> Wedding:
    """Dana finds a house, a kitchen and a band; without a subscription she may look, not ask."""
    dana = cast.place.customers[0]
    cast.teller.chapter(f"{dana.name} plans a wedding")
    await cast.speaks(dana)
    lines = [await _line(cast, cast.place.seller(vendor)) for vendor in WANTED]
    start = cast.at(DAYS, HOUR, cast.place.seller(VENUE).zone)
    body = {
        "kind": "event",
        "title": "Whitlock wedding",
        "start_time": when(start),
        "end_time": when(start + LENGTH),
        "lines": lines,
    }
    return Wedding(cast, body)


async def _line(cast: Cast, vendor: Seller) -> dict[str, Any]:
    found = await cast.finds(vendor, vendor.offers[0].category)
    menu = await cast.menu(found["provider_id"])
    role = "venue" if vendor.kind == "venue" else "service"
    service = menu[WANTED[vendor.name]]["id"]
    return {"provider_id": found["provider_id"], "service_id": service, "role": role}


async def _subscribe(wedding: Wedding) -> None:
    cast = wedding.cast
    cast.teller.chapter("First a subscription")
    refused = await cast.does("Draft it", "bookings", wedding.body, refused=402)
    cast.teller.say(str(refused["title"]))
    await cast.sees("What does it cost?", "subscriptions/plans")
    begun = await cast.does("Subscribe", "subscriptions/start", {"plan": "monthly"})
    await at_the_bank(cast.scene, begun["payment"])
    await cast.waits("subscriptions/me", lambda now: bool(now["state"] == "active"))
    listed = await cast.sees("Which templates are there?", "templates")
    template = await cast.sees("And its detail?", f"templates/{listed['items'][0]['id']}")
    cast.teller.say(f"{template['title']}: about {rupees(template['estimate'])}")
    wedding.booking = await cast.does(
        "Draft it", "bookings", wedding.body | {"template_id": template["id"]}
    )
    ids = [line["id"] for line in wedding.booking["details"]["lines"]]
    wedding.lines = dict(zip(WANTED, ids, strict=True))


async def _answers(wedding: Wedding) -> None:
    """Two approve, one wants more and gets it."""
    cast = wedding.cast
    cast.teller.chapter("Every vendor answers for themselves")
    await cast.does("Ask them all", f"{wedding.path}/submit")
    for vendor in (VENUE, BAND):
        await cast.speaks(wedding.owner(vendor))
        await cast.does(f"{vendor}: yes", f"{wedding.path}/lines/{wedding.lines[vendor]}/approve")
    await cast.speaks(wedding.owner(CATERER))
    asked = cast.place.seller(CATERER).offers[0].price_minor + DEARER
    counter = {"price": {"amount": asked, "currency": "USD"}, "note": "It is a Saturday"}
    line = f"{wedding.path}/lines/{wedding.lines[CATERER]}"
    await cast.does(f"{CATERER}: for a little more", f"{line}/counter", counter)
    await cast.speaks(wedding.dana)
    await cast.does("Then for a little more", f"{line}/accept-counter", {"price": counter["price"]})
    wedding.booking = await until(cast.scene, wedding.booking, "awaiting_payment")
    cast.teller.say(f"agreed: {rupees(wedding.booking['price']['total'])}")


async def _deposit(wedding: Wedding) -> None:
    cast = wedding.cast
    cast.teller.chapter("A deposit confirms it")
    await cast.pays(wedding.booking)
    now = await until(cast.scene, wedding.booking, "confirmed")
    for line in now["details"]["lines"]:
        cast.teller.say(f"• {rupees(line['paid'])} of it is for one of the vendors")


async def _reservation(wedding: Wedding) -> None:
    """The house asks for its reservation, an operator lets it go."""
    cast = wedding.cast
    await cast.speaks(wedding.owner(VENUE))
    listed = await cast.waits("payouts", lambda now: bool(now["items"]))
    part = next(one for one in listed["items"] if one["milestone"] == "reservation")
    await cast.does("Ask for the reservation", f"payouts/{part['id']}/request")
    await _approve(cast, part["id"])


async def _the_rest(wedding: Wedding) -> None:
    """The balance, the evening itself, and the other half of what the vendors get."""
    cast = wedding.cast
    cast.teller.chapter("The evening itself")
    await cast.speaks(wedding.dana)
    order = await open_payment(cast.scene, wedding.booking, "balance")
    await at_the_bank(cast.scene, order)
    await cast.waits(wedding.path, lambda now: bool(now["paid"] == now["price"]["total"]))
    start = datetime.fromisoformat(wedding.booking["start_time"])
    await cast.until_time(start + timedelta(minutes=5))
    await until(cast.scene, wedding.booking, "in_progress")
    await cast.scene.let_pass(LENGTH)
    await until(cast.scene, wedding.booking, "released")
    await cast.speaks(wedding.owner(VENUE))
    due = await cast.waits("payouts?limit=50", lambda now: bool(_completions(now)))
    for part in _completions(due):
        await _approve(cast, part["id"])


def _completions(listed: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        one
        for one in listed["items"]
        if (one["milestone"], one["state"]) == ("completion", "eligible")
    ]


async def _approve(cast: Cast, payout_id: str) -> None:
    await cast.speaks(cast.place.operator)
    cast.teller.headers |= CONFIRM
    await cast.does("Approve the payout", f"admin/payouts/{payout_id}/approve")
