"""The environment: what a deployment says about itself. Refuses to start when it is unsafe."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MIN_SECRET_BYTES = 32
_PLACEHOLDERS = ("change-me", "changeme", "secret", "placeholder", "example", "your-")


class AppEnv(StrEnum):
    development = "development"
    production = "production"


class Settings(BaseSettings):
    """Every variable that Kalends reads. Unset secrets are made up in development, never in production.

    Raises pydantic.ValidationError with one sentence per problem.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    app_env: AppEnv = AppEnv.development
    kalends_home: Path = Path(".kalends")
    profile: str = "hall-booking"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str | None = None
    database_url: str | None = None
    migration_database_url: str | None = None
    database_pool: int = Field(default=16, ge=2, le=200)
    jwt_secret: SecretStr | None = None
    encryption_keys: SecretStr | None = None
    admin_bootstrap_token: SecretStr | None = None
    access_token_expire_minutes: int | None = Field(default=None, ge=1, le=1440)
    refresh_token_expire_days: int | None = Field(default=None, ge=1, le=365)
    backend_cors_origins: str = ""
    allowed_hosts: str = "*"
    trusted_proxies: str = ""
    read_only_mode: bool = False
    smtp_server: str | None = None
    smtp_port: int = 587
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = True
    from_email: str = "no-reply@kalends.test"
    from_name: str = "Kalends"
    payment_gateways: str = ""
    sandbox_secret: SecretStr | None = None
    sandbox_secret_previous: SecretStr | None = None
    razorpay_key_id: str | None = None
    razorpay_key_secret: SecretStr | None = None
    razorpay_webhook_secret: SecretStr | None = None
    razorpay_webhook_secret_previous: SecretStr | None = None
    razorpay_account_number: str | None = None
    razorpay_base_url: str = "https://api.razorpay.com"
    stripe_secret_key: SecretStr | None = None
    stripe_publishable_key: str | None = None
    stripe_webhook_secret: SecretStr | None = None
    stripe_webhook_secret_previous: SecretStr | None = None
    stripe_connect_webhook_secret: SecretStr | None = None
    stripe_base_url: str = "https://api.stripe.com"
    worker_concurrency: int = Field(default=8, ge=1, le=64)
    stalled_after_seconds: int = Field(default=30, ge=1, le=600)
    log_level: str = "INFO"

    @property
    def production(self) -> bool:
        return self.app_env is AppEnv.production

    @property
    def base_url(self) -> str:
        """Where people reach this server, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def local_url(self) -> str:
        """Where this server reaches itself; `PUBLIC_URL` may be known outside only."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.port}"

    @property
    def gateways(self) -> tuple[str, ...]:
        """The gateways that PAYMENT_GATEWAYS names instead of the profile's; empty: the profile's."""
        return tuple(_words(self.payment_gateways))

    @property
    def cors_origins(self) -> list[str]:
        return _words(self.backend_cors_origins)

    @property
    def hosts(self) -> list[str]:
        return _words(self.allowed_hosts) or ["*"]

    @property
    def proxies(self) -> list[str]:
        return _words(self.trusted_proxies)

    @model_validator(mode="after")
    def _is_safe(self) -> "Settings":
        problems = list(_unsafe(self)) if self.production else []
        if self.jwt_secret and len(self.jwt_secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
            problems.append(f"JWT_SECRET must have at least {MIN_SECRET_BYTES} bytes")
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _unsafe(settings: Settings) -> list[str]:
    required = {
        "DATABASE_URL": settings.database_url,
        "JWT_SECRET": _reveal(settings.jwt_secret),
        "ENCRYPTION_KEYS": _reveal(settings.encryption_keys),
        "PUBLIC_URL": settings.public_url,
    }
    problems = [
        f"{name} must be set in production" for name, value in required.items() if not value
    ]
    secrets = {
        "JWT_SECRET": settings.jwt_secret,
        "ADMIN_BOOTSTRAP_TOKEN": settings.admin_bootstrap_token,
    }
    for name, secret in secrets.items():
        if any(word in _reveal(secret).lower() for word in _PLACEHOLDERS):
            problems.append(f"{name} is a placeholder; make a random one")
    if "*" in settings.cors_origins:
        problems.append("BACKEND_CORS_ORIGINS must name origins in production, not *")
    if settings.hosts == ["*"]:
        problems.append("ALLOWED_HOSTS must name this service's hosts in production, not *")
    if settings.sandbox_secret:
        problems.append("the sandbox gateway cannot run in production; unset SANDBOX_SECRET")
    return problems


def _reveal(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
