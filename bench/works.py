"""The works that are measured, as requests of many clients. Every client has an address of its own, sent
through X-Forwarded-For, so that the rate limits of the profile stay on and still do not meet the bench."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random  # noqa: TID251 - seeded: the same bench every time
from urllib.parse import urlencode

from .city import PASSWORD, City, Customer, Slot

API = "/api/v2"
_SEARCHES, _VISITORS, _READERS = 200, 400, 400
_RUSH = 32  # hours that are fought over at the same time; each of them is wanted twice
_AMENITIES = ("parking", "projector", "sound_system", "wifi", "air_conditioning", "stage")


@dataclass(frozen=True)
class Ask:
    """One request before it becomes bytes."""

    method: str
    path: str
    client: int
    token: str | None = None
    body: dict[str, object] | None = None

    @property
    def headers(self) -> dict[str, str]:
        low = self.client
        found = {"X-Forwarded-For": f"10.{low >> 16 & 255}.{low >> 8 & 255}.{low & 255}"}
        if self.token:
            found["Authorization"] = f"Bearer {self.token}"
        return found

    def raw(self) -> bytes:
        content = json.dumps(self.body).encode() if self.body is not None else b""
        headers = self.headers | {"Host": "bench", "Content-Length": str(len(content))}
        if content:
            headers["Content-Type"] = "application/json"
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(frozen=True)
class Work:
    """`rate` and `p99` (ms) are the target; `connections` is how many ask at once for the peak."""

    name: str
    rate: float
    p99: float
    connections: int


SEARCH = Work("room search", 500, 450, 64)
BOOK = Work("create booking", 100, 500, 64)
MINE = Work("my bookings", 1000, 200, 64)
SIGN_IN = Work("sign-in", 50, 600, 16)
POST = Work("ledger postings", 300, 100, 16)  # without HTTP
WORKS = (SEARCH, MINE, SIGN_IN, POST, BOOK)  # bookings last: they leave letters to be written


class Asks:
    """Makes the requests of each work. The same city gives the same ones; no hour is offered again."""

    def __init__(self, city: City) -> None:
        self.city = city
        self._random = Random(20261121)  # noqa: S311 - the same bench every time
        slots = list(city.slots)
        self._random.shuffle(slots)
        self._slots = iter(slots)
        self._turn = 0

    def of(self, work: Work, count: int) -> list[Ask]:
        makers = {
            SEARCH: self._searches,
            BOOK: self._bookings,
            MINE: self._mine,
            SIGN_IN: self._sign_ins,
        }
        return list(islice(makers[work](), count))

    def booking(self, customer: Customer, slot: Slot) -> Ask:
        body: dict[str, object] = {
            "room_id": str(slot.room),
            "start_time": slot.start.isoformat(),
            "end_time": slot.end.isoformat(),
        }
        return Ask("POST", f"{API}/bookings", self._next_turn(), customer.token, body)

    def fresh_slot(self) -> Slot:
        return next(self._slots)

    def _bookings(self) -> Iterator[Ask]:
        """Rushes: some hours, each wanted by two customers at about the same time."""
        while True:
            rush = [slot for slot in islice(self._slots, _RUSH) for _ in range(2)]
            self._random.shuffle(rush)
            for slot in rush:
                customers = self.city.customers
                yield self.booking(customers[self._turn % len(customers)], slot)

    def _searches(self) -> Iterator[Ask]:
        wishes = [self._wish() for _ in range(_SEARCHES)]
        while True:
            visitor = self._next_turn() % _VISITORS
            yield Ask("GET", f"{API}/search/rooms?{self._random.choice(wishes)}", visitor)

    def _wish(self) -> str:
        pick = self._random
        day = self.city.today.date() + timedelta(days=pick.randint(1, 28))
        wish: list[tuple[str, object]] = [("city", pick.choice(["Pune", "Mumbai"])), ("date", day)]
        if pick.random() < 0.7:
            wish.append(("capacity", pick.choice([10, 25, 50, 80, 120])))
        if pick.random() < 0.5:
            wish += [("amenities", a) for a in pick.sample(_AMENITIES, pick.randint(1, 2))]
        if pick.random() < 0.3:
            wish.append(("max_price", pick.choice([100_000, 200_000, 400_000])))
        return urlencode(wish)

    def _mine(self) -> Iterator[Ask]:
        readers = self.city.customers[:_READERS]
        while True:
            turn = self._next_turn()
            yield Ask("GET", f"{API}/bookings/me", turn, readers[turn % _READERS].token)

    def _sign_ins(self) -> Iterator[Ask]:
        while True:
            turn = self._next_turn()
            customer = self.city.customers[turn % len(self.city.customers)]
            body: dict[str, object] = {"email": customer.email, "password": PASSWORD}
            yield Ask("POST", f"{API}/auth/login", turn, None, body)

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn
