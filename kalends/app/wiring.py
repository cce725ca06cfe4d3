"""Connects the house: adapters to ports, rooms to the application. Only this module imports adapters."""

import base64
import contextlib
import importlib
import importlib.util
import json
import os
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

from pydantic import SecretStr

from kalends.adapters.mail import mail_port
from kalends.adapters.razorpay import razorpay_gateway
from kalends.adapters.sandbox import SandboxGateway
from kalends.adapters.stripe import stripe_gateway
from kalends.adapters.web import WebReader
from kalends.core import upkeep as upkeep  # registers its jobs
from kalends.core.crypto import Keyring, parse_keys
from kalends.core.database import create_engine
from kalends.core.gateways import PaymentGateway
from kalends.core.house import House, Ports
from kalends.core.policy import declare
from kalends.core.profile import Profile, load_profile
from kalends.core.reader import Reader
from kalends.core.settings import Settings

from .tables import ROOMS

SHELVES = ("access", "reactions", "jobs", "processes", "checks")


def load_rooms() -> None:
    """Import every room's policies, reactions, jobs and processes, so that the registries are full."""
    for room in ROOMS:
        for shelf in SHELVES:
            module = _shelf(room, shelf)
            if shelf == "access" and module is not None:
                declare(getattr(module, "POLICY", {}))


def room_routes() -> list[ModuleType]:
    """The `routes` shelf of every room that has one."""
    found = (_shelf(room, "routes") for room in ROOMS)
    return [module for module in found if module is not None]


@cache
def _shelf(room: str, shelf: str) -> ModuleType | None:
    name = f"kalends.{room}.{shelf}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def build_house(settings: Settings, database_url: str) -> House:
    """Build the marketplace that these settings describe, on this database.

    Raises ProfileError, or ValueError when a gateway of the profile lacks its keys.
    """
    settings = with_secrets(settings)
    profile = load_profile(settings.profile)
    load_rooms()
    return House(
        settings=settings,
        profile=profile,
        keyring=_keyring(settings),
        engine=create_engine(database_url, pool_size=settings.database_pool),
        reader=Reader(database_url, size=max(settings.database_pool // 4, 2)),
        ports=Ports(_gateways(settings, profile), mail_port(settings), WebReader()),
    )


def _gateways(settings: Settings, profile: Profile) -> dict[str, PaymentGateway]:
    """The gateways of PAYMENT_GATEWAYS, else of the profile; the wallet needs no adapter."""
    names = [n for n in settings.gateways or profile.payments.gateways if n != "wallet"]
    unknown = sorted(set(names) - GATEWAYS.keys())
    if unknown:
        known = ", ".join(sorted(GATEWAYS))
        raise ValueError(f"there is no payment gateway called {unknown[0]!r}; use some of: {known}")
    return {name: GATEWAYS[name](settings, profile) for name in names}


def _sandbox_gateway(settings: Settings, _: Profile) -> PaymentGateway:
    if settings.production:
        raise ValueError(
            "the sandbox gateway cannot run in production; remove it from payments.gateways"
        )
    secret, previous = settings.sandbox_secret, settings.sandbox_secret_previous
    assert secret is not None
    return SandboxGateway(
        settings.local_url,
        secret.get_secret_value(),
        public_url=settings.base_url,
        previous_secret=previous.get_secret_value() if previous else None,
    )


# Each raises ValueError with a sentence that names the variable it lacks.
GATEWAYS: Mapping[str, Callable[[Settings, Profile], PaymentGateway]] = {
    "razorpay": razorpay_gateway,
    "sandbox": _sandbox_gateway,
    "stripe": stripe_gateway,
}


def with_secrets(settings: Settings) -> Settings:
    """In development, fill unset secrets from `<home>/secrets.json`, made at the first start."""
    if settings.production:
        return settings
    stored = _development_secrets(settings.kalends_home)
    missing = {
        name: SecretStr(stored[name])
        for name in ("jwt_secret", "encryption_keys", "sandbox_secret", "admin_bootstrap_token")
        if getattr(settings, name) is None
    }
    return settings.model_copy(update=missing)


def _development_secrets(home: Path) -> dict[str, str]:
    path = home / "secrets.json"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        made = {
            "jwt_secret": secrets.token_urlsafe(48),
            "encryption_keys": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "sandbox_secret": secrets.token_urlsafe(32),
            "admin_bootstrap_token": secrets.token_urlsafe(24),
        }
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(made, indent=1), encoding="utf-8")
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # the first of several processes wins; the others read its file
        fresh.unlink()
    stored: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return stored


def _keyring(settings: Settings) -> Keyring:
    assert settings.encryption_keys is not None
    return parse_keys(settings.encryption_keys.get_secret_value())
