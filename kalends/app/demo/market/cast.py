"""Who appears in a market's story, and what they do again and again. Over HTTP only."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..scene import API, Scene, at_the_bank, open_payment, stamp
from ..teller import StoryBroken, Teller, rupees
from .build import market
from .shapes import Account, Market, Seller

Body = dict[str, Any] | None
A_DAY = timedelta(hours=25)
CONFIRM = {"X-Confirm-Action": "true"}


@dataclass
class Cast:
    """The people of one market; each signs in once, when they first speak."""

    scene: Scene
    place: Market
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def teller(self) -> Teller:
        return self.scene.teller

    async def speaks(self, person: Account, *, confirm: bool = False) -> None:
        """From now on the requests are this person's; `confirm`: and they mean it."""
        if person.email not in self._tokens:
            self.teller.headers = {}
            given = {"email": person.email, "password": self.place.password}
            signed = await self.teller.ask(
                f"{person.name} signs in", f"POST {API}/auth/login", given
            )
            self._tokens[person.email] = signed["access_token"]
        said = {"Authorization": f"Bearer {self._tokens[person.email]}"}
        self.teller.headers = said | (CONFIRM if confirm else {})

    async def does(
        self, what: str, path: str, body: Body = None, *, refused: int | None = None
    ) -> Any:
        """POST to a path of the API."""
        return await self.teller.ask(what, f"POST {API}/{path}", body, refused=refused)

    async def changes(self, what: str, path: str, body: Body) -> Any:
        """PATCH something there."""
        return await self.teller.ask(what, f"PATCH {API}/{path}", body)

    async def sees(self, what: str, path: str) -> Any:
        return await self.teller.ask(what, f"GET {API}/{path}")

    async def waits(self, path: str, holds: Callable[[Any], bool]) -> Any:
        """Look again and again until it holds; what jobs and timers do takes a moment."""
        for _ in range(150):
            answer = await self.teller.http.get(f"{API}/{path}", headers=self.teller.headers)
            if answer.is_success and holds(answer.json()):
                return answer.json()
            await asyncio.sleep(0.2)
        raise StoryBroken(f"{path} does not become what it should be: {answer.text[:500]}")

    async def finds(self, seller: Seller, category: str) -> dict[str, Any]:
        """Look for sellers of a category near this one; what the list says of it."""
        point = f"lat={seller.lat}&lng={seller.lng}&radius_km=12&category={category}"
        found = await self.sees("Who is near?", f"providers/nearby?{point}")
        for one in found["items"][:3]:
            self.teller.say(f"• {one['name']}, {one['distance_km']} km")
        mine: dict[str, Any] = next(x for x in found["items"] if x["name"] == seller.name)
        return mine

    async def menu(self, provider_id: str) -> dict[str, dict[str, Any]]:
        """What a provider offers, by name."""
        listed = await self.sees("What do they do?", f"services/provider/{provider_id}?limit=50")
        return {service["name"]: service for service in listed["items"]}

    async def team(self, provider_id: str) -> dict[str, str]:
        """Who works there: names to ids."""
        listed = await self.sees("And who works there?", f"providers/{provider_id}/staff")
        return {member["name"]: member["id"] for member in listed["items"]}

    async def pays(self, booking: dict[str, Any]) -> None:
        order = await open_payment(self.scene, booking)
        await at_the_bank(self.scene, order)

    async def until_time(self, moment: datetime) -> None:
        """Let the time pass until this moment."""
        await self.scene.let_pass(moment - self.scene.now)

    def at(self, days: int, hour: int, zone: str) -> datetime:
        """An hour of a day from now on, in the wall time of a zone."""
        day: date = (self.scene.now.astimezone(ZoneInfo(zone)) + timedelta(days=days)).date()
        return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))

    def local(self, days: int, hour: int) -> datetime:
        """The same in the wall time of the market's first city."""
        zone = self.place.sellers[0].zone
        return self.at(days, hour, zone).astimezone(ZoneInfo(zone))


async def enter(teller: Teller, name: str) -> Cast:
    """Everybody of this market, at the marketplace's time."""
    now = datetime.fromisoformat((await teller.http.get("/dev/clock")).json()["now"])
    return Cast(Scene(teller, now, {}), market(name))


async def verified_bank(cast: Cast, seller: Seller, bank: dict[str, str]) -> None:
    """The owner names a bank account; the bank says within a day whether it is theirs."""
    cast.teller.chapter(f"{seller.owner.name} names a bank account")
    await cast.speaks(seller.owner)
    await cast.does("This is mine", "providers/bank-details", dict(bank))
    await cast.scene.let_pass(A_DAY)
    listed = await cast.waits(
        "providers/bank-details", lambda now: _first(now)["state"] == "verified"
    )
    cast.teller.say(f"…{_first(listed)['last_four']} is verified")


async def paid_out(cast: Cast, seller: Seller, bank: dict[str, str]) -> None:
    """What was earned is asked for, approved by an operator, and leaves for the owner's bank."""
    await verified_bank(cast, seller, bank)
    cast.teller.chapter(f"{seller.owner.name} is paid out")
    payout = await cast.does("Ask for what is available", "payouts", {})
    cast.teller.say(f"{rupees(payout['amount'])} wait for an operator")
    await cast.speaks(cast.place.operator, confirm=True)
    await cast.does("Approve it", f"admin/payouts/{payout['id']}/approve")


def _first(listed: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = listed.get("items", [listed])[0]
    return found


def when(moment: datetime) -> str:
    return stamp(moment)
