"""Connects the house: adapters to ports, rooms to the application. Only this module imports adapters."""

import base64
import contextlib
import importlib
import importlib.util
import json
import os
import secrets
from pathlib import Path
from types import ModuleType

from pydantic import SecretStr

from kalends.adapters.mail import mail_port
from kalends.adapters.sandbox import SandboxGateway
from kalends.core import upkeep as upkeep  # registers its jobs
from kalends.core.crypto import Keyring, parse_keys
from kalends.core.database import create_engine
from kalends.core.house import House, Ports
from kalends.core.policy import declare
from kalends.core.ports import PaymentGateway
from kalends.core.profile import load_profile
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
        ports=Ports(
            gateways=_gateways(settings, profile.payments.gateways), mail=mail_port(settings)
        ),
    )


def _gateways(settings: Settings, names: tuple[str, ...]) -> dict[str, PaymentGateway]:
    gateways: dict[str, PaymentGateway] = {}
    if "sandbox" in names:
        if settings.production:
            raise ValueError(
                "the sandbox gateway cannot run in production; remove it from payments.gateways"
            )
        secret = settings.sandbox_secret
        assert secret is not None
        gateways["sandbox"] = SandboxGateway(
            settings.local_url, secret.get_secret_value(), public_url=settings.base_url
        )
    return gateways


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
