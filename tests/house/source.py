"""The house as text: its modules and what they import, read without importing them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
KALENDS = REPOSITORY / "kalends"
DATABASE = {"alembic", "asyncpg", "procrastinate", "psycopg", "sqlalchemy"}
NO_ROOMS = {"adapters", "app", "core", "profiles"}


@dataclass(frozen=True)
class Module:
    path: Path

    @property
    def name(self) -> str:
        parts = self.path.relative_to(REPOSITORY).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def room(self) -> str:
        """`bookings` for kalends.bookings.service.create; empty for the package itself."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else ""

    @property
    def shelf(self) -> str:
        """`service` for kalends.bookings.service.create; empty for a room's door."""
        parts = self.name.split(".")
        return parts[2] if len(parts) > 2 else ""

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def imports(self) -> list[tuple[int, str]]:
        """Every imported module, with its line; `from x import y` counts as x, relative ones in full."""
        return [found for node in ast.walk(self.tree) for found in self._of(node)]

    def _of(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from self._from(node, node.module or "")
        elif isinstance(node, ast.ImportFrom):
            package = self.name if self.path.stem == "__init__" else self.name.rpartition(".")[0]
            kept = package.split(".")[: len(package.split(".")) - node.level + 1]
            yield from self._from(
                node, ".".join([*kept, *(node.module or "").split(".")]).rstrip(".")
            )

    @staticmethod
    def _from(node: ast.ImportFrom, module: str) -> Iterator[tuple[int, str]]:
        # `from kalends.core import logs` names a module, `from kalends import ledger` a room.
        if module in {"kalends", "kalends.core", "kalends.adapters"}:
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        else:
            yield node.lineno, module


@cache
def modules(*roots: str) -> list[Module]:
    """Every module below these directories of the repository; the whole product without any."""
    folders = [REPOSITORY / root for root in roots] or [KALENDS]
    return [Module(path) for folder in folders for path in sorted(folder.rglob("*.py"))]


@cache
def functions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def place(module: Module, line: int) -> str:
    return f"{module.path.relative_to(REPOSITORY)}:{line}"
