"""Two halves of a marketplace that must not see each other, and everybody who may ask.

In each half a customer has bookings and payments at a venue that a manager runs. What one half calls its
own is foreign to the other.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from kalends.adapters.sandbox.rules import sign_checkout
from kalends.catalog import VenueFacts
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from kalends.core.worker import drain
from kalends.identity import NewPerson, add_membership, grant_role, hash_password
from kalends.identity.service.sign_up import register_account
from kalends.identity.service.start_session import start_session
from kalends.identity.service.tokens import mint_access
from kalends.identity.types import AccessClaims
from tests.fixtures.deals import (
    API,
    marketplace_time,
    rental,
    stamp,
    with_money,
)
from tests.fixtures.people import PASSWORD, bearer, own_address
from tests.fixtures.places import a_room, a_venue, an_addon
from tests.security import diaries, sellers
from tests.security.makers import (
    MAKERS,
    new_at_the_bank,
    new_bank_account,
    new_difference,
    new_dispute,
    new_invoice,
    new_payout,
    new_refund,
    new_review,
)

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
    owner: Caller
    venue: VenueFacts
    things: Things

    @property
    def room_id(self) -> UUID:
        return UUID(self.things["room_id"])

    @property
    def private(self) -> dict[str, str]:
        """What nobody outside this half and the operators may ever be shown."""
        names = (
            "payout_id",
            "bank_account_id",
            "booking_id",
            "payment_id",
            "gateway_order_id",
            "user_id",
            "membership_id",
        )
        contacts = {"customer's e-mail": self.customer.email, "manager's": self.manager.email}
        return {name: self.things[name] for name in names} | contacts


@dataclass
class World:
    house: House
    client: httpx.AsyncClient
    password: str
    start: datetime
    month: str
    halves: dict[str, Half] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)
    _hours: int = 0

    async def hire(self, kind: str, half: str = "", venue: VenueFacts | None = None) -> Caller:
        """A new person of this kind with a session; a manager runs `venue`, an owner its whole provider."""
        email = f"{kind}-{new_id().hex}@example.com"
        async with open_unit(self.house) as unit:
            person = NewPerson(email, self.password, f"{kind} of {half}", None)
            account = await register_account(unit, person)
            user_id = account.person.id
            if kind in OPERATORS:
                await grant_role(unit, user_id, kind)
            if venue:
                place_id = venue.id if kind == "manager" else None
                await add_membership(unit, user_id, kind, venue.provider_id, place_id)
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

    def values(self, things: Things, *, timed: bool = True) -> dict[str, str]:
        """The things, and what calls name besides; `timed` ones get a time that nobody has asked for, of
        which a year has only so many."""
        secret = self.house.settings.sandbox_secret
        assert secret is not None
        order = things.get("gateway_order_id", "")
        signature = sign_checkout(secret.get_secret_value(), order, "", "created")
        words = {"fresh": f"new-{new_id().hex}", "signature": signature}
        guest = {"guest_email": self.callers["support"].email}
        times = self.next_hour() if timed else {}
        return {**things, **words, **guest, **self.periods(), **times}

    def periods(self) -> dict[str, str]:
        """This month, and days around it."""
        first, last = self.start - timedelta(days=300), self.start + timedelta(days=60)
        days = {"first_day": first.date().isoformat(), "last_day": last.date().isoformat()}
        return {"month": self.month, **days}

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
        for name, make in MAKERS.items():
            if name in names:
                things |= await make(self, self.halves[half])
        return things


async def build_world(house: House, client: httpx.AsyncClient) -> World:
    now = await marketplace_time(house)
    start = (now + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
    world = World(house, client, await hash_password(PASSWORD), start, now.strftime("%Y-%m"))
    for half in ("near", "far"):
        world.halves[half] = await _half(world, half)
    operators = await asyncio.gather(*(world.hire(role) for role in OPERATORS))
    for half in world.halves.values():
        half.things.update(await sellers.new_template(world, operators[-1].headers))
    world.callers = {
        "anonymous": Caller("anonymous", own_address()),
        **{f"{half} customer": world.halves[half].customer for half in world.halves},
        **{f"{half} manager": world.halves[half].manager for half in world.halves},
        **{f"{half} owner": world.halves[half].owner for half in world.halves},
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
    owner = await world.hire("owner", name, venue)
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
    half = Half(customer, manager, owner, venue, things)
    world.halves[name] = half
    half.things["review_id"] = (await new_review(world, half))["review_id"]
    half.things.update(await new_dispute(world, half))
    half.things.update(await new_invoice(world, half))
    half.things.update(await new_refund(world, half))
    await _verified_account(world, half)
    half.things.update(await new_bank_account(world, half))
    half.things.update(await new_payout(world, half))
    half.things.update(await new_difference(world, half))
    half.things.update(await new_at_the_bank(world, half))
    for new in sellers.NEW:
        half.things.update(await new(world, half))
    for make in diaries.MAKERS.values():
        half.things.update(await make(world, half))
    return half


async def _verified_account(world: World, half: Half) -> None:
    given = await new_bank_account(world, half)
    operator = await world.hire("moderator")
    headers = operator.headers | {"X-Confirm-Action": "true"}
    path = f"admin/bank-accounts/{given['bank_account_id']}/verify"
    await world.post(path, {"reason": "seen the passbook"}, headers)


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
        return value if value.isdecimal() else value[: len(value) - 8] + "00000000"
    return str(new_id())
