"""Every route has a row in the policy table, and every row has a route."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from kalends.app.docs import endpoints
from kalends.app.wiring import load_rooms
from kalends.core.edge import API_PREFIX, EdgeRoute
from kalends.core.policy import POLICIES, UnitKind
from kalends.core.profile import load_profile


def mounted(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def rows_of(route: APIRoute) -> list[str]:
    path = route.path.removeprefix(API_PREFIX)
    return [f"{method} {path}" for method in route.methods or ()]


def test_every_mounted_route_runs_under_its_row(app: FastAPI) -> None:
    outside = [r.path for r in mounted(app) if not isinstance(r, EdgeRoute)]
    assert not outside
    wrong = [
        row
        for route in mounted(app)
        for row in rows_of(route)
        if isinstance(route, EdgeRoute) and POLICIES.get(row) != route.rule
    ]
    assert not wrong


def test_every_row_has_a_route(app: FastAPI) -> None:
    """Features that are off in this profile still have their endpoints in the rooms."""
    written = {f"{e.method} {e.path}" for e in endpoints()}
    served = {row for route in mounted(app) for row in rows_of(route)}
    assert POLICIES.keys() <= written | served


def test_reading_routes_open_no_transaction() -> None:
    load_rooms()
    writing = [
        row
        for row, rule in POLICIES.items()
        if row.startswith("GET ") and rule.unit is UnitKind.write
    ]
    assert not writing


def test_every_limit_of_a_row_is_known_to_the_profile() -> None:
    load_rooms()
    limits = load_profile("hall-booking").rate_limits
    unknown = {
        row: rule.limit for row, rule in POLICIES.items() if rule.limit and rule.limit not in limits
    }
    assert not unknown


def test_every_row_says_whose_objects_the_caller_reaches() -> None:
    load_rooms()
    assert not [row for row, rule in POLICIES.items() if not rule.relation.strip()]
