"""One catalogue of problems: each is raised somewhere, declared by a route or the edge, and documented."""

import ast
from typing import Any

import pytest
from fastapi import FastAPI

from kalends.app.docs import declared, endpoints
from kalends.app.wiring import load_rooms
from kalends.core import errors
from kalends.core.errors import CATALOGUE, Problem
from kalends.core.policy import Rule, Who
from kalends.core.problems import MEDIA_TYPE, documented
from tests.house.source import modules

EVERYTHING = Rule(Who.super_admin, keyed=True, confirm=True, fresh=True)
UNDECLARED = {"internal", "method-not-allowed", "read-only"}  # nobody's route in particular
BASES = {"conflict"}  # a family, whose members have codes of their own


@pytest.fixture(autouse=True)
def rooms() -> None:
    load_rooms()
    list(endpoints())


def from_the_edge() -> set[str]:
    answers = documented((), EVERYTHING).values()
    return {code for answer in answers for code in answer["description"].split(" · ")}


def raised() -> set[str]:
    """Every class name that stands in a call or a table of the product."""
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name | ast.Attribute)
    }


def test_every_problem_is_declared_by_a_route_or_by_the_edge() -> None:
    known = declared().keys() | from_the_edge() | UNDECLARED | BASES
    undeclared = {code: p.__qualname__ for code, p in CATALOGUE.items() if code not in known}
    assert not undeclared


def test_every_problem_is_used() -> None:
    names = raised()
    unused = [
        p.__name__ for p in CATALOGUE.values() if p is not Problem and p.__name__ not in names
    ]
    assert not unused


def test_openapi_documents_only_problems_of_the_catalogue(app: FastAPI) -> None:
    unknown = {
        f"{where} {status}": code
        for where, status, answer in _problem_answers(app)
        for code in answer["description"].split(" · ")
        if code not in CATALOGUE or CATALOGUE[code].status != status
    }
    assert not unknown


def test_openapi_documents_every_problem_that_a_route_declares(app: FastAPI) -> None:
    told = {
        (where, code)
        for where, _, answer in _problem_answers(app)
        for code in answer["description"].split(" · ")
    }
    paths = app.openapi()["paths"]
    missing = [
        (where, problem.code)
        for endpoint in endpoints()
        for problem in endpoint.errors
        for where in _places(endpoint.method, endpoint.path, paths)
        if (where, problem.code) not in told
    ]
    assert not missing


def test_a_status_is_one_that_http_knows_for_refusals() -> None:
    refusals = range(400, 600)
    assert not [p.code for p in CATALOGUE.values() if p.status not in refusals]
    assert errors.Problem.status == 500


def _places(method: str, path: str, paths: dict[str, Any]) -> list[str]:
    found = [p for p in (f"/api/v2{path}", path) if method.lower() in paths.get(p, {})]
    return [f"{method} {p}" for p in found[:1]]


def _problem_answers(app: FastAPI) -> list[tuple[str, int, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", int(status), answer)
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if MEDIA_TYPE in answer.get("content", {})
    ]
