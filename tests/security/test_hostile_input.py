"""Values that break other programs, in every field of every route: a clear refusal, never a fault of ours."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from kalends.core.policy import Who
from tests.fixtures.people import bearer
from tests.security.calls import BODIES as WITH_MODELS
from tests.security.calls import USES_UP_THE_CALLER, Call, filled
from tests.security.fields import Place, changed, leaves, places_of
from tests.security.hostile import BODIES, HEADERS, IN_URLS, NUMBERS, OTHERS, TEXTS, TYPES
from tests.security.world import Caller, World

CANARY = "canary-7f3a-"
# These have a body that one may leave out, so that `null` is no refusal.
TAKE_NO_BODY = {
    "POST /auth/refresh",
    "PATCH /admin/users/{user_id}/suspend",
    "POST /enquiries/{enquiry_id}/decline",
    "POST /enquiries/{enquiry_id}/withdraw",
    "POST /links/{link_token}",
}
SHARES = 4
WITHOUT_OFFSET = ("2027-03-28T01:30", "2027-03-28T01:30:00", "2027-03-28", 1, 1e9)
# Answers about a thing that an earlier success may have used up.
SPENT = {401, 404, 409}


def _caller(world: World, call: Call) -> Caller:
    """Somebody whom the call lets in and whose things it is about."""
    if call.rule.relation == "the merchant's":
        secret = world.house.settings.sandbox_secret
        assert secret is not None
        return Caller("merchant", bearer(secret.get_secret_value()))
    above = call.rule.who in {Who.manager, Who.operator, Who.moderator, Who.super_admin}
    return world.callers["super_admin" if above else "near customer"]


class Attempts:
    """One call, made again and again with something wrong in it, each time on things that still are there."""

    def __init__(self, world: World, call: Call) -> None:
        self.world, self.call = world, call
        self.headers = _caller(world, call).headers
        self.values: dict[str, str] = {}
        self.faults: list[str] = []
        self.used = False

    @property
    def request(self) -> dict[str, Any]:
        return self.call.request(self.values, self.headers)

    async def renew(self) -> None:
        self.used = False
        things = await self.world.fresh("near", self.call.places if self.call.changes else ())
        self.values = self.world.values(things)
        if self.call.route in USES_UP_THE_CALLER:
            self.headers = (await self.world.hire("customer")).headers

    async def send(self, what: str, **changes: Any) -> httpx.Response:
        answer = await self._ask(what, **changes)
        if self.used:
            await self.renew()
        return answer

    async def put(self, place: Place, value: Any) -> None:
        """Send the body with this value in this place, on new things when the old ones are used up."""
        answer = await self._ask_with(place, value)
        if self.used and answer.status_code in SPENT:
            await self.renew()
            await self._ask_with(place, value)

    async def _ask_with(self, place: Place, value: Any) -> httpx.Response:
        body = changed(self.request["json"], place, value)
        return await self._ask(f"{place} = {value!r:.60}", content=json.dumps(body))

    async def _ask(self, what: str, **changes: Any) -> httpx.Response:
        request = self.request | changes
        if "content" in changes:
            request.pop("json", None)
            types = {"Content-Type": "application/json"} | changes.get("headers", {})
            request["headers"] = request["headers"] | types
        answer = await self.world.client.request(**request)
        if answer.status_code >= 500:
            self.faults.append(f"{self.call.route} with {what}: {answer.text[:200]}")
        self.used = self.used or (answer.is_success and self.call.changes)
        return answer


async def _attempts(world: World, calls: list[Call]) -> list[Attempts]:
    found = [Attempts(world, call) for call in calls]
    for attempts in found:
        await attempts.renew()
    return found


@pytest.mark.parametrize("half", [0, 1])
async def test_no_value_in_any_field_of_a_body_breaks_anything(
    world: World, calls: list[Call], schemas: dict[str, Any], half: int
) -> None:
    """Over HTTP goes what the body's model takes; of what it refuses, which is told the same way
    everywhere, a part: every value at some routes, and at every route some values."""
    with_bodies = [call for call in calls if call.body is not None]
    for route, attempts in enumerate(await _attempts(world, with_bodies[half::2])):
        places = places_of(attempts.call, schemas, attempts.call.body)
        for number, value in enumerate((*TEXTS, *NUMBERS, *OTHERS)):
            told = places[number % len(places)] if (number + route) % SHARES == 0 else None
            for place in places:
                body = changed(attempts.request["json"], place, value)
                if place == told or attempts.call.takes(body):
                    await attempts.put(place, value)
        assert not attempts.faults, "\n".join(attempts.faults)


def _shared_out(calls: list[Call], where: str) -> Iterator[tuple[Call, str, list[str]]]:
    """Every parameter of every call with the values to try. Where one is declared as elsewhere before, the
    same code reads it: the first gets every value, the others a few each, in turn."""
    seen: Counter[str] = Counter()
    for call in calls:
        for parameter in call.parameters(where):
            alike = json.dumps([parameter["name"], parameter["schema"]], sort_keys=True)
            few = IN_URLS[seen[alike] % SHARES :: SHARES]
            yield call, parameter["name"], few if seen[alike] else IN_URLS
            seen[alike] += 1


async def test_no_value_in_any_query_breaks_anything(world: World, calls: list[Call]) -> None:
    for call, name, values in _shared_out(calls, "query"):
        [attempts] = await _attempts(world, [call])
        for value in values:
            query = attempts.request["params"] | {name: value}
            await attempts.send(f"?{name}={value!r:.60}", params=query)
        assert not attempts.faults, "\n".join(attempts.faults)


async def test_garbage_in_a_path_is_not_found_or_not_valid(world: World, calls: list[Call]) -> None:
    for call, name, values in _shared_out(calls, "path"):
        [attempts] = await _attempts(world, [call])
        for value in values:
            if value == "0" and name == "position":
                continue  # this one is no garbage
            names = attempts.values | {"role": "support", "gateway": "sandbox", "position": "0"}
            names[name] = quote(value, safe="")
            path = call.prefix + filled(call.path, names)
            answer = await attempts.send(f"{path[:100]}", url=path)
            assert answer.status_code in {400, 401, 404, 405, 422}, (path, answer.text)
        assert not attempts.faults, "\n".join(attempts.faults)


async def test_no_body_breaks_anything(world: World, calls: list[Call]) -> None:
    for attempts in await _attempts(world, [call for call in calls if call.body is not None]):
        for name, body in BODIES.items():
            answer = await attempts.send(name, content=body)
            refused = attempts.call.route in TAKE_NO_BODY or 400 <= answer.status_code < 500
            assert refused, (attempts.call.route, name, answer.text)
        for kind in TYPES:
            body = json.dumps(attempts.request["json"])
            await attempts.send(f"{kind!r}", content=body, headers={"Content-Type": kind})
        twice = json.dumps(attempts.request["json"])
        await attempts.send("keys twice", content=twice[:-1] + "," + twice[1:])
        assert not attempts.faults, "\n".join(attempts.faults)


async def test_a_body_that_is_too_large_is_refused_unread(world: World, calls: list[Call]) -> None:
    large = b'{"name": "' + b"x" * 10_000_000 + b'"}'

    async def piecemeal() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 500_000):
            yield large[start : start + 500_000]

    for attempts in await _attempts(world, [call for call in calls if call.body is not None]):
        for body in (large, piecemeal()):
            answer = await attempts.send("10 MB", content=body)
            assert answer.status_code == 413, (attempts.call.route, answer.text)
            assert answer.json()["type"] == "/problems/body-too-large"


async def test_no_header_breaks_anything(world: World, calls: list[Call]) -> None:
    wanted = {"GET /bookings/me", "POST /bookings", "POST /auth/login", "GET /search/rooms"}
    for attempts in await _attempts(world, [call for call in calls if call.route in wanted]):
        for name, values in HEADERS.items():
            for value in values:
                request = attempts.request
                headers = [(k.encode(), v.encode()) for k, v in request.pop("headers").items()]
                headers = [pair for pair in headers if pair[0].lower() != name.encode()]
                answer = await world.client.request(
                    **request, headers=[*headers, (name.encode(), value)]
                )
                assert answer.status_code < 500, (attempts.call.route, name, value[:50])
                assert all("\n" not in v for v in answer.headers.values())


async def test_a_count_is_a_whole_number_and_nothing_like_one(
    world: World, calls: list[Call]
) -> None:
    tried = 0
    for attempts in await _attempts(world, [call for call in calls if call.route in WITH_MODELS]):
        body = attempts.request["json"]
        for place, value in leaves(body):
            for wrong in _like(value):
                answer = await attempts.send(
                    f"{place}", content=json.dumps(changed(body, place, wrong))
                )
                assert answer.status_code == 422, (attempts.call.route, place, wrong, answer.text)
                tried += 1
    assert tried > 100


async def test_a_time_without_an_offset_is_no_time(world: World, calls: list[Call]) -> None:
    for attempts in await _attempts(world, [call for call in calls if call.route in WITH_MODELS]):
        body = attempts.request["json"]
        times = [name for name in body if name.endswith("_time")]
        for name, wrong in product(times, WITHOUT_OFFSET):
            answer = await attempts.send(name, content=json.dumps(body | {name: wrong}))
            assert answer.status_code == 422, (attempts.call.route, answer.text)


def _like(value: Any) -> list[Any]:
    """What a careless reader would take for this number or truth value."""
    if isinstance(value, bool):
        return ["true", "yes", 1, 0, 1.0]
    if isinstance(value, int):
        return [True, False, str(value), float(value), f"{value}.0", [value]]
    if isinstance(value, float):
        return [True, False, str(value), [value]]
    return []


async def test_a_refusal_repeats_nothing_that_was_sent(world: World, calls: list[Call]) -> None:
    """Each field in turn is wrong or missing, and every text beside it is a secret."""
    for attempts in await _attempts(world, [call for call in calls if call.route in WITH_MODELS]):
        plain = attempts.request["json"]
        for place, _ in leaves(plain):
            body = plain
            for other, value in leaves(plain):
                if isinstance(value, str):
                    body = changed(body, other, f"{CANARY}{value}")
            for wrong in ({"x": CANARY}, [CANARY], f"{CANARY}\0"):
                answer = await attempts.send(
                    "a secret", content=json.dumps(changed(body, place, wrong))
                )
                told = answer.is_error and CANARY in answer.text
                assert not told, (attempts.call.route, place, answer.text)
            if len(place) == 1:
                short = {name: value for name, value in body.items() if name != place[0]}
                answer = await attempts.send("a secret", content=json.dumps(short))
                told = answer.is_error and CANARY in answer.text
                assert not told, (attempts.call.route, place, answer.text)
