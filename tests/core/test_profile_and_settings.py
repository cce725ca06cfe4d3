"""Wrong configuration stops the start, and the sentence says what to write instead."""

import base64
from typing import Any

import pytest
from pydantic import ValidationError

from kalends.core.profile import ProfileError, load_profile, parse_profile, profile_names
from kalends.core.settings import Settings

SOUND: dict[str, Any] = {
    "name": "tiny",
    "currency": "INR",
    "branding": {"name": "Tiny"},
    "booking": {"kinds": ["rental"]},
    "cancellation": {"tiers": [{"over_hours": 0, "percent": 50}]},
}
PRODUCTION: dict[str, Any] = {
    "app_env": "production",
    "database_url": "postgresql://kalends@db/kalends",
    "jwt_secret": "u8Zr2Lk0vQ9sT4xW7yB1nM5cJ3hF6gDa",
    "encryption_keys": "1:" + base64.b64encode(b"k" * 32).decode(),
    "public_url": "https://halls.test",
    "allowed_hosts": "halls.test",
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("name", profile_names())
def test_every_shipped_profile_is_sound(name: str) -> None:
    assert load_profile(name).name == name


@pytest.mark.parametrize(
    ("section", "key", "said"),
    [
        (None, "curency", "curency: unknown key; did you mean 'currency'?"),
        (
            "booking",
            "hold_minuts",
            "booking.hold_minuts: unknown key; did you mean 'hold_minutes'?",
        ),
        ("branding", "color", "branding.color: unknown key; did you mean 'colour'?"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(
    section: str | None, key: str, said: str
) -> None:
    changed = SOUND[section] | {key: 1} if section else 1
    with pytest.raises(ProfileError) as refused:
        parse_profile(SOUND | {section or key: changed})
    assert said in str(refused.value)


def test_an_unknown_key_inside_a_list_is_named_too() -> None:
    tiers = {"tiers": [{"over_hours": 0, "percnt": 50}]}
    with pytest.raises(ProfileError, match="did you mean 'percent'"):
        parse_profile(SOUND | {"cancellation": tiers})


def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(ProfileError, match=r"booking\.hold_minutes"):
        parse_profile(SOUND | {"booking": {"kinds": ["rental"], "hold_minutes": 0}})


def test_an_unknown_profile_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(ProfileError, match="did you mean 'hall-booking'"):
        load_profile("hal-boking")


def test_a_complete_production_starts() -> None:
    assert Settings(**PRODUCTION).production


@pytest.mark.parametrize("missing", ["database_url", "jwt_secret", "encryption_keys", "public_url"])
def test_production_without_an_essential_value_does_not_start(missing: str) -> None:
    with pytest.raises(ValidationError, match=f"{missing.upper()} must be set in production"):
        Settings(**{name: value for name, value in PRODUCTION.items() if name != missing})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"jwt_secret": "change-me-" * 5}, "JWT_SECRET is a placeholder"),
        ({"jwt_secret": "short"}, "at least 32 bytes"),
        ({"admin_bootstrap_token": "changeme"}, "ADMIN_BOOTSTRAP_TOKEN is a placeholder"),
        ({"backend_cors_origins": "https://a.test,*"}, "BACKEND_CORS_ORIGINS"),
        ({"allowed_hosts": "*"}, "ALLOWED_HOSTS"),
        ({"sandbox_secret": "u8Zr2Lk0vQ9sT4xW7yB1nM5cJ3hF6gDa"}, "sandbox gateway cannot run"),
    ],
)
def test_an_unsafe_production_does_not_start(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as refused:
        Settings(**(PRODUCTION | values))
    assert not any(
        value in str(problem["msg"])
        for value in values.values()
        if len(value) > 5
        for problem in refused.value.errors()
    )


def test_development_starts_with_nothing() -> None:
    assert not Settings().production
