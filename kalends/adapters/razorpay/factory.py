"""From the environment to an adapter, or to one sentence that says what is missing."""

import httpx
from pydantic import SecretStr

from kalends.core.profile import Profile
from kalends.core.settings import Settings

from .client import Keys, RazorpayClient
from .gateway import Merchant, RazorpayGateway
from .payouts import RazorpayXGateway

TEST, LIVE = "rzp_test_", "rzp_live_"


def razorpay_gateway(
    settings: Settings, profile: Profile, http: httpx.AsyncClient | None = None
) -> RazorpayGateway:
    """The adapter that these settings describe; it pays out when RAZORPAY_ACCOUNT_NUMBER is set.

    Raises ValueError with one sentence that names the variable.
    """
    key_id = _needed("RAZORPAY_KEY_ID", settings.razorpay_key_id)
    secret = _needed("RAZORPAY_KEY_SECRET", settings.razorpay_key_secret)
    webhook_secret = _needed("RAZORPAY_WEBHOOK_SECRET", settings.razorpay_webhook_secret)
    _check_key_id(key_id, production=settings.production)
    if settings.production and not settings.razorpay_base_url.startswith("https://"):
        raise ValueError("RAZORPAY_BASE_URL must begin with https:// in production")
    previous = _reveal(settings.razorpay_webhook_secret_previous)
    keys = Keys(key_id, secret)
    merchant = Merchant(
        keys=keys,
        webhook_secrets=(webhook_secret, previous) if previous else (webhook_secret,),
        name=profile.branding.name,
    )
    client = RazorpayClient(settings.razorpay_base_url, keys, http)
    if settings.razorpay_account_number:
        return RazorpayXGateway(merchant, client, settings.razorpay_account_number)
    return RazorpayGateway(merchant, client)


def _check_key_id(key_id: str, *, production: bool) -> None:
    if not key_id.startswith((TEST, LIVE)):
        raise ValueError(f"RAZORPAY_KEY_ID must begin with {TEST} or {LIVE}")
    if production and key_id.startswith(TEST):
        raise ValueError("RAZORPAY_KEY_ID is a test key; production takes real money only")


def _needed(variable: str, value: str | SecretStr | None) -> str:
    found = _reveal(value)
    if not found:
        raise ValueError(f"{variable} must be set, because the gateway razorpay is switched on")
    return found


def _reveal(value: str | SecretStr | None) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value or ""
