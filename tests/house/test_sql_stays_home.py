"""SQL lives in repositories, beside the tables. Everything above speaks the room's own words."""

import ast

from tests.house.source import DATABASE, NO_ROOMS, Module, modules, place

HOMES = {"models", "repository"}
ONLY_A_TYPE = {"AsyncSession"}  # what a signature may name: the edge hands it to the authenticator


def test_only_repositories_and_models_know_the_database() -> None:
    strangers = [
        f"{place(m, line)} imports {name}"
        for m in modules()
        if m.room not in NO_ROOMS and m.shelf not in HOMES
        for line, name in _database_imports(m)
    ]
    assert not strangers


def test_an_adapter_keeps_its_sql_in_its_repository() -> None:
    strangers = [
        f"{place(m, line)} imports {name}"
        for m in modules("kalends/adapters")
        if not HOMES & set(m.name.split("."))
        for line, name in _database_imports(m)
    ]
    assert not strangers


def test_nobody_commits_but_the_unit_of_work() -> None:
    committing = [
        place(m, node.lineno)
        for m in modules()
        if m.name != "kalends.core.unit"
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and not node.args
    ]
    assert not committing


def _database_imports(module: Module) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, a.name) for a in node.names if _is_database(a.name)]
        elif (
            isinstance(node, ast.ImportFrom) and node.level == 0 and _is_database(node.module or "")
        ):
            names = {alias.name for alias in node.names} - ONLY_A_TYPE
            found += [(node.lineno, f"{node.module}.{name}") for name in sorted(names)]
    return found


def _is_database(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in DATABASE
