"""One place writes a state: the process engine. Everything else fires a transition."""

import ast

from tests.house.source import Module, functions, modules, place

ENGINE = "kalends.core.states"
COLUMNS = {"state", "state_since"}


def test_no_attribute_called_state_is_assigned() -> None:
    assigned = [
        place(m, node.lineno)
        for m in modules()
        if m.name != ENGINE
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr in COLUMNS
    ]
    assert not assigned


def test_no_update_statement_names_a_state_column() -> None:
    updates = [
        place(m, call.lineno)
        for m in modules()
        if m.name != ENGINE
        for call in _updates(m)
        if COLUMNS & _named(call)
    ]
    assert not updates


def test_no_sql_text_sets_a_state_column() -> None:
    written = [
        place(m, node.lineno)
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if _sets_state(" ".join(node.value.split()).lower())
    ]
    assert not written


def _sets_state(sql: str) -> bool:
    head, _, tail = sql.partition(" set ")
    assignments = tail.partition(" where ")[0].replace(" ", "")
    return "update" in head and any(f"{column}=" in f",{assignments}" for column in COLUMNS)


def _updates(module: Module) -> list[ast.Call]:
    """The `.values(...)` calls on `update(...)`; inserts say in which state something begins."""
    return [
        node
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "values"
        and "update(" in ast.unparse(node.func.value)
    ]


def _named(call: ast.Call) -> set[str]:
    keywords = {k.arg for k in call.keywords if k.arg}
    keys = {
        key.value
        for argument in call.args
        if isinstance(argument, ast.Dict)
        for key in argument.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    return keywords | keys
