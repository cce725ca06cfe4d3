"""Nobody can set what is not theirs, and no list can be asked for more than a page."""

import json
from typing import Any

from kalends.app.tables import ROOMS
from kalends.core.database import Base
from kalends.core.paging import MAX_LIMIT
from tests.fixtures.deals import API
from tests.security.calls import BODIES, Call
from tests.security.fields import changed, model_fields, objects
from tests.security.world import World

TEMPTING = (
    "id",
    "state",
    "status",
    "version",
    "user_id",
    "provider_id",
    "total",
    "is_admin",
    "roles",
)

# Not ours: no base64, no JSON, another shape, another type, a hole, too deep.
CURSORS = (
    "é",
    "AAAA",
    "bnVsbA",
    "WzFd",
    "W1sxXV0",
    "WyJ4Il0",
    "W251bGxd",
    "WyIiLCIiXQ",
    "Ww" * 150,
)


def _columns() -> set[str]:
    assert ROOMS
    return {column.name for table in Base.metadata.tables.values() for column in table.columns}


def _caller(world: World, call: Call) -> dict[str, str]:
    above = call.rule.who.value in {"manager", "operator", "moderator", "super_admin"}
    return world.callers["super_admin" if above else "near customer"].headers


def _unknown(at: Any, schemas: dict[str, Any]) -> list[str]:
    """The models below this schema that take what they do not know."""
    if isinstance(at, list):
        return [name for item in at for name in _unknown(item, schemas)]
    if not isinstance(at, dict):
        return []
    if "$ref" in at:
        name = at["$ref"].rpartition("/")[2]
        lax = schemas[name].get("type") == "object" and schemas[name].get("additionalProperties")
        return ([name] if lax is not False else []) + _unknown(schemas[name], schemas)
    return [name for value in at.values() for name in _unknown(value, schemas)]


def test_no_model_of_a_body_takes_a_field_that_it_does_not_know(
    calls: list[Call], schemas: dict[str, Any]
) -> None:
    enums = {name for name, schema in schemas.items() if "enum" in schema}
    for call in calls:
        lax = set(_unknown(call.operation.get("requestBody", {}), schemas)) - enums
        assert not lax, call.route


async def test_a_field_more_is_refused_by_its_name_in_every_object_of_every_body(
    world: World, calls: list[Call], schemas: dict[str, Any]
) -> None:
    for call in calls:
        if call.route not in BODIES or call.rule.relation == "the merchant's":
            continue
        request = call.request(world.values(world.halves["near"].things), _caller(world, call))
        body = request.pop("json")
        request["headers"]["Content-Type"] = "application/json"
        for place in objects(body):
            for name in _foreign_names(call, schemas, body, place):
                wrong = changed(body, (*place, name), "1")
                answer = await world.client.request(**request, content=json.dumps(wrong))
                assert answer.status_code == 422, (call.route, place, name, answer.text)
                assert [*place, name] in [e["loc"][1:] for e in answer.json()["errors"]]
        every = body | dict.fromkeys(_columns() - {*model_fields(call, schemas)}, "1")
        answer = await world.client.request(**request, content=json.dumps(every))
        assert answer.status_code == 422, (call.route, answer.text)


def _foreign_names(
    call: Call, schemas: dict[str, Any], body: Any, place: tuple[str | int, ...]
) -> set[str]:
    """Names that the object at this place has no business with."""
    if place == ("payload",):
        return set()  # what a provider's checkout returned is as the provider made it
    return set(TEMPTING) - {*model_fields(call, schemas)}


async def test_a_list_refuses_what_is_more_than_a_page_and_what_it_does_not_know(
    world: World, calls: list[Call]
) -> None:
    ours = [call for call in calls if call.rule.relation != "the merchant's"]
    # whatever mail programs hang on a link of ours, it leads to its page
    with_queries = [c for c in ours if c.parameters("query") and "/links/" not in c.path]
    for call in with_queries:
        request = call.request(world.values(world.halves["near"].things), _caller(world, call))
        query = request.pop("params")
        wrong = [{"no_such_parameter": "1"}, {"LIMIT": "1"}]
        for parameter in call.parameters("query"):
            if parameter["name"] == "limit":
                most = parameter["schema"]["maximum"]
                assert most <= MAX_LIMIT or not call.prefix, call.route
                wrong += [{"limit": value} for value in (str(most + 1), "0", "-1", "1e2", "")]
            if parameter["name"] == "cursor":
                wrong += [{"cursor": value} for value in CURSORS]
        for parameters in wrong:
            answer = await world.client.request(**request, params=query | parameters)
            assert answer.status_code == 422, (call.route, parameters, answer.text)


async def test_a_cursor_of_one_list_is_no_key_to_another_persons(world: World) -> None:
    mine, other = (world.halves[half].customer for half in ("near", "far"))
    half = world.halves["near"]
    for _ in range(2):
        await world.new_booking(half.customer, half.room_id)
    page = await world.client.get(f"{API}/bookings/me?limit=1", headers=mine.headers)
    cursor = page.json()["next_cursor"]
    assert cursor
    theirs = await world.client.get(
        f"{API}/bookings/me", params={"cursor": cursor}, headers=other.headers
    )
    shown = [item["customer"]["id"] for item in theirs.json()["items"]]
    assert set(shown) <= {str(other.user_id)}
