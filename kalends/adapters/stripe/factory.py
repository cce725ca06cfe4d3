"""From a deployment's variables to the adapter."""

import httpx
from pydantic import SecretStr

from kalends.core.profile import Profile
from kalends.core.settings import Settings

from .base import Keys
from .gateway import StripeGateway


def stripe_gateway(
    settings: Settings, profile: Profile, client: httpx.AsyncClient | None = None
) -> StripeGateway:
    """Raises ValueError with one sentence that names the variable."""
    needed = {
        "STRIPE_SECRET_KEY": _reveal(settings.stripe_secret_key),
        "STRIPE_PUBLISHABLE_KEY": settings.stripe_publishable_key or "",
        "STRIPE_WEBHOOK_SECRET": _reveal(settings.stripe_webhook_secret),
    }
    missing = [name for name, value in needed.items() if not value.strip()]
    if missing:
        raise ValueError(f"the stripe gateway needs {', '.join(missing)}")
    secret, publishable, webhook = (value.strip() for value in needed.values())
    if not publishable.startswith("pk_"):  # browsers are shown it
        raise ValueError("STRIPE_PUBLISHABLE_KEY must be the key that begins with pk_")
    if publishable.startswith("pk_live_") != ("_live_" in secret):
        raise ValueError("STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY must be of the same mode")
    others = (settings.stripe_webhook_secret_previous, settings.stripe_connect_webhook_secret)
    keys = Keys(
        secret=secret,
        publishable=publishable,
        webhook_secrets=(webhook, *filter(None, (_reveal(one).strip() for one in others))),
        currency=profile.currency,
        base_url=settings.stripe_base_url,
    )
    return StripeGateway(keys, client)


def _reveal(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
