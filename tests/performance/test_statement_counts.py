"""How many statements a request sends: a handful, and never one per row."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.performance.statements import counted
from tests.security.calls import Call, calls_of
from tests.security.world import Caller, World

MOST_FOR_A_LIST = 3
# Lists that cannot have two pages: one review per booking.
SHORT = {"GET /reviews/booking/{booking_id}"}


def _lists(app: FastAPI) -> list[Call]:
    calls = [call for call in calls_of(app) if call.method == "GET"]
    return [c for c in calls if any(p["name"] == "limit" for p in c.parameters("query"))]


def _asker(world: World, call: Call) -> Caller:
    operators = call.rule.who.value in {"manager", "operator", "super_admin"}
    return world.callers["super_admin" if operators else "near customer"]


async def test_a_list_of_twenty_costs_as_much_as_a_list_of_one(
    crowded: World, app: FastAPI
) -> None:
    found = {}
    values = crowded.values(crowded.halves["near"].things)
    for call in _lists(app):
        request = call.request(values, _asker(crowded, call).headers)
        costs = []
        for limit in ("1", "20"):
            request["params"] = call.query | _filled(request["params"]) | {"limit": limit}
            with counted(crowded.house) as sent:
                answer = await crowded.client.request(**request)
            assert answer.status_code == 200, (call.route, answer.text)
            costs.append(len(sent))
        found[call.route] = (*costs, len(next(iter(v for v in answer.json().values() if isinstance(v, list)))) if "json" in answer.headers["content-type"] else -1)
    for k, v in found.items(): print(k, v)
    assert 0


def _filled(params: dict[str, str]) -> dict[str, str]:
    return params
