"""Floors, shelves and doors. The contracts stand in pyproject.toml; none of them may be softened."""

import subprocess
import sys
import tomllib

from tests.house.source import NO_ROOMS, REPOSITORY, Module, modules, place

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
SOFTENERS = {"ignore_imports", "exhaustive_ignores", "allow_indirect_imports", "skip_descendants"}


def contracts() -> list[dict[str, object]]:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    found: list[dict[str, object]] = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return found


def test_calls_go_down_only() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_no_contract_ignores_anything() -> None:
    assert not [c["name"] for c in contracts() if SOFTENERS & c.keys()]


def test_every_room_has_its_shelves_checked() -> None:
    containers = {c for contract in contracts() for c in contract.get("containers", ())}  # type: ignore[attr-defined]
    rooms = {m.room for m in modules() if m.shelf} - NO_ROOMS
    assert {f"kalends.{room}" for room in rooms} <= containers


def test_a_room_is_entered_by_its_door() -> None:
    inside = [
        f"{place(m, line)} imports {name}"
        for m in modules()
        for line, name in m.imports
        if _is_inside_another_room(m, name)
    ]
    assert not inside


def test_an_adapter_is_entered_by_its_door() -> None:
    inside = [
        f"{place(m, line)} imports {name}"
        for m in modules()
        for line, name in m.imports
        if name.startswith("kalends.adapters.") and name.count(".") > 2 and m.room != "adapters"
    ]
    assert not inside


def _is_inside_another_room(module: Module, name: str) -> bool:
    parts = name.split(".")
    if parts[0] != "kalends" or len(parts) < 3 or parts[1] in NO_ROOMS:
        return False
    return module.room != parts[1]
