"""Two halves of a marketplace that must not see each other, and everybody who may ask.

In each half a customer has bookings and payments at a venue that a manager runs. What one half calls its
own is foreign to the other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from kalends import bookings
from kalends.adapters.sandbox.rules import sign_checkout
from kalends.catalog import VenueFacts
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import open_unit
from kalends.core.worker import drain
from kalends.identity import NewPerson, add_membership, grant_role, hash_password
from kalends.identity.service.sign_up import register_account
from kalends.identity.service.start_session import start_session
from kalends.identity.service.tokens import mint_access
from kalends.identity.types import AccessClaims
from tests.fixtures.deals import API, marketplace_time, rental, stamp, with_money
from tests.fixtures.people import PASSWORD, bearer, own_address
from tests.fixtures.places import a_room, a_venue, an_addon

Headers = dict[str, str]
Things = dict[str, str]
OPERATORS = ("support", "moderator", "super_admin")


@dataclass(frozen=True)
class Caller:
    """Somebody who asks. `kind` is anonymous, customer, manager, an operator's role, or `refused`."""

    kind: str
    headers: Headers
    half: str = ""
    user_id: UUID | None = None
    email: str = ""


@dataclass(frozen=True)
class Half:
    """One customer's and one manager's world; `things` are the ids in it, by the names of parameters."""

    customer: Caller
    manager: Caller
    venue: VenueFacts
    things: Things

    @property
    def room_id(self) -> UUID:
        return UUID(self.things["room_id"])

    @property
    def private(self) -> dict[str, str]:
        """What nobody outside this half and the operators may ever be shown."""
        names = ("booking_id", "payment_id", "gateway_order_id", "user_id", "membership_id")
        contacts = {"customer's e-mail": self.customer.email, "manager's": self.manager.email}
        return {name: self.things[name] for name in names} | contacts


@dataclass
class World:
    house: House
    client: httpx.AsyncClient
    password: str
    start: datetime
    halves: dict[str, Half] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)
    _hours: int = 0

    async def hire(self, kind: str, half: str = "", venue: VenueFacts | None = None) -> Caller:
        """A new person of this kind with a session; a manager runs `venue`."""
        email = f"{kind}-{new_id().hex}@example.com"
        async with open_unit(self.house) as unit:
            person = NewPerson(email, self.password, f"{kind} of {half}", None)
            account = await register_account(unit, person)
            user_id = account.person.id
            if kind in OPERATORS:
                await grant_role(unit, user_id, kind)
            if venue:
                await add_membership(unit, user_id, "manager", venue.provider_id, venue.id)
            tokens = await start_session(unit, account, "a test")
        return Caller(kind, bearer(tokens.access_token) | own_address(), half, user_id, email)

    def next_hour(self) -> dict[str, str]:
        """A time that nobody else has asked for, and one a day later to move to."""
        self._hours += 2
        start = self.start + timedelta(hours=self._hours)
        later = start + timedelta(days=30)
        return {
            "start": stamp(start),
            "end": stamp(start + timedelta(hours=1)),
            "later": stamp(later),
            "later_end": stamp(later + timedelta(hours=1)),
        }

    def values(self, things: Things) -> dict[str, str]:
        """The things, and what calls name besides."""
        secret = self.house.settings.sandbox_secret
        assert secret is not None
        order = things.get("gateway_order_id", "")
        signature = sign_checkout(secret.get_secret_value(), order, "", "created")
        words = {"fresh": f"new-{new_id().hex}", "signature": signature}
        guest = {"guest_email": self.callers["support"].email}
        return {**things, **words, **guest, **self.next_hour()}

    async def new_booking(self, customer: Caller, room_id: UUID) -> str:
        start = datetime.fromisoformat(self.next_hour()["start"])
        body = rental(room_id, start, 1)
        return str((await self.post("bookings", body, customer.headers))["id"])

    async def post(self, path: str, body: Any, headers: Headers) -> Any:
        answer = await self.client.post(f"{API}/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def fresh(self, half: str, names: Collection[str]) -> Things:
        """The things of this half; those of `names` are new, for calls that use them up."""
        things = dict(self.halves[half].things)
        for name, make in _MAKERS.items():
            if name in names:
                things |= await make(self, self.halves[half])
        return things


async def _new_user(world: World, half: Half) -> Things:
    user = await world.hire("customer")
    return {"user_id": str(user.user_id)}


async def _new_manager(world: World, half: Half) -> Things:
    manager = await world.hire("manager", venue=half.venue)
    me = await world.client.get(f"{API}/auth/me", headers=manager.headers)
    membership_id = me.json()["memberships"][0]["id"]
    return {"user_id": str(manager.user_id), "membership_id": membership_id}


async def _new_room(world: World, half: Half) -> Things:
    return {"room_id": str((await a_room(world.house, half.venue)).id)}


async def _new_addon(world: World, half: Half) -> Things:
    return {"addon_id": str((await an_addon(world.house, half.venue)).id)}


async def _new_booking(world: World, half: Half) -> Things:
    return {"booking_id": await world.new_booking(half.customer, half.room_id)}


async def new_review(world: World, half: Half) -> Things:
    """A published review of a stay that is over."""
    booking_id = await world.new_booking(half.customer, half.room_id)
    async with open_unit(world.house) as unit:
        for step, actor in (("pay", ActorKind.gateway), ("force_complete", ActorKind.operator)):
            await fire(unit, bookings.MACHINE, UUID(booking_id), step, Order(actor))
    body = {"booking_id": booking_id, "rating": 4, "comment": "Cool and quiet."}
    review = await world.post("reviews", body, half.customer.headers)
    return {"review_id": review["id"], "booking_id": booking_id}


# In an order in which a later one may replace what an earlier one made.
_MAKERS: dict[str, Callable[[World, Half], Awaitable[Things]]] = {
    "user_id": _new_user,
    "membership_id": _new_manager,
    "room_id": _new_room,
    "addon_id": _new_addon,
    "booking_id": _new_booking,
    "review_id": new_review,
}


async def build_world(house: House, client: httpx.AsyncClient) -> World:
    now = await marketplace_time(house)
    start = (now + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
    world = World(house, client, await hash_password(PASSWORD), start)
    for half in ("near", "far"):
        world.halves[half] = await _half(world, half)
    operators = await asyncio.gather(*(world.hire(role) for role in OPERATORS))
    world.callers = {
        "anonymous": Caller("anonymous", own_address()),
        **{f"{half} customer": world.halves[half].customer for half in world.halves},
        **{f"{half} manager": world.halves[half].manager for half in world.halves},
        **{operator.kind: operator for operator in operators},
        "suspended": await _suspended(world),
        "expired": _expired(world),
    }
    return world


async def _half(world: World, name: str) -> Half:
    venue = await a_venue(world.house)
    room, addon = await a_room(world.house, venue), await an_addon(world.house, venue)
    customer = await world.hire("customer", name)
    manager = await world.hire("manager", name, venue)
    assert customer.user_id is not None
    await with_money(world.house, customer.user_id, 10_000_000)
    booking_id = await world.new_booking(customer, room.id)
    order = await world.post("payments/create-order", {"booking_id": booking_id}, customer.headers)
    me = await world.client.get(f"{API}/auth/me", headers=manager.headers)
    things = {
        "venue_id": str(venue.id),
        "provider_id": str(venue.provider_id),
        "room_id": str(room.id),
        "addon_id": str(addon.id),
        "booking_id": booking_id,
        "payment_id": order["payment_id"],
        "gateway_order_id": order["gateway_order_id"],
        "order_id": order["gateway_order_id"],
        "message_id": str(new_id()),
        "user_id": str(customer.user_id),
        "membership_id": me.json()["memberships"][0]["id"],
    }
    half = Half(customer, manager, venue, things)
    world.halves[name] = half
    half.things["review_id"] = (await new_review(world, half))["review_id"]
    return half


async def _suspended(world: World) -> Caller:
    person = await world.hire("customer", "near")
    path = f"{API}/admin/users/{person.user_id}/suspend"
    operator = await world.hire("super_admin")
    headers = operator.headers | {"X-Confirm-Action": "true"}
    answer = await world.client.patch(path, json={"reason": "a test"}, headers=headers)
    assert answer.is_success, answer.text
    return Caller("refused", person.headers)


def _expired(world: World) -> Caller:
    customer = world.halves["near"].customer
    assert customer.user_id is not None
    claims = AccessClaims(customer.user_id, new_id(), 0)
    token = mint_access(world.house.settings, claims, timedelta(minutes=-1))
    return Caller("refused", bearer(token) | own_address())


async def read_letters(world: World) -> None:
    """Let the mails leave, so that the development mailbox holds one with a document."""
    await drain(world.house)
    letters = (await world.client.get("/dev/messages")).json()["items"]
    for half in world.halves.values():
        half.things["message_id"] = next(x["id"] for x in letters if x["attachments"])


def missing(things: Mapping[str, str]) -> Things:
    """Ids of the same shape that nothing has."""
    return {name: _nobodys(value) for name, value in things.items()}


def _nobodys(value: str) -> str:
    try:
        UUID(value)
    except ValueError:
        return value[: len(value) - 8] + "00000000"
    return str(new_id())
