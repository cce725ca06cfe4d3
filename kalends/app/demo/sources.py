"""Reads the demo's data files; the only part of the demo's world that opens anything."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def source(name: str) -> dict[str, Any]:
    """Return the tables of `data/<name>.toml`; callers must not change them."""
    text = files(__package__).joinpath("data", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
