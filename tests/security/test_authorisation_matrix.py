"""Every route × everybody × what is theirs, somebody else's and nobody's, from the policy table itself."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kalends.core.edge import API_PREFIX, EdgeRoute
from kalends.core.policy import POLICIES, Who
from tests.fixtures.places import a_venue
from tests.security.calls import USES_UP_THE_CALLER, Call, made
from tests.security.world import OPERATORS, Caller, Things, World, missing, read_letters

SIGNED_IN = {"customer", "manager", "owner", *OPERATORS}
ACTING = {"moderator", "super_admin"}
ENTERS = {
    Who.public: {"anonymous", *SIGNED_IN},
    Who.own_credentials: {"anonymous", "refused", *SIGNED_IN},
    Who.signed_in: SIGNED_IN,
    Who.manager: {"manager", "owner", *ACTING},
    Who.moderator: set(ACTING),
    Who.operator: set(OPERATORS),
    Who.super_admin: {"super_admin"},
}
EVERYBODY = {"anonymous", *SIGNED_IN}
PARTIES = {"customer", "manager", "owner", *OPERATORS}
# Whom the words of a policy row let reach the things of a half: its customer, its manager, operators.
REACHES: dict[str, set[str]] = {
    "anybody's": EVERYBODY,
    "for oneself": EVERYBODY,
    "one's own": EVERYBODY,
    "active places; managers also see their inactive ones": EVERYBODY,
    "published reviews": EVERYBODY,
    "published ones, for subscribers; operators all": EVERYBODY,
    "whose id one knows": EVERYBODY,
    "the gateway's, signed": EVERYBODY,
    "own bookings; those at a managed venue; all for operators": PARTIES,
    "own bookings; those at a managed venue": {"customer", "manager", "owner"},
    "own bookings; those at a managed venue; moderators any": PARTIES - {"support"},
    "the booking's people, its venue's managers, operators": PARTIES,
    "own documents; a managed provider's; operators any": PARTIES,
    "own bookings": {"customer"},
    "events that ask a provider that one runs": {"owner"},
    "own payments": {"customer", *OPERATORS},
    "own payments; operators any": {"customer", *OPERATORS},
    "own payments; moderators any": {"customer", *ACTING},
    "every refund": set(OPERATORS),
    "rooms of a managed venue": {"manager", "owner", *OPERATORS},
    "rooms of the venues that one manages; operators every room": {"manager", "owner", *OPERATORS},
    "money of a provider that one runs": {"owner"},
    "money of a provider that one runs; operators any": {"owner", *ACTING},
    "the provider that one owns; operators any": {"owner", *OPERATORS},
    "every payout": set(OPERATORS),
    "every gateway's": set(OPERATORS),
    "every bank account": set(OPERATORS),
    "every provider": set(OPERATORS),
    "the providers that one runs": {"owner", *ACTING},
    "active providers; those who run one see it always": EVERYBODY,
    "active services; those who run the provider see inactive ones": EVERYBODY,
    "services of the providers that one runs": {"owner", *OPERATORS},
    "staff of the providers that one runs": {"owner", *OPERATORS},
    "oneself on a staff; staff of the providers that one runs": {"owner", *ACTING},
    "invitations to one's own address": {"customer"},
    "whose token one knows": EVERYBODY,
    "one's own days on a staff; those of the staff of the providers that one runs": {
        "owner",
        *ACTING,
    },
    "bookings that one serves at or manages": {"manager", "owner"},
    "lines at what one manages; moderators any": {"owner", *ACTING},
    "own enquiries": {"customer"},
    "enquiries that a provider one runs is, or was, asked": {"owner"},
    "own enquiries; enquiries that a provider one runs is, or was, asked": {"customer", "owner"},
    "own enquiries; those that a provider one runs is, or was, asked; all for operators": {
        "customer",
        "owner",
        *OPERATORS,
    },
    "customers and managers; operators by a super admin": {"moderator", "super_admin"},
    "every place": set(OPERATORS),
    "every wallet": set(OPERATORS),
    "all": set(OPERATORS),
    "all accounts": set(OPERATORS),
    "all accounts but the last super admin": set(OPERATORS),
}
# Here a role that may look may not act: it is told so, for it knows the account anyway.
TOLD_SO = {"customers and managers; operators by a super admin"}
VARIES = {"request_id", "instance"}


@dataclass(frozen=True)
class Probe:
    """One question: this caller, this call, the things of this half or nobody's (`missing`)."""

    call: Call
    caller: Caller
    target: str

    @property
    def expected(self) -> str:
        who, kind = self.call.rule.who, self.caller.kind
        if kind == "refused" and who is not Who.own_credentials:
            return "401"
        if kind not in ENTERS[who]:
            return "401" if kind == "anonymous" else "403"
        if not self.call.places or who is Who.own_credentials:
            return "let in"
        if self.target == "missing":
            return "404" if self.call.may_miss else "let in"
        return "let in" if self._reached() else self._refusal()

    def _reached(self) -> bool:
        named = self.caller.kind in REACHES[self.call.rule.relation]
        everybody = REACHES[self.call.rule.relation] >= EVERYBODY
        own = self.caller.half == self.target or self.caller.kind in OPERATORS
        return named and (own or everybody)

    def _refusal(self) -> str:
        return "403" if self.call.rule.relation in TOLD_SO else "404"

    def fits(self, answer: httpx.Response) -> bool:
        if self.expected != "let in":
            return answer.status_code == int(self.expected)
        if self.call.rule.who is Who.own_credentials:
            return answer.status_code != 403 and answer.status_code < 500
        return answer.status_code not in {401, 403, 404} and _is_sense(answer)

    def __str__(self) -> str:
        caller = f"{self.caller.half} {self.caller.kind}".strip()
        return f"{self.call.route}, {caller}, {self.target}"


def _is_sense(answer: httpx.Response) -> bool:
    """No fault of ours, and no request that never got to the question who asks."""
    invalid = answer.status_code == 422 and answer.json()["type"] == "/problems/invalid"
    return answer.status_code < 500 and not invalid


def _targets(call: Call, caller: Caller) -> list[str]:
    """Own things, somebody else's and nobody's; both halves are alike for whoever belongs to neither, and
    what is refused to a role does not depend on the thing."""
    if not call.places or caller.kind not in ENTERS[call.rule.who]:
        return ["near"]
    return {"near": ["near", "far", "missing"], "far": ["near"]}.get(
        caller.half, ["far", "missing"]
    )


async def _things(world: World, probe: Probe) -> Things:
    if probe.target == "missing":
        return missing(world.halves["near"].things)
    if not probe.call.changes or probe.expected != "let in":
        return world.halves[probe.target].things
    things = await world.fresh(probe.target, probe.call.places)
    if probe.call.route == "DELETE /venues/{venue_id}":
        things["venue_id"] = str((await a_venue(world.house)).id)
    if probe.call.path.startswith("/admin/providers/"):
        things["provider_id"] = str((await a_venue(world.house)).provider_id)
    if probe.call.route == "DELETE /admin/users/{user_id}/roles/{role}":
        things["user_id"] = str((await world.hire("support")).user_id)
    return things


async def ask(world: World, probe: Probe) -> httpx.Response:
    things = await _things(world, probe)
    caller = probe.caller
    if probe.call.route in USES_UP_THE_CALLER and caller.kind in SIGNED_IN:
        caller = await world.hire(caller.kind)
    values = world.values(things, timed=probe.call.timed)
    return await made(world.client, probe.call.request(values, caller.headers))


def _same_refusal(answer: httpx.Response) -> tuple[Any, ...]:
    """What a stranger can tell an answer by, without what differs between any two requests."""
    headers = {name: v for name, v in answer.headers.items() if name != "x-request-id"}
    if "html" in answer.headers["content-type"]:
        return answer.status_code, headers, answer.text
    body = {name: value for name, value in answer.json().items() if name not in VARIES}
    return answer.status_code, headers, json.dumps(body)


def _shown(world: World, caller: Caller, answer: httpx.Response) -> list[str]:
    """What the answer tells of a half that is not the caller's."""
    if caller.kind in OPERATORS:
        return []
    strangers = [half for name, half in world.halves.items() if name != caller.half]
    return [
        f"{name} {value}"
        for half in strangers
        for name, value in half.private.items()
        if value in answer.text
    ]


async def _complaints(world: World, call: Call, caller: Caller) -> list[str]:
    found, refusals = [], {}
    for target in _targets(call, caller):
        probe = Probe(call, caller, target)
        answer = await ask(world, probe)
        if not probe.fits(answer):
            said = f"{answer.status_code} {answer.text[:200]}"
            found.append(f"{probe}: expected {probe.expected}, got {said}")
        if answer.status_code == 404:
            refusals[target] = _same_refusal(answer)
        if call.prefix and answer.is_success and call.method == "GET":
            found += [f"{probe}: shows {what}" for what in _shown(world, caller, answer)]
    if len(set(map(str, refusals.values()))) > 1:
        found.append(f"{call.route}, {caller}: missing and foreign differ: {refusals}")
    return found


@pytest.mark.req("H-169", "H-170", "H-171", "H-172", "H-174")
@pytest.mark.req("H-176", "H-177", "H-180", "H-181", "H-182")
async def test_everybody_gets_exactly_what_the_policy_table_says(
    world: World, calls: list[Call]
) -> None:
    await read_letters(world)
    found = []
    for call in calls:
        for caller in world.callers.values():
            found += await _complaints(world, call, caller)
    assert not found, "\n".join(found)


async def test_a_paragraph_of_the_policy_table_is_understood_here(calls: list[Call]) -> None:
    about_things = {c.rule.relation for c in calls if c.places and c.prefix}
    about_things -= {c.rule.relation for c in calls if c.rule.who is Who.own_credentials}
    assert about_things <= REACHES.keys()


async def test_every_route_has_its_row_and_every_row_its_route(app: FastAPI) -> None:
    routes = [route for route in app.routes if isinstance(route, EdgeRoute)]
    names = {f"{m} {r.path.removeprefix(API_PREFIX)}" for r in routes for m in r.methods}
    assert names == set(POLICIES)
    others = {r.path for r in app.routes if not isinstance(r, EdgeRoute)}
    assert others <= {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}


async def test_a_literal_path_is_the_same_door(app: FastAPI) -> None:
    routes = [route for route in app.routes if isinstance(route, EdgeRoute)]
    rules = {(m, route.path): route.rule for route in routes for m in route.methods}
    literal = {
        (method, path.removeprefix(API_PREFIX)): rule
        for (method, path), rule in rules.items()
        if path.startswith(API_PREFIX)
    }
    assert literal
    assert all(rules[place] is rule for place, rule in literal.items())


async def test_a_dangerous_action_wants_to_be_confirmed(world: World, calls: list[Call]) -> None:
    dangerous = [call for call in calls if call.rule.confirm]
    assert dangerous
    for call in dangerous:
        values = world.values(world.halves["near"].things)
        request = call.request(values, world.callers["super_admin"].headers)
        request["headers"].pop("X-Confirm-Action")
        assert (await made(world.client, request)).status_code == 428, call.route
