"""Imports every room's models, so that `metadata` knows all tables."""

import importlib
import importlib.util

from kalends.core.database import Base

ROOMS = (
    "core",
    "identity",
    "ledger",
    "catalog",
    "payments",
    "billing",
    "bookings",
    "trust",
    "discovery",
    "notifications",
    "adapters.sandbox",
)

for _room in ROOMS:
    if importlib.util.find_spec(f"kalends.{_room}.models"):
        importlib.import_module(f"kalends.{_room}.models")

metadata = Base.metadata
