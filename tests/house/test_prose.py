"""What is written down: nothing of this machine, of a registry, or left for later."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.source import REPOSITORY

LOCKS = ("requirements.lock", "requirements-dev.lock")
TEXT = {
    "",
    ".cfg",
    ".css",
    ".html",
    ".ini",
    ".lock",
    ".mako",
    ".md",
    ".py",
    ".sh",
    ".sql",
    ".toml",
    ".txt",
}
# Written so that this file does not find itself.
BANNED = {
    "a path of somebody's machine": r"/(?:home|Users|root|work)/[a-z]",
    "a package registry": r"(?:pypi|pythonhosted|npmjs|crates)\.(?:org|io|com)",
    "something left for later": r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b",
    "how the work was organised": r"(?i)\b(?:issue [#]|sub-?agent[s]?\b|language mode[l]|co-authore[d]-by)",
    "an exemption without a reason": r"#\s*(?:noqa\s*(?:$|:\s*[A-Z0-9, ]+$)|type:\s*ignore\s*$)",
}


def texts() -> list[Path]:
    """Every text file that is, or is about to be, under version control."""
    said = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    names = said.stdout.splitlines() or [str(p) for p in _files_without_git()]
    paths = [REPOSITORY / name for name in names]
    return [p for p in paths if p.suffix in TEXT and p.is_file()]


def _files_without_git() -> list[Path]:
    hidden = {".venv", ".git"}
    every = (p.relative_to(REPOSITORY) for p in REPOSITORY.rglob("*") if p.is_file())
    return [p for p in every if not hidden & set(p.parts)]


@pytest.mark.parametrize("what", BANNED)
def test_nothing_written_here_is(what: str) -> None:
    pattern = re.compile(BANNED[what], re.MULTILINE)
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:80]}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_hashes_and_names_no_place(lock: str) -> None:
    lines = (REPOSITORY / lock).read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith(" ")]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert not [line for line in lines if "://" in line or line.startswith("-")]


def test_the_development_lock_holds_the_other_one() -> None:
    small, large = ((REPOSITORY / lock).read_text(encoding="utf-8") for lock in LOCKS)
    assert set(small.splitlines()) <= set(large.splitlines())
