"""The policy file of one marketplace: read once, checked at start-up, unknown keys refused.

Code asks `profile.cancellation.tiers`, never which profile it is. A new key is added here, with its
default, and described in `docs/profile.md`.
"""

import difflib
import tomllib
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class ProfileError(ValueError):
    """The profile file cannot be used; the message says which key and what to write instead."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Section):
    """The marketplace's own nouns, for people only."""

    provider: str = "provider"
    customer: str = "customer"
    resource: str = "resource"


class Branding(Section):
    name: str
    tagline: str = ""
    colour: str = Field(default="#1f3a5f", pattern=r"^#[0-9a-fA-F]{6}$")
    support_email: str = "support@kalends.test"
    terms: tuple[str, ...] = ()


class Features(Section):
    venues: bool = False
    reviews: bool = False
    favourites: bool = False


class Auth(Section):
    access_minutes: int = Field(default=15, ge=1, le=1440)
    refresh_days: int = Field(default=7, ge=1, le=365)
    refresh_leeway_seconds: int = Field(default=30, ge=0, le=60)
    logout_scope: Literal["session", "all"] = "session"
    password_min_length: int = Field(default=10, ge=8, le=64)


class Booking(Section):
    """How long an unpaid hold lives, how far ahead and how long one may book."""

    kinds: tuple[Literal["rental"], ...]
    number_prefix: str = Field(default="BKG", pattern=r"^[A-Z]{2,6}$")
    hold_minutes: int = Field(default=15, ge=1, le=1440)
    window_days: int = Field(default=365, ge=1, le=1095)
    min_minutes: int = Field(default=30, ge=1)
    max_minutes: int = Field(default=7 * 24 * 60, ge=1)
    max_live_holds: int = Field(default=5, ge=1)
    reminder_lead_minutes: int = Field(default=24 * 60, ge=1)
    close_days: int = Field(default=7, ge=0)


class Tier(Section):
    """More than `over_hours` before the start (or exactly that many, if `inclusive`): `percent` back."""

    over_hours: int = Field(ge=0)
    percent: int = Field(ge=0, le=100)
    inclusive: bool = False


class Cancellation(Section):
    tiers: tuple[Tier, ...] = Field(min_length=1)
    provider_fault_percent: int = Field(default=100, ge=0, le=100)
    fee_to: Literal["provider", "platform"] = "provider"
    preview_minutes: int = Field(default=10, ge=1, le=60)


class Refund(Section):
    destination: Literal["wallet"] = "wallet"


class Escrow(Section):
    release_on: Literal["end_time"] = "end_time"


class TaxLine(Section):
    name: str = Field(pattern=r"^[a-z_]{2,20}$")
    base: Literal["price", "commission"]
    basis_points: int = Field(ge=0, le=10_000)


class Fees(Section):
    commission_bp: int = Field(default=0, ge=0, le=10_000)
    taxes: tuple[TaxLine, ...] = ()


class Payments(Section):
    gateways: tuple[Literal["sandbox", "wallet"], ...] = ("sandbox", "wallet")
    quote_minutes: int = Field(default=15, ge=1, le=120)
    open_payment_minutes: int = Field(default=10, ge=1, description="older ones are asked about")
    top_up_min: int = Field(default=100, ge=1)
    top_up_max: int = Field(default=50_000_000, ge=1)


class Reviews(Section):
    moderation: Literal["pre", "post"] = "post"
    window_days: int = Field(default=30, ge=1)


class Search(Section):
    fallback_below: int = Field(default=5, ge=0, le=20)
    max_radius_km: int = Field(default=100, ge=1)


class RateLimit(Section):
    limit: int = Field(ge=1)
    per_seconds: int = Field(ge=1)


class Ops(Section):
    read_only_allow: tuple[str, ...] = ("/payments/webhook", "/auth/logout", "/auth/refresh")


class Labels(Section):
    states: dict[str, str] = {}


class Profile(Section):
    """One marketplace: its words, money, clocks and limits."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    locale: str = "en-IN"
    time_zone: str = "UTC"
    literal_paths: bool = False
    branding: Branding
    words: Words = Words()
    features: Features = Features()
    auth: Auth = Auth()
    booking: Booking
    cancellation: Cancellation
    refund: Refund = Refund()
    escrow: Escrow = Escrow()
    fees: Fees = Fees()
    payments: Payments = Payments()
    reviews: Reviews = Reviews()
    search: Search = Search()
    rate_limits: dict[str, RateLimit] = {}
    ops: Ops = Ops()
    labels: Labels = Labels()

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.booking.hold_minutes)


def profile_names() -> list[str]:
    """The profiles that ship with Kalends."""
    files = resources.files("kalends.profiles").iterdir()
    return sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml"))


def load_profile(name_or_path: str) -> Profile:
    """Read a shipped profile by name, or any profile by the path of its file.

    Raises ProfileError; for an unknown key the message names the nearest known one.
    """
    text = _read(name_or_path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"profile {name_or_path}: {error}") from error
    return parse_profile(data, name_or_path)


def parse_profile(data: dict[str, Any], source: str = "profile") -> Profile:
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        lines = [_explain(Profile, problem) for problem in error.errors(include_input=False)]
        raise ProfileError(f"{source}: " + "; ".join(lines)) from None


def _read(name_or_path: str) -> str:
    path = Path(name_or_path)
    if path.suffix == ".toml" and path.is_file():
        return path.read_text(encoding="utf-8")
    if name_or_path not in profile_names():
        near = difflib.get_close_matches(name_or_path, profile_names(), 1, 0)
        raise ProfileError(f"there is no profile {name_or_path!r}; did you mean {near[0]!r}?")
    return resources.files("kalends.profiles").joinpath(f"{name_or_path}.toml").read_text("utf-8")


def _explain(root: type[BaseModel], problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        return f"{where}: {problem['msg']}"
    known = _keys_at(root, problem["loc"][:-1])
    near = difflib.get_close_matches(str(problem["loc"][-1]), known, 1, 0)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{where}: unknown key{hint}"


def _keys_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    for part in path:
        field = model.model_fields.get(str(part))
        if field is None:
            continue
        model = _section_of(field.annotation) or model
    return list(model.model_fields)


def _section_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_section_of(part) for part in getattr(annotation, "__args__", ())]
    return next((section for section in inner if section), None)
