"""Small things: files, functions, branches and parameters. The list of exceptions may only shrink."""

import ast
from collections.abc import Iterator

from tests.house.source import Module, functions, modules, place

FILE, FUNCTION, COMPLEXITY, PARAMETERS = 300, 40, 8, 5
EXCEPTIONS: dict[str, str] = {}  # place of a function or file, and why it has to be larger
BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.match_case,
)


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {
        place(m, 1): count
        for m in modules("kalends", "tests", "migrations")
        if (count := len(m.path.read_text(encoding="utf-8").splitlines())) > FILE
        and "versions" not in m.path.parts  # a migration is written once and read in one piece
    }
    assert long.keys() <= EXCEPTIONS.keys(), long


def test_no_function_is_longer_than_forty_lines() -> None:
    assert not _oversized(lambda node: (node.end_lineno or 0) - node.lineno + 1, FUNCTION)


def test_no_function_has_more_than_eight_paths() -> None:
    assert not _oversized(complexity, COMPLEXITY)


def test_no_function_takes_more_than_five_parameters() -> None:
    assert not _oversized(parameters, PARAMETERS, "kalends")


def test_every_exception_is_still_needed() -> None:
    named = {f"{m.path.name}:{node.name}" for m in modules() for node in functions(m)}
    assert EXCEPTIONS.keys() <= named


def complexity(node: ast.AST) -> int:
    """Decisions plus one, as McCabe counted them."""
    return 1 + sum(isinstance(inner, BRANCHES) for inner in _own(node))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in the function itself, not in functions inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _own(child)


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def _oversized(measure: object, most: int, *roots: str) -> dict[str, int]:
    assert callable(measure)
    where = roots or ("kalends", "tests")
    return {
        f"{place(m, node.lineno)} {node.name}": size
        for m in modules(*where)
        for node in functions(m)
        if (size := measure(node)) > most and _key(m, node) not in EXCEPTIONS
    }


def _key(module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return f"{module.path.name}:{node.name}"
