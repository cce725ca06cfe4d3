"""Which requirements which tests answer: read from the `@pytest.mark.req(...)` marks, without running."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from .migrate import ROOT

IDS = ROOT / "docs" / "requirements-ids.txt"
TESTS = ROOT / "tests"
SOURCES = {
    "H": "hall-booking",
    "M": "mimora",
    "G": "guild",
    "S": "strathwell",
    "I": "indistylo",
    "C": "contradictions resolved",
    "X": "gaps filled",
}


@dataclass(frozen=True)
class Requirement:
    """One row of the specification by its id; its text stays there."""

    id: str
    area: str


def requirements() -> list[Requirement]:
    """All requirement ids with their areas, in their order."""
    lines = IDS.read_text(encoding="utf-8").splitlines()
    return [Requirement(*line.split(maxsplit=1)) for line in lines]


def answers() -> dict[str, list[str]]:
    """The tests that carry the mark of a requirement, by its id, as `file::test`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for requirement, test in _marks(tree):
            found[requirement].append(f"{path.relative_to(ROOT)}::{test}")
    return dict(found)


def page() -> str:
    """docs/requirements.md: what is answered by which test, and what is not."""
    answered = answers()
    known = requirements()
    parts = [_HEAD, "| from | requirements | answered | open |\n|---|---:|---:|---:|\n"]
    for letter, name in SOURCES.items():
        rows = [r for r in known if r.id.startswith(letter)]
        done = sum(r.id in answered for r in rows)
        parts.append(f"| {name} ({letter}-…) | {len(rows)} | {done} | {len(rows) - done} |\n")
    for letter, name in SOURCES.items():
        parts.append(_section(name, [r for r in known if r.id.startswith(letter)], answered))
    return "".join(parts)


def _section(name: str, rows: list[Requirement], answered: dict[str, list[str]]) -> str:
    done = [r for r in rows if r.id in answered]
    parts = [f"\n## {name}\n"]
    if done:
        parts.append("\n| requirement | area | answered by |\n|---|---|---|\n")
        parts += [f"| {r.id} | {r.area} | {_tests(answered[r.id])} |\n" for r in done]
    for area, group in groupby(
        sorted((r for r in rows if r.id not in answered), key=lambda r: (r.area, r.id)),
        key=lambda r: r.area,
    ):
        parts.append(f"\nOpen in {area}: {', '.join(r.id for r in group)}.\n")
    return "".join(parts)


def _tests(names: list[str]) -> str:
    return "<br>".join(f"`{name.removeprefix('tests/')}`" for name in names)


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every (requirement, test) of a file: marks on tests, on their class, and on the module."""
    everywhere = [i for n in tree.body for i in _ids_of_assignment(n)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            shared = everywhere + _ids(node.decorator_list)
            for inner in node.body:
                yield from _of_test(inner, shared)
        yield from _of_test(node, everywhere)


def _of_test(node: ast.stmt, shared: list[str]) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
        yield from ((i, node.name) for i in dict.fromkeys(shared + _ids(node.decorator_list)))


def _ids_of_assignment(node: ast.stmt) -> list[str]:
    if not isinstance(node, ast.Assign) or not any(
        isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets
    ):
        return []
    marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
    return _ids(marks)


def _ids(marks: list[ast.expr]) -> list[str]:
    return [
        argument.value
        for mark in marks
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.req"
        for argument in mark.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


_HEAD = """# Requirements and the tests that answer them

Written by `make docs` from the `@pytest.mark.req("H-025")` marks; the texts stand in the specification.
A test carries a mark when it would fail without that requirement.

"""
