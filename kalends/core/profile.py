"""The policy file of one marketplace: read once, checked at start-up, unknown keys refused.

Code asks `profile.cancellation.tiers`, never which profile it is. A new key is added here, with its
default, and described in `docs/profile.md`.
"""

import difflib
import tomllib
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from .sections import (
    Availability,
    Booking,
    Calendars,
    Contact,
    Decline,
    Disputes,
    Enquiries,
    Events,
    Features,
    Journeys,
    NoShow,
    Noun,
    Providers,
    Search,
    Section,
    Services,
    Subscriptions,
    Words,
)


class ProfileError(ValueError):
    """The profile file cannot be used; the message says which key and what to write instead."""


class Branding(Section):
    name: str
    tagline: str = ""
    colour: str = Field(default="#1f3a5f", pattern=r"^#[0-9a-fA-F]{6}$")
    support_email: str = "support@kalends.test"
    terms: tuple[str, ...] = ()


class Auth(Section):
    access_minutes: int = Field(default=15, ge=1, le=1440)
    refresh_days: int = Field(default=7, ge=1, le=365)
    refresh_leeway_seconds: int = Field(default=30, ge=0, le=60)
    logout_scope: Literal["session", "all"] = "session"
    password_min_length: int = Field(default=10, ge=8, le=64)
    fresh_minutes: int = Field(default=15, ge=0, le=1440)


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
    """Where money goes back to. `customer_choice`: who asks says `wallet` or `original_method`."""

    destination: Literal["wallet", "original_method", "customer_choice"] = "wallet"
    auto_approve: bool = True
    auto_approve_up_to: int | None = Field(default=None, ge=0, description="minor units")
    max_attempts: int = Field(default=5, ge=1, le=20)


class Escrow(Section):
    """What lets the money go to the provider. `customer_confirm` releases by itself after the hours."""

    release_on: Literal["end_time", "completion", "customer_confirm", "otp", "operator"] = (
        "end_time"
    )
    auto_release_hours: int = Field(default=24, ge=1, le=24 * 60)


class TaxLine(Section):
    """A tax on the price, on the price without the tax contained in it (`value`), or on the commission.

    Valid from a day (inclusive) to a day (exclusive).
    """

    name: str = Field(pattern=r"^[a-z_]{2,20}$")
    base: Literal["price", "value", "commission"]
    basis_points: int = Field(ge=0, le=10_000)
    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


class Fees(Section):
    commission_bp: int = Field(default=0, ge=0, le=10_000)
    commission_base: Literal["price", "value"] = "price"
    taxes: tuple[TaxLine, ...] = ()
    owner_premium_bp: int = Field(default=0, ge=0, le=100_000, description="added to the price")


GatewayName = Literal["razorpay", "stripe", "sandbox", "wallet"]


class Payments(Section):
    """How customers pay. `deposit`: `deposit_percent` confirms, the balance is due before the start."""

    gateways: tuple[GatewayName, ...] = ("sandbox", "wallet")
    schedule: Literal["full", "deposit"] = "full"
    deposit_percent: int = Field(default=25, ge=1, le=99)
    balance_due_hours: int = Field(default=72, ge=0, le=24 * 90)
    balance_grace_hours: int = Field(default=24, ge=0, le=24 * 30)
    quote_minutes: int = Field(default=15, ge=1, le=120)
    open_payment_minutes: int = Field(default=10, ge=1, description="older ones are asked about")
    top_up_min: int = Field(default=100, ge=1)
    top_up_max: int = Field(default=50_000_000, ge=1)


class Payout(Section):
    """How providers are paid out. Amounts are minor units."""

    approval: Literal["auto", "operator"] = "operator"
    schedule: Literal["on_request", "on_release", "daily", "weekly", "monthly"] = "on_request"
    minimum: int = Field(default=10_000, ge=1)
    second_approval_above: int = Field(default=10_000_000, ge=1)
    bank_change_hold_hours: int = Field(default=24, ge=0, le=24 * 14)
    milestones: tuple[Literal["reservation", "completion"], ...] = ()
    reservation_percent: int = Field(default=50, ge=1, le=99)
    chargebacks_by: Literal["provider", "platform"] = Field(
        default="provider",
        description="who bears card disputes that the provider's money is short for",
    )


class Documents(Section):
    """What invoices say of the marketplace and its services. An empty tax id prints none."""

    legal_name: str = ""
    address: str = ""
    tax_id_name: str = "GSTIN"
    tax_id: str = ""
    service_code: str = Field(default="", description="SAC in India")
    invoice_prefix: str = Field(default="INV", pattern=r"^[A-Z0-9]{1,6}$")
    price_tax_bp: int = Field(default=0, ge=0, le=10_000, description="tax contained in prices")
    price_tax_name: str = "GST"


class Reviews(Section):
    moderation: Literal["pre", "post"] = "post"
    of_customers: bool = False
    window_days: int = Field(default=30, ge=1)


class RateLimit(Section):
    limit: int = Field(ge=1)
    per_seconds: int = Field(ge=1)


class Ops(Section):
    read_only_allow: tuple[str, ...] = ("/payments/webhook", "/auth/logout", "/auth/refresh")


class Labels(Section):
    states: dict[str, str] = Field(default={})


class Profile(Section):
    """One marketplace: its words, money, clocks and limits."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    locale: str = "en-IN"
    time_zone: str = "UTC"
    literal_paths: bool = False
    literal_prefix: str = Field(default="", pattern=r"^(/[a-z]+)?$")
    branding: Branding
    words: Words = Words()
    aliases: dict[Noun, Noun] = Field(default={})
    features: Features = Features()
    auth: Auth = Auth()
    booking: Booking
    cancellation: Cancellation
    refund: Refund = Refund()
    escrow: Escrow = Escrow()
    fees: Fees = Fees()
    payments: Payments = Payments()
    payout: Payout = Payout()
    documents: Documents = Documents()
    reviews: Reviews = Reviews()
    disputes: Disputes = Disputes()
    subscriptions: Subscriptions = Subscriptions()
    events: Events = Events()
    providers: Providers = Providers()
    services: Services = Services()
    availability: Availability = Availability()
    calendars: Calendars = Calendars()
    contact: Contact = Contact()
    decline: Decline = Decline()
    enquiries: Enquiries = Enquiries()
    journeys: Journeys = Journeys()
    no_show: NoShow = NoShow()
    search: Search = Search()
    rate_limits: dict[str, RateLimit] = Field(default={})
    ops: Ops = Ops()
    labels: Labels = Labels()

    @model_validator(mode="after")
    def _whole_events(self) -> Self:
        if "event" not in self.booking.kinds:
            return self
        if not self.features.events:
            raise ValueError("the booking kind event needs features.events = true")
        if not self.payout.milestones:
            raise ValueError("events pay their vendors in milestones; name payout.milestones")
        return self

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
